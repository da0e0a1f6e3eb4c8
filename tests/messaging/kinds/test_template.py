"""Templates, as sent by us and as they come back as echoes."""

from __future__ import annotations

import pytest

from messaging.kinds import template
from messaging.kinds.files import File
from messaging.kinds.template import CopyCode, QuickReply, Template, UrlSuffix
from messaging.limits import Invalid

NAMED = template.payload(
    "aviso_de_retirada",
    "pt_BR",
    header=File("image"),
    body={"cliente": "Ana", "dia": "12/11"},
    buttons={1: UrlSuffix("p/7"), 0: QuickReply("OK:7")},
)


def test_it_is_sent_with_names():
    assert NAMED == {
        "name": "aviso_de_retirada",
        "language": {"code": "pt_BR"},
        "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {}}]},
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "parameter_name": "cliente", "text": "Ana"},
                    {"type": "text", "parameter_name": "dia", "text": "12/11"},
                ],
            },
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "OK:7"}],
            },
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "p/7"}]},
        ],
    }


@pytest.mark.parametrize(
    ("given", "components"),
    [
        ({}, None),
        ({"body": ["Ana", "7"]}, [
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "7"}]},
        ]),
        ({"header": ["Ana"]}, [{"type": "header", "parameters": [{"type": "text", "text": "Ana"}]}]),
        ({"header": File("document", "nota.pdf")}, [
            {"type": "header", "parameters": [
                {"type": "document", "document": {"filename": "nota.pdf"}},
            ]},
        ]),
        ({"header": File("video", "a.mp4")}, [
            {"type": "header", "parameters": [{"type": "video", "video": {}}]},
        ]),
        ({"buttons": {0: CopyCode("PROMO7")}}, [
            {"type": "button", "sub_type": "copy_code", "index": "0",
             "parameters": [{"type": "coupon_code", "coupon_code": "PROMO7"}]},
        ]),
    ],
)  # fmt: skip
def test_parts_without_variables_are_left_out(given, components):
    assert template.payload("aviso", "pt_BR", **given).get("components") == components


@pytest.mark.parametrize(
    ("name", "language", "given", "field"),
    [
        ("", "pt_BR", {}, "name"),
        ("Aviso novo", "pt_BR", {}, "name"),
        ("a" * 513, "pt_BR", {}, "name"),
        ("aviso", "", {}, "language"),
        ("aviso", "pt_BR", {"body": ["a\nb"]}, "body"),
        ("aviso", "pt_BR", {"body": ["a\tb"]}, "body"),
        ("aviso", "pt_BR", {"body": ["a     b"]}, "body"),
        ("aviso", "pt_BR", {"body": [" "]}, "body"),
        ("aviso", "pt_BR", {"body": ["a" * 1025]}, "body"),
        ("aviso", "pt_BR", {"body": {"cliente": ""}}, "body.cliente"),
        ("aviso", "pt_BR", {"body": {"Cliente!": "Ana"}}, "body"),
        ("aviso", "pt_BR", {"header": ["a", "b"]}, "header"),
        ("aviso", "pt_BR", {"header": ["a" * 61]}, "header"),
        ("aviso", "pt_BR", {"header": File("audio")}, "header"),
        ("aviso", "pt_BR", {"buttons": {10: QuickReply("a")}}, "button"),
        ("aviso", "pt_BR", {"buttons": {-1: QuickReply("a")}}, "button"),
        ("aviso", "pt_BR", {"buttons": {0: QuickReply("a" * 129)}}, "button"),
        ("aviso", "pt_BR", {"buttons": {0: UrlSuffix("")}}, "button"),
        ("aviso", "pt_BR", {"buttons": {0: CopyCode("a" * 21)}}, "button"),
    ],
)
def test_what_meta_would_refuse_is_refused(name, language, given, field):
    with pytest.raises(Invalid) as refusal:
        template.payload(name, language, **given)
    assert refusal.value.field == field


def test_four_spaces_are_still_allowed():
    assert template.payload("aviso", "pt_BR", body=["a    b"])["components"]


def test_it_reads_what_was_sent():
    content = template.parse({"type": "template", "template": NAMED})
    assert content == Template("aviso_de_retirada", "pt_BR", ("Ana", "12/11", "p/7"))
    assert template.words(content) == "aviso_de_retirada · Ana · 12/11 · p/7"


@pytest.mark.parametrize("given", [None, [], {"components": {"a": 1}}, {"components": [{"parameters": "x"}, 7]}])
def test_a_template_may_be_anything(given):
    assert template.parse({"template": given}) == Template("", "", ())
