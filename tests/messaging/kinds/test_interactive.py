"""Answers to what we asked, and the asking."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from messaging.kinds import interactive
from messaging.kinds.files import File
from messaging.kinds.interactive import (
    Asked,
    Buttons,
    CallPermission,
    Choice,
    ContactRequest,
    Field,
    FlowAnswer,
    Link,
    LocationRequest,
    Menu,
    Option,
    PaymentMethod,
    Product,
    Reply,
    Row,
    Section,
    Unread,
)
from messaging.limits import Invalid

UNTIL = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECONDS = int(UNTIL.timestamp())


def read(form, given):
    return interactive.parse({"type": "interactive", "interactive": {"type": form, form: given}})


def filled(name="flow", body="Sent", **fields):
    return read("nfm_reply", {"name": name, "body": body, "response_json": json.dumps(fields)})


@pytest.mark.parametrize(
    ("form", "given", "expected", "words"),
    [
        ("button_reply", {"id": "turno:2", "title": "Tarde"}, Choice("Tarde", "", "turno:2"), "Tarde"),
        ("list_reply", {"id": "d:1", "title": "Vendas", "description": "Novos"},
         Choice("Vendas", "Novos", "d:1"), "Vendas · Novos"),
        ("button_reply", {"id": "turno:2"}, Choice("turno:2", "", "turno:2"), "turno:2"),
        ("button_reply", {"title": ["x"]}, Unread("button_reply"), ""),
        ("call_permission_reply", {"response": "accept", "expiration_timestamp": SECONDS},
         CallPermission(True, False, UNTIL), ""),
        ("call_permission_reply", {"response": "accept", "expiration_timestamp": str(SECONDS)},
         CallPermission(True, False, UNTIL), ""),
        ("call_permission_reply", {"response": "accept", "is_permanent": True}, CallPermission(True, True, None), ""),
        ("call_permission_reply", {"response": "reject", "expiration_timestamp": -1},
         CallPermission(False, False, None), ""),
        ("call_permission_reply", {"response": ["accept"]}, Unread("call_permission_reply"), ""),
        ("payment_method", {"reference_id": "p-7", "last_four_digits": "0042", "payment_timestamp": SECONDS},
         PaymentMethod("p-7", "0042", UNTIL), "p-7 · 0042"),
        ("payment_method", {"payment_method": "offsite_card_pay"}, Unread("payment_method"), ""),
        ("product", {"catalog_id": "88", "product_retailer_id": "CAFE"}, Product("88", "CAFE"), "CAFE"),
        ("product", {"catalog_id": "88"}, Unread("product"), ""),
        ("telepathy_reply", {"id": "1"}, Unread("telepathy_reply"), ""),
    ],
)  # fmt: skip
def test_it_reads_each_form(form, given, expected, words):
    content = read(form, given)
    assert content == expected
    assert interactive.words(content) == words


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (Choice("", "", ""), "choice"),
        (FlowAnswer("", "", (), ""), "flow"),
        (CallPermission(True, True, None), "call_permission"),
        (PaymentMethod("", "", None), "payment_method"),
        (Product("", ""), "product"),
        (Unread(), "unread"),
    ],
)
def test_each_form_has_its_name(content, form):
    assert content.form == form


def test_an_empty_answer_says_why():
    errors = [{"code": 131000, "error_data": {"details": "Unsupported"}}]
    assert interactive.parse({"interactive": {}, "errors": errors}) == Unread("", "", 131000, "Unsupported")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            Buttons("Qual turno?", [Reply("1", "Manhã"), Reply("2", "Tarde")], header="Visita", footer="Até sexta"),
            Asked("button", "Visita", "Qual turno?", "Até sexta", ("Manhã", "Tarde"), (), ""),
        ),
        (
            Menu(
                "Qual cor?", "Ver", [Section([Row("1", "Azul", "Acaba hoje")], "A"), Section([Row("2", "Verde")], "B")]
            ),
            Asked("list", "", "Qual cor?", "", ("Ver",), (Option("Azul", "Acaba hoje"), Option("Verde", "")), ""),
        ),
        (
            Link("Veja", "Abrir", "https://loja.example/"),
            Asked("cta_url", "", "Veja", "", ("Abrir",), (), "https://loja.example/"),
        ),
        (LocationRequest("Onde?"), Asked("location_request_message", "", "Onde?", "", (), (), "")),
    ],
)
def test_a_question_is_read_back(question, asked):
    sent = {"type": question.type, "body": {"text": question.body}, "action": question.action()}
    for part in ("header", "footer"):
        if words := getattr(question, part):
            sent[part] = {"type": "text", "text": words}
    content = interactive.parse({"interactive": sent})
    assert content == asked
    assert interactive.words(content) == question.body


def test_a_question_of_a_type_unknown_here_keeps_its_words():
    content = interactive.parse({"interactive": {"type": "poll", "body": {"text": "Qual turno?"}}})
    assert content == Unread("poll", "Qual turno?")
    assert interactive.words(content) == "Qual turno?"


def test_a_form_is_readable():
    content = filled(flow_token="tok-7", data="2026-12-01", forma_de_contato="e-mail", aceito=True, nota=None)
    assert content == FlowAnswer(
        name="flow",
        body="Sent",
        fields=(Field("Data", "2026-12-01"), Field("Forma de contato", "e-mail"), Field("Aceito", "✓")),
        token="tok-7",
    )
    assert interactive.words(content) == "Data: 2026-12-01 · Forma de contato: e-mail · Aceito: ✓"


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("screen_0_Nome_completo_1", "Ana", Field("Nome completo", "Ana")),
        ("screen_1_Nota_0", "3_Muito_bom", Field("Nota", "Muito bom")),
        ("nota", "3_Muito_bom", Field("Nota", "3_Muito_bom")),
        ("dias", ["seg", "qua", ""], Field("Dias", "seg, qua")),
        ("casa", {"rua": "A", "numero_da_casa": 7, "vazio": ""}, Field("Casa", "Rua: A, Numero da casa: 7")),
        ("aceita", False, Field("Aceita", "✗")),
        ("peso", 1.5, Field("Peso", "1.5")),
        ("fim", "a\x00b\ud83d", Field("Fim", "a\ufffdb\ufffd")),
        ("longo", "a" * 5000, Field("Longo", "a" * 1000)),
        ("k" * 200, "a", Field("K" + "k" * 99, "a")),
    ],
)
def test_a_field_of_any_shape_is_text(key, value, expected):
    assert filled(**{key: value}).fields == (expected,)


def test_a_form_is_bounded():
    assert len(filled(**{f"campo {n}": "a" for n in range(200)}).fields) == 50
    assert filled(data=[[[["raso"]]]], hora=[[[[["fundo"]]]]]).fields == (Field("Data", "raso"),)


def test_an_address_is_its_values():
    content = filled(
        "address_message", "Rua 1, 20", saved_address_id="a1", values={"house_number": "20", "city": "Recife"}
    )
    assert content.fields == (Field("House number", "20"), Field("City", "Recife"))
    assert interactive.words(content) == "Rua 1, 20 · House number: 20 · City: Recife"


def test_a_form_may_have_a_field_called_values():
    assert filled(values={"a": "1"}, nome="Ana").fields == (Field("Values", "A: 1"), Field("Nome", "Ana"))


@pytest.mark.parametrize("given", ["{", "[1]", "NaN", "[" * 100_000, None, 7, '"texto"', "1" * 5000])
def test_a_form_that_is_no_json_keeps_its_body(given):
    content = read("nfm_reply", {"name": "flow", "body": "Pronto", "response_json": given})
    assert content == FlowAnswer("flow", "Pronto", (), "")
    assert interactive.words(content) == "Pronto"


def test_a_form_with_nothing_in_it_is_not_read():
    assert read("nfm_reply", {"name": "flow", "response_json": "{}"}) == Unread("nfm_reply")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            Buttons("Qual turno?", [Reply("m", "Manhã"), Reply("t", "Tarde")], header="Agenda", footer="Até 18h"),
            {
                "type": "button",
                "header": {"type": "text", "text": "Agenda"},
                "body": {"text": "Qual turno?"},
                "footer": {"text": "Até 18h"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "m", "title": "Manhã"}},
                        {"type": "reply", "reply": {"id": "t", "title": "Tarde"}},
                    ]
                },
            },
        ),
        (
            Menu("Com quem?", "Ver áreas", [Section([Row("v", "Vendas", "Novos"), Row("s", "Suporte")])]),
            {
                "type": "list",
                "body": {"text": "Com quem?"},
                "action": {
                    "button": "Ver áreas",
                    "sections": [
                        {
                            "rows": [
                                {"id": "v", "title": "Vendas", "description": "Novos"},
                                {"id": "s", "title": "Suporte"},
                            ]
                        }
                    ],
                },
            },
        ),
        (
            Link("Acompanhe", "Ver pedido", "https://loja.example/p/7", header=File("image")),
            {
                "type": "cta_url",
                "header": {"type": "image", "image": {}},
                "body": {"text": "Acompanhe"},
                "action": {
                    "name": "cta_url",
                    "parameters": {"display_text": "Ver pedido", "url": "https://loja.example/p/7"},
                },
            },
        ),
        (
            LocationRequest("Onde você está?"),
            {
                "type": "location_request_message",
                "body": {"text": "Onde você está?"},
                "action": {"name": "send_location"},
            },
        ),
        (
            ContactRequest("Qual é o seu telefone?"),
            {
                "type": "request_contact_info",
                "body": {"text": "Qual é o seu telefone?"},
                "action": {"name": "request_contact_info"},
            },
        ),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_it_is_asked(question, expected):
    assert interactive.payload(question) == expected


def buttons(*replies, **more):
    return Buttons("?", [Reply(f"{n}", title) for n, title in enumerate(replies)], **more)


def menu(*sections, **more):
    return Menu("?", "Ver", sections, **more)


def rows(count, start=0):
    return [Row(f"{n}", f"{n}") for n in range(start, start + count)]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Buttons("", [Reply("1", "A")]), "body"),
        (Buttons("a" * 1025, [Reply("1", "A")]), "body"),
        (buttons(), "buttons"),
        (buttons("A", "B", "C", "D"), "buttons"),
        (buttons("A", "A"), "title"),
        (buttons("a" * 21), "title"),
        (buttons(" "), "title"),
        (Buttons("?", [Reply("1", "A"), Reply("1", "B")]), "id"),
        (Buttons("?", [Reply("1" * 257, "A")]), "id"),
        (buttons("A", footer="a" * 61), "footer"),
        (buttons("A", header="a" * 61), "header"),
        (buttons("A", header=File("sticker")), "header"),
        (menu(), "sections"),
        (menu(Section([])), "rows"),
        (menu(Section(rows(10)), Section([], "B")), "section"),
        (menu(Section(rows(1), "A"), Section([], "B")), "rows"),
        (menu(Section(rows(6), "A"), Section(rows(5, 6), "B")), "rows"),
        (menu(Section(rows(1), "A"), Section(rows(1), "B")), "id"),
        (menu(Section(rows(1), "a" * 25)), "section"),
        (menu(Section([Row("1" * 201, "A")])), "id"),
        (menu(Section([Row("1", "a" * 25)])), "title"),
        (menu(Section([Row("1", "A", "a" * 73)])), "description"),
        (Menu("?", "a" * 21, [Section(rows(1))]), "button"),
        (Menu("a" * 4097, "Ver", [Section(rows(1))]), "body"),
        (Link("?", "", "https://x.example"), "label"),
        (Link("?", "Ver", "javascript:alert(1)"), "url"),
        (LocationRequest("a" * 1025), "body"),
        (ContactRequest(" "), "body"),
    ],
)
def test_what_meta_would_refuse_is_refused(question, field):
    with pytest.raises(Invalid) as refusal:
        interactive.payload(question)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "question",
    [
        Buttons("a" * 1024, [Reply("1" * 256, "a" * 20), Reply("2", "B"), Reply("3", "C")], "a" * 60, "a" * 60),
        Menu("a" * 4096, "a" * 20, [Section(rows(5), "a" * 24), Section(rows(5, 5), "B")]),
        menu(Section([Row("1" * 200, "a" * 24, "a" * 72)])),
    ],
    ids=["buttons", "rows", "one row"],
)
def test_all_that_meta_allows_is_allowed(question):
    assert interactive.payload(question)["type"] == question.type
