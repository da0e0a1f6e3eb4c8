"""Texts, read and sent."""

from __future__ import annotations

import pytest

from messaging.kinds import text
from messaging.limits import Invalid


def test_it_reads_a_text():
    content = text.parse({"type": "text", "text": {"body": "Oi!\n Tudo bem?"}})
    assert content == text.Text(body="Oi!\n Tudo bem?")
    assert text.words(content) == "Oi!\n Tudo bem?"


@pytest.mark.parametrize("body", [None, ["Oi"], {"body": "Oi"}, True, 1.5])
def test_what_is_no_text_is_empty(body):
    assert text.parse({"text": {"body": body}}).body == ""


def test_a_text_from_whatsapp_is_kept_whole():
    assert len(text.parse({"text": {"body": "a" * 65_536}}).body) == 65_536
    assert len(text.parse({"text": {"body": "a" * 70_000}}).body) == 65_536


def test_what_cannot_be_stored_is_replaced():
    assert text.parse({"text": {"body": "a\x00b\ud83d 👍"}}).body == "a\ufffdb\ufffd 👍"


@pytest.mark.parametrize(
    ("body", "preview"), [("Olá!", False), ("Veja https://loja.example", True), ("a" * 4096, False)]
)
def test_it_is_sent_with_a_preview_of_its_address(body, preview):
    assert text.payload(body) == {"body": body, "preview_url": preview}


@pytest.mark.parametrize("body", ["", " \n", "a" * 4097], ids=len)
def test_blank_or_too_long_is_refused(body):
    with pytest.raises(Invalid) as refusal:
        text.payload(body)
    assert refusal.value.field == "body"
    assert str(refusal.value.reason)
