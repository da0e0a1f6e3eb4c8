"""Fields `standby` and `messaging_handovers`: talk that Meta's own agent leads (Meta: section 2.12)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from messaging.facts import Kept
from messaging.fields import echoes, messages
from messaging.fields.change import Change
from messaging.fields.people import People

FIELDS = ("standby", "messaging_handovers")


def read(change: Change) -> Iterator[Any]:
    """Read what was said while the agent answers as if it had come to us: else nobody would see it."""
    if change.field == "messaging_handovers":
        yield Kept(change.place, "handover")
        return
    inner = change.within("standby")
    if inner is None:
        yield Kept(change.place, "standby without content")
        return
    yield from messages.read(inner)
    people = People(inner.value.get("contacts"))
    yield from inner.each("message_echoes", partial(echoes.echo, inner.phone_number_id, people))
