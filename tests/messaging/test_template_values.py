"""Values put into templates: what the customer reads, what Graph gets, and what is refused before it is asked."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.kinds import template as kind
from messaging.kinds.template import Link, Place
from messaging.limits import Invalid
from messaging.models import Template
from messaging.outbound import with_file
from messaging.outgoing import OutgoingFile
from messaging.template_parts import Ask, read
from messaging.template_values import outgoing, problems, shown
from simulator.first_templates import FIRST_TEMPLATES
from simulator.templates import rendered

NOTE = OutgoingFile(uuid4(), "document", "nota.pdf")
BY_NAME = {one["name"]: one for one in FIRST_TEMPLATES if one["language"] == "pt_BR"}


def row(told: dict[str, Any]) -> Template:
    """The catalogue's row of a template as Graph tells it."""
    columns = ("name", "language", "category", "parameter_format", "status", "components")
    return Template(**{name: told[name] for name in columns})


def examples(template: Template) -> dict[str, Any]:
    """A valid value for each slot: the example, where it is text."""
    files = {"image": Link("image", "https://aurora.example/a.jpg"), "document": NOTE}
    values: dict[str, Any] = {}
    for slot in read(template).slots:
        values[slot.key] = slot.example
        if slot.ask is Ask.FILE:
            values[slot.key] = files[slot.kind]
        elif slot.ask is Ask.PLACE:
            values[slot.key] = Place(-23.5, -46.6, "Loja Aurora", "Rua das Flores, 120")
    return values


@pytest.mark.parametrize("name", [one["name"] for one in BY_NAME.values() if one["status"] == "APPROVED"])
def test_every_shape_reads_as_meta_writes_it(name: str):
    told = BY_NAME[name]
    made = outgoing(row(told), examples(row(told)))
    sent = with_file("template", made.content, "1") if made.file else made.content
    assert made.file == (NOTE if name == "nota_fiscal" else None)
    assert made.shown["body"] == rendered(told, sent)
    assert made.shown["body"] in made.words
    assert "{{" not in str(made.shown).replace("otp{{1}}", "")
    assert kind.parse(made.payload).shown.stored() == made.shown


def test_an_example_of_each_kind():
    promo = outgoing(row(BY_NAME["promocao_de_inverno"]), examples(row(BY_NAME["promocao_de_inverno"])))
    assert promo.is_template
    assert promo.content["components"] == [
        {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://aurora.example/a.jpg"}}]},
        {"type": "body", "parameters": [
            {"type": "text", "parameter_name": "nome", "text": "Carla"},
            {"type": "text", "parameter_name": "prazo", "text": "domingo"},
            {"type": "text", "parameter_name": "desconto", "text": "20%"},
        ]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "malhas"}]},
        {"type": "button", "sub_type": "copy_code", "index": "1",
         "parameters": [{"type": "coupon_code", "coupon_code": "INVERNO20"}]},
    ]  # fmt: skip
    assert promo.shown["buttons"][0] == {
        "type": "URL", "text": "Ver a coleção", "url": "https://aurora.example/inverno/malhas",
    }  # fmt: skip
    code = outgoing(row(BY_NAME["codigo_de_acesso"]), {"body.1": "445566"})
    assert [part["parameters"][0]["text"] for part in code.content["components"]] == ["445566", "445566"]
    shop = outgoing(row(BY_NAME["retirada_na_loja"]), examples(row(BY_NAME["retirada_na_loja"])))
    assert shop.content["components"][0]["parameters"][0]["location"]["name"] == "Loja Aurora"
    assert shop.shown["place"] == "Loja Aurora · Rua das Flores, 120"


def test_positions_go_by_their_number_wherever_they_stand():
    told = BY_NAME["pedido_enviado"] | {"components": [{"type": "BODY", "text": "De {{2}} para {{1}}, com {{3}}."}]}
    made = outgoing(row(told), {"body.1": "um", "body.2": "dois", "body.3": "três"})
    assert [one["text"] for one in made.content["components"][0]["parameters"]] == ["um", "dois", "três"]
    assert made.shown["body"] == "De dois para um, com três."


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("pedido_enviado", {"body.1": ""}, "body.1"),
        ("pedido_enviado", {"body.2": "a\nb"}, "body.2"),
        ("pedido_enviado", {"body.2": "a\tb"}, "body.2"),
        ("pedido_enviado", {"body.2": "a     b"}, "body.2"),
        ("pedido_enviado", {"body.3": "a" * 1000}, "body.3"),
        ("pedido_enviado", {"body.4": "a"}, "body.4"),
        ("pedido_enviado", {"body.1": NOTE}, "body.1"),
        ("codigo_de_acesso", {"body.1": "1" * 16}, "body.1"),
        ("confirmacao_de_consulta", {"header.especialidade": "a" * 50}, "header.especialidade"),
        ("promocao_de_inverno", {"header": ""}, "header"),
        ("promocao_de_inverno", {"header": NOTE}, "header"),
        ("promocao_de_inverno", {"header": Link("image", "ftp://a")}, "header"),
        ("promocao_de_inverno", {"button.0": "a b"}, "button.0"),
        ("promocao_de_inverno", {"button.1": "a" * 21}, "button.1"),
        ("retirada_na_loja", {"header": Place(91, 0)}, "header"),
        ("vitrine_da_estacao", {"card.1.body.1": ""}, "card.1.body.1"),
        ("vitrine_da_estacao", {"card.1.header": NOTE}, "card.1.header"),
    ],
)
def test_what_meta_would_refuse_is_refused_at_its_place(name: str, values: dict, field: str):
    template = row(BY_NAME[name])
    found = problems(read(template), examples(template) | values)
    assert [problem.field for problem in found] == [field]
    with pytest.raises(Invalid):
        outgoing(template, examples(template) | values)


@pytest.mark.parametrize("status", ["PAUSED", "PENDING", "DELETED", "SOMETHING_NEW"])
def test_only_approved_ones_are_sent(status: str):
    with pytest.raises(Invalid):
        outgoing(row(BY_NAME["pedido_enviado"] | {"status": status}), examples(row(BY_NAME["pedido_enviado"])))


def test_parts_that_prosa_cannot_fill_are_refused_whole():
    button = {"type": "MPM", "text": "Ver produtos"}
    parts = [{"type": "BODY", "text": "Veja."}, {"type": "BUTTONS", "buttons": [button]}]
    with pytest.raises(Invalid, match="template"):
        outgoing(row(BY_NAME["pedido_enviado"] | {"components": parts}), {})


@pytest.mark.parametrize("told", [[], None, "x", [1], [{"type": 7}], [{"type": "BUTTONS", "buttons": [{}]}],
    [{"type": "HEADER", "format": "PRODUCT"}, {"type": "BODY", "text": 5, "example": {"body_text": [7]}}],
    [{"type": "CAROUSEL", "cards": [{"components": 1}]}]])  # fmt: skip
def test_whatever_graph_tells_is_read(told: Any):
    parts = read(row(BY_NAME["pedido_enviado"] | {"components": told}))
    assert shown(parts, {}).body in ("", "5")


_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="{}"), min_size=1, max_size=40
).filter(lambda said: said.strip() and not re.search(r"[\n\r\t\0]| {5}", said))


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(_words, min_size=1, max_size=5),
    names=st.one_of(
        st.integers(1, 5).map(lambda count: [str(n) for n in range(1, count + 1)]),
        st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), min_size=1, max_size=5, unique=True),
    ),
    chosen=st.lists(st.integers(0, 4), max_size=6),
    values=st.lists(_words, min_size=5, max_size=5),
    again=st.booleans(),
)
def test_the_text_is_metas_substitution_and_the_count_is_right(pieces, names, chosen, values, again):
    """Whatever the template and the valid values: Graph counts the parameters and gets the same text."""
    order = [names[n % len(names)] for n in chosen]
    order = [*order, *names] if again else [*names, *order]
    text = "".join(f"{pieces[n % len(pieces)]} {{{{{name}}}}} " for n, name in enumerate(order)) + "."
    named = not names[0].isdigit()
    told = BY_NAME["pedido_enviado"] | {
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": [{"type": "BODY", "text": text}],
    }
    said = dict(zip(names, values, strict=False))
    made = outgoing(row(told), {f"body.{name}": value for name, value in said.items()})
    expected = text
    for name, value in said.items():
        expected = expected.replace(f"{{{{{name}}}}}", value)
    assert made.shown["body"] == rendered(told, made.content) == expected
    assert len(made.content["components"][0]["parameters"]) == len(names)
