"""Field `calls`: customers who called; we do not answer calls, but a call opens the window (Meta: 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from messaging.facts import Amendment, Kept, MessageFact
from messaging.fields.change import Change, required, time, wamid, word
from messaging.fields.messages import message, problem, status
from messaging.fields.people import People
from numbers.routes import Place

FIELDS = ("calls",)


def read(change: Change) -> Iterator[Any]:
    """Read calls: the beginning is a message of the customer's, the end is said about it."""
    people = People(change.value.get("contacts"))
    yield from change.each("calls", partial(_call, change.phone_number_id, people))
    yield from change.each("statuses", partial(status, change.phone_number_id))
    if change.value.get("calls"):
        yield from (Kept(place, "error of a call") for place, _ in change.objects("errors"))
    else:
        yield from change.each("errors", partial(problem, change))


def _call(number: str, people: People, place: Place, item: dict[str, Any]) -> MessageFact | Amendment | Kept:
    event = word(item.get("event"))
    if word(item.get("direction")) != "USER_INITIATED":
        return Kept(place, "call of ours")
    # The session describes devices and addresses: nothing of it is for keeping.
    call = {key: value for key, value in item.items() if key != "session"}
    if event == "connect":
        fact = message(number, people.sender(item), place, {**call, "type": "call"})
        assert isinstance(fact, MessageFact)
        return fact
    if event != "terminate":
        return Kept(place, f"call:{event}")
    return Amendment(
        place=place,
        phone_number_id=required(number, "metadata.phone_number_id"),
        wamid=wamid(item.get("id")),
        target_wamid=wamid(item.get("id")),
        kind="call_end",
        text="",
        sent_at=time(item.get("timestamp")),
        is_ours=False,
        raw=call,
    )
