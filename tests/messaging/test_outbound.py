"""The body Graph takes, whatever the kind."""

from __future__ import annotations

import pytest

from messaging import kinds
from messaging.outbound import message_payload

TO = {"phone": "+5581900000010", "bsuid": "", "callback_data": "attempt-7"}


def test_it_names_kind_content_and_attempt():
    assert message_payload("text", kinds.text.payload("Olá!"), **TO) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5581900000010",
        "type": "text",
        "text": {"body": "Olá!", "preview_url": False},
        "biz_opaque_callback_data": "attempt-7",
    }


@pytest.mark.parametrize(
    ("phone", "bsuid", "expected"),
    [
        ("+5581900000010", "", {"to": "+5581900000010"}),
        ("", "BR.1", {"recipient": "BR.1"}),
        ("+5581900000010", "BR.1", {"to": "+5581900000010"}),
    ],
)
def test_a_bsuid_is_never_in_to(phone, bsuid, expected):
    payload = message_payload("sticker", {"id": "1"}, phone=phone, bsuid=bsuid, callback_data="a")
    assert {key: payload[key] for key in ("to", "recipient") if key in payload} == expected


def test_nobody_to_send_to_is_a_mistake():
    with pytest.raises(ValueError, match="neither"):
        message_payload("text", {"body": "Olá!"}, phone="", bsuid="", callback_data="a")


@pytest.mark.parametrize(
    ("kind", "quoted", "context"),
    [
        ("text", "wamid.1", {"message_id": "wamid.1"}),
        ("contacts", "wamid.1", {"message_id": "wamid.1"}),
        ("text", "", None),
        ("reaction", "wamid.1", None),
    ],
)
def test_it_quotes(kind, quoted, context):
    assert message_payload(kind, {}, **TO, quoted_wamid=quoted).get("context") == context
