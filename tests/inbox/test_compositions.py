"""What an agent fills in besides words: what becomes of it, what is wrong with it, how it will look."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from inbox.compositions import FORMS
from inbox.models import Conversation, Message

KEY = str(uuid.UUID(int=7))
BUTTONS = {"body": "Pode ser?", "first": "Sim", "second": "Não", "footer": "Responda até sexta"}
FILLED = {
    "place": (
        {"place": "https://maps.google.com/?q=-23.5505,-46.6333", "name": "Loja"},
        {"latitude": -23.5505, "longitude": -46.6333, "name": "Loja"},
    ),
    "card": (
        {"name": "Ana Lima", "phone": "(11) 98765-0001", "email": "ana@loja.example"},
        [
            {
                "name": {"formatted_name": "Ana Lima", "first_name": "Ana", "last_name": "Lima"},
                "phones": [{"phone": "+5511987650001", "type": "CELL", "wa_id": "5511987650001"}],
                "emails": [{"email": "ana@loja.example"}],
            }
        ],
    ),
    "buttons": (
        BUTTONS,
        {
            "type": "button",
            "body": {"text": "Pode ser?"},
            "footer": {"text": "Responda até sexta"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "1", "title": "Sim"}},
                    {"type": "reply", "reply": {"id": "2", "title": "Não"}},
                ]
            },
        },
    ),
    "menu": (
        {"body": "Qual?", "button": "Ver", "row_1": "Azul", "row_2": "Verde", "description_2": "Acaba hoje"},
        {
            "type": "list",
            "body": {"text": "Qual?"},
            "action": {
                "button": "Ver",
                "sections": [
                    {
                        "rows": [
                            {"id": "1", "title": "Azul"},
                            {"id": "2", "title": "Verde", "description": "Acaba hoje"},
                        ]
                    }
                ],
            },
        },
    ),
    "link": (
        {"body": "Veja", "label": "Abrir", "url": "loja.example/azul"},
        {
            "type": "cta_url",
            "body": {"text": "Veja"},
            "action": {
                "name": "cta_url",
                "parameters": {"display_text": "Abrir", "url": "https://loja.example/azul"},
            },
        },
    ),
    "place-request": (
        {"body": "Onde você está?"},
        {
            "type": "location_request_message",
            "body": {"text": "Onde você está?"},
            "action": {"name": "send_location"},
        },
    ),
}
WRONG = [
    ("place", {"place": "https://maps.app.goo.gl/abc"}, "place", "No coordinates"),
    ("place", {"place": "-123.5, 10.5"}, "place", "No coordinates"),
    ("card", {"name": "Ana", "phone": "8765"}, "phone", "no whole phone"),
    ("card", {"name": "Ana", "phone": "11987650001", "email": "ana@"}, "email", "valid email"),
    ("buttons", {"body": "Pode ser?"}, "first", "required"),
    ("buttons", {**BUTTONS, "second": "Sim"}, "first", "the same"),
    ("buttons", {**BUTTONS, "third": "x" * 21}, "third", "at most 20"),
    ("buttons", {**BUTTONS, "body": "x" * 1025}, "body", "at most 1024"),
    ("menu", {"body": "Qual?", "button": "Ver", "row_1": "Azul", "description_2": "Só isto"}, "row_1", "Write"),
    ("link", {"body": "Veja", "label": "Abrir", "url": "javascript://x"}, "url", "not one of the web"),
]


def fields(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {f"composition-{name}": value for name, value in ({"client_key": KEY} | values | more).items()}


def url(conversation: Conversation, kind: str) -> str:
    return f"/conversations/{conversation.pk}/compositions/{kind}/"


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_filled_in_is_sent_once(signed_in, owner: User, conversation: Conversation, kind: str):
    page, (values, content) = signed_in(owner), FILLED[kind]
    assert page.get(url(conversation, kind)).status_code == 200
    for _ in range(2):
        answer = page.post(url(conversation, kind), fields(values))
        assert 'hx-swap-oob="beforeend:#messages"' in answer.content.decode()
    message = Message.objects.get(direction="OUTBOUND")
    assert message.payload[message.kind] == content
    assert f'id="message-{message.pk}"' in answer.content.decode()


@pytest.mark.parametrize(("kind", "values", "field", "reason"), WRONG)
def test_what_is_wrong_is_said_at_its_field(signed_in, owner: User, conversation, kind, values, field, reason):
    owner.language = "en"
    owner.save(update_fields=["language"])
    answer = signed_in(owner).post(url(conversation, kind), fields(values))
    html = answer.content.decode()
    place = html[html.index(f'data-field="{field}"') :]
    assert reason in place[place.index("field-problem") :].split("</p>")[0]
    assert html.count("field-problem") == 1
    assert KEY in html, "what is mended is the same message"
    assert not Message.objects.filter(direction="OUTBOUND").exists()


def test_a_refusal_is_said_in_the_form_and_keeps_what_was_written(signed_in, owner: User, conversation: Conversation):
    Conversation.objects.filter(pk=conversation.pk).update(last_inbound_at=None)
    answer = signed_in(owner).post(url(conversation, "buttons"), fields(BUTTONS))
    assert "24 h" in answer.content.decode()
    assert "Responda até sexta" in answer.content.decode()
    assert not Message.objects.filter(direction="OUTBOUND").exists()


def test_an_answer_in_a_form_quotes(signed_in, owner: User, conversation: Conversation, customer_writes):
    asked = customer_writes("Onde fica?")
    page = signed_in(owner)
    assert f'value="{asked.pk}"' in page.get(url(conversation, "place"), {"quoted": asked.pk}).content.decode()
    page.post(url(conversation, "place"), fields(FILLED["place"][0], quoted=asked.pk))
    assert Message.objects.get(direction="OUTBOUND").quoted == asked


@pytest.mark.parametrize("kind", FORMS)
def test_a_preview_shows_the_bubble_and_sends_nothing(signed_in, owner: User, conversation: Conversation, kind: str):
    page, (values, _) = signed_in(owner), FILLED[kind]
    with translation.override("pt-br"):
        shown = page.post(f"{url(conversation, kind)}preview/", fields(values)).content.decode()
    assert 'class="bubble"' in shown
    assert any(words in shown for words in ("Loja", "Ana Lima", *(v for k, v in values.items() if k == "body")))
    assert 'class="bubble"' not in page.post(f"{url(conversation, kind)}preview/", fields({})).content.decode()
    assert not Message.objects.filter(direction="OUTBOUND").exists()


def test_a_kind_nobody_knows_is_not_there(signed_in, owner: User, conversation: Conversation):
    assert signed_in(owner).get(url(conversation, "poll")).status_code == 404
