"""Fields `smb_message_echoes` and `message_echoes`: what went out by another way than ours (Meta: 2.11)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from messaging.facts import Amendment, Kept, MessageFact
from messaging.fields.change import Change, text
from messaging.fields.messages import message
from messaging.fields.people import People
from numbers.routes import Place

FIELDS = ("smb_message_echoes", "message_echoes")


def read(change: Change) -> Iterator[Any]:
    """Read what somebody of ours wrote on the phone.

    `message_echoes` is kept only: Meta has not said what it carries, and it may repeat our own sends.
    """
    if change.field == "message_echoes":
        yield from (Kept(place, "echo of another app") for place, _ in change.objects("message_echoes"))
        return
    people = People(change.value.get("contacts"))
    yield from change.each("message_echoes", partial(echo, change.phone_number_id, people))


def echo(number: str, people: People, place: Place, item: dict[str, Any]) -> MessageFact | Amendment | Kept:
    """Read one message of ours; the body of a send stands under `message` where an app sent it."""
    if "group_id" in item:
        return Kept(place, "group message")
    sent = item.get("message")
    if isinstance(sent, dict) and not text(item.get("type")):
        item = {**sent, "id": item.get("id"), "timestamp": item.get("timestamp")}
    return message(number, people.recipient(item), place, item, is_ours=True)
