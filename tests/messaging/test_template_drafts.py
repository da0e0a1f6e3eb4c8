"""Writing a template: what Meta would refuse is said beforehand, and what is submitted is what Graph takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from messaging.models import Template
from messaging.template_drafts import Draft, DraftButton, components, from_template, problems
from simulator.first_templates import FIRST_TEMPLATES
from simulator.template_calls import _check_components

LINK = DraftButton("URL", "Ver", "https://loja.example/p/{{1}}", "7")
REPLY = DraftButton("QUICK_REPLY", "Confirmo")
GOOD = Draft(
    name="pedido_pronto",
    header_format="TEXT",
    header_text="Pedido de {{nome}}",
    body="Olá, {{nome}}! Retire até {{dia}}, por favor.",
    footer="Loja Aurora",
    buttons=(REPLY, LINK, DraftButton("COPY_CODE", value="OI7")),
    examples={"header.nome": "Ana", "body.nome": "Ana", "body.dia": "sábado"},
)


def test_it_becomes_what_graph_takes():
    assert problems(GOOD) == {}
    assert components(GOOD) == [
        {"type": "HEADER", "format": "TEXT", "text": "Pedido de {{nome}}",
         "example": {"header_text_named_params": [{"param_name": "nome", "example": "Ana"}]}},
        {"type": "BODY", "text": "Olá, {{nome}}! Retire até {{dia}}, por favor.",
         "example": {"body_text_named_params": [
             {"param_name": "nome", "example": "Ana"}, {"param_name": "dia", "example": "sábado"}]}},
        {"type": "FOOTER", "text": "Loja Aurora"},
        {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Ver", "url": "https://loja.example/p/{{1}}",
             "example": ["https://loja.example/p/7"]},
            {"type": "COPY_CODE", "example": "OI7"},
            {"type": "QUICK_REPLY", "text": "Confirmo"}]},
    ]  # fmt: skip
    _check_components(components(GOOD))
    numbered = replace(GOOD, header_format="", body="Até {{2}}, {{1}}!", examples={"body.1": "Ana", "body.2": "dia 3"})
    assert problems(numbered) == {}
    assert components(numbered)[0]["example"] == {"body_text": [["Ana", "dia 3"]]}
    code = components(Draft(name="codigo", category="AUTHENTICATION", expires=5))
    assert [part["type"] for part in code] == ["BODY", "FOOTER", "BUTTONS"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Pedido Pronto"}, "name"),
        ({"name": "a" * 513}, "name"),
        ({"language": "português"}, "language"),
        ({"category": "SPAM"}, "category"),
        ({"header_text": "a" * 61}, "header_text"),
        (
            {"header_text": "{{a}} e {{b}}", "examples": GOOD.examples | {"header.a": "1", "header.b": "2"}},
            "header_text",
        ),
        ({"header_format": "IMAGE"}, "header_sample"),
        ({"header_format": "PRODUCT"}, "header_format"),
        ({"body": ""}, "body"),
        ({"body": "a" * 1025}, "body"),
        ({"body": "Olá, {{nome}}! Retire até {{dia}}"}, "body"),
        ({"body": "{{nome}}, retire até {{dia}}."}, "body"),
        ({"body": "Olá, {{nome}} {{dia}}!"}, "body"),
        ({"body": "Olá, {{Nome}} e {{dia}}!", "examples": GOOD.examples | {"body.Nome": "A"}}, "body"),
        ({"body": "Olá, {{ }} e {nome}} e {{dia}}!"}, "body"),
        ({"body": "Olá, {{1}} e {{dia}}!", "examples": GOOD.examples | {"body.1": "A"}}, "body"),
        ({"header_format": "", "body": "Olá, {{1}} e {{3}}!", "examples": {"body.1": "A", "body.3": "B"}}, "body"),
        ({"examples": {"header.nome": "Ana", "body.nome": "Ana"}}, "example.body.dia"),
        ({"footer": "Até {{dia}}!"}, "footer"),
        ({"footer": "a" * 61}, "footer"),
        ({"buttons": (replace(LINK, example=""),)}, "button.0"),
        ({"buttons": (replace(LINK, value="https://a.example/{{1}}/b"),)}, "button.0"),
        ({"buttons": (replace(LINK, value="javascript:alert(1)"),)}, "button.0"),
        ({"buttons": (DraftButton("PHONE_NUMBER", "Ligar", "11 4002"),)}, "button.0"),
        ({"buttons": (DraftButton("QUICK_REPLY", "a" * 26),)}, "button.0"),
        ({"buttons": (REPLY, replace(REPLY, text="confirmo"))}, "button.0"),
        ({"buttons": (LINK, replace(LINK, text="B"), replace(LINK, text="C"))}, "buttons"),
        ({"buttons": (DraftButton("MPM", "x"),)}, "buttons"),
        ({"category": "AUTHENTICATION", "expires": 91}, "expires"),
    ],
)
def test_what_meta_would_refuse_is_said_at_its_field(changed: dict, field: str):
    assert field in problems(replace(GOOD, **changed))


READABLE = ("pedido_enviado", "retirada_na_loja", "confirmacao_de_consulta")


@pytest.mark.parametrize("told", [one for one in FIRST_TEMPLATES if one["name"] in READABLE])
def test_an_existing_one_is_read_back_whole(told: dict):
    columns = ("name", "language", "category", "parameter_format", "status", "components")
    draft = from_template(Template(**{name: told[name] for name in columns}))
    assert problems(draft) == {}
    assert components(draft) == told["components"]
