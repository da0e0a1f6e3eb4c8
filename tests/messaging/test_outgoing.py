"""What is to be sent, in the shape Meta documents and as the thread reads it (reference: section 6.3)."""

from __future__ import annotations

from uuid import UUID

import pytest

from messaging import outgoing
from messaging.kinds.contacts import Card, Phone
from messaging.kinds.files import File
from messaging.kinds.interactive import Buttons, Reply
from messaging.limits import Invalid
from messaging.outgoing import OutgoingFile

SENT = [
    (outgoing.text("Veja https://x.example"), "text", {"body": "Veja https://x.example", "preview_url": True}),
    (
        outgoing.location(-23.55, -46.63, "Loja", "Rua Augusta, 100"),
        "location",
        {"latitude": -23.55, "longitude": -46.63, "name": "Loja", "address": "Rua Augusta, 100"},
    ),
    (
        outgoing.contacts([Card("Paulo Lima", phones=(Phone("+55 11 97654-0010", "CELL"),))]),
        "contacts",
        [
            {
                "name": {"formatted_name": "Paulo Lima", "first_name": "Paulo", "last_name": "Lima"},
                "phones": [{"phone": "+55 11 97654-0010", "type": "CELL"}],
            }
        ],
    ),
    (
        outgoing.question(Buttons("Qual turno?", [Reply("m", "Manhã")])),
        "interactive",
        {
            "type": "button",
            "body": {"text": "Qual turno?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "m", "title": "Manhã"}}]},
        },
    ),
]
WORDS = ["Veja https://x.example", "Loja · Rua Augusta, 100", "Paulo Lima · +55 11 97654-0010", "Qual turno?"]


@pytest.mark.parametrize(("message", "kind", "content"), SENT, ids=[kind for _, kind, _ in SENT])
def test_each_kind_in_metas_shape(message, kind, content):
    assert (message.kind, message.content) == (kind, content)
    assert message.payload == {"type": kind, kind: content}
    assert not message.is_template


def test_the_words_are_what_a_person_would_search():
    assert [message.words for message, *_ in SENT] == WORDS


def test_a_template_may_leave_at_any_time_and_keeps_what_it_shows():
    template = outgoing.Outgoing("template", {"name": "aviso"}, "Olá, Ana", {"body": "Olá, Ana"})
    assert template.is_template
    assert template.payload == {"type": "template", "template": {"name": "aviso"}, "shown": {"body": "Olá, Ana"}}


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: outgoing.text(" "), "body"),
        (lambda: outgoing.text("a" * 4097), "body"),
        (lambda: outgoing.texts("\n"), "body"),
        (lambda: outgoing.location(91, 0), "location"),
        (lambda: outgoing.contacts([]), "contacts"),
        (lambda: outgoing.question(Buttons("?", [])), "buttons"),
        (lambda: outgoing.question(Buttons("?", [Reply("1", "A")], header=File("image"))), "header"),
        (lambda: outgoing.reaction("", "👍"), "target_wamid"),
        (lambda: outgoing.image(OutgoingFile(UUID(int=7), "document")), "file"),
        (lambda: outgoing.video(OutgoingFile(UUID(int=7), "image")), "file"),
        (lambda: outgoing.sticker(OutgoingFile(UUID(int=7), "image")), "file"),
        (lambda: outgoing.of_file(OutgoingFile(UUID(int=7), "image"), "a" * 1025), "caption"),
    ],
)
def test_what_meta_would_refuse_is_refused(make, field):
    with pytest.raises(Invalid) as refusal:
        make()
    assert refusal.value.field == field
