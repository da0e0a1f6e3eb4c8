"""Field `history`: up to 180 days of the phone's past, in chunks of any order (Meta: section 2.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from contacts.facts import Person
from messaging.facts import Kept, MessageFact
from messaging.fields.change import Change, Unreadable, digits, each, objects, text, word
from messaging.fields.echoes import echo
from messaging.fields.messages import message, received
from messaging.fields.people import People, person
from numbers.routes import Place

FIELDS = ("history",)

REACHED = {"delivered": "delivered", "read": "read", "played": "played", "error": "failed"}
"""Meta's word for how far a message of the past got; any other is as good as sent."""


def read(change: Change) -> Iterator[Any]:
    """Read threads of the past, or the media of a placeholder that came before or will come."""
    for place, chunk in change.objects("history"):
        yield from (
            Kept(here, "history refused") for here, _ in objects(chunk.get("errors"), (*place, "errors"), change.parsed)
        )
        for here, thread in objects(chunk.get("threads"), (*place, "threads"), change.parsed):
            yield from _thread(change, here, thread)
    people = People(change.value.get("contacts"))
    number = change.phone_number_id
    for fact in change.each("messages", partial(received, number, people)):
        yield _as_history(fact)
    for fact in change.each("message_echoes", partial(echo, number, people)):
        yield _as_history(fact)


def _thread(change: Change, place: Place, thread: dict[str, Any]) -> Iterator[Any]:
    context = thread.get("context")
    context = context if isinstance(context, dict) else {}
    customer = person(
        context.get("wa_id") or thread.get("id"), context.get("user_id"), username=context.get("username")
    )
    metadata = change.value.get("metadata")
    ours = digits(text(metadata.get("display_phone_number"))) if isinstance(metadata, dict) else ""
    items = objects(thread.get("messages"), (*place, "messages"), change.parsed)
    yield from each(items, partial(_past, change.phone_number_id, customer, ours))


def _past(number: str, customer: Person, ours: str, place: Place, item: dict[str, Any]) -> Any:
    if not customer.phone and not customer.bsuid:
        raise Unreadable("no customer: the thread has neither wa_id nor user_id")
    is_ours = "to" in item or bool(ours) and digits(text(item.get("from"))) == ours
    fact = _as_history(message(number, customer, place, item, is_ours=is_ours))
    context = item.get("history_context")
    reached = word(context.get("status")).lower() if isinstance(context, dict) else ""
    if isinstance(fact, MessageFact) and is_ours:
        return replace(fact, status=REACHED.get(reached, "sent"))
    return fact


def _as_history(fact: Any) -> Any:
    return replace(fact, is_history=True) if isinstance(fact, MessageFact) else fact
