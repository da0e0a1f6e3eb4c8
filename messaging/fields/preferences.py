"""Field `user_preferences`: customers who stop or resume marketing messages in WhatsApp (Meta: section 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contacts.facts import MarketingChoice
from messaging.facts import Kept
from messaging.fields.change import Change, required, text, time, word
from messaging.fields.people import People
from numbers.routes import Place

FIELDS = ("user_preferences",)

CHOICES = frozenset({"stop", "resume", "signup"})


def read(change: Change) -> Iterator[Any]:
    """Read what customers chose about marketing; a choice about anything else, or an unknown one, is kept."""
    people = People(change.value.get("contacts"))
    yield from change.each("user_preferences", partial(_choice, change.phone_number_id, people))


def _choice(number: str, people: People, place: Place, item: dict[str, Any]) -> MarketingChoice | Kept:
    category, value = word(item.get("category")), word(item.get("value")).lower()
    if category != "marketing_messages" or value not in CHOICES:
        return Kept(place, f"preference:{category}:{value}"[:60])
    return MarketingChoice(
        place=place,
        phone_number_id=required(number, "metadata.phone_number_id"),
        person=people.sender({"from": item.get("wa_id"), "from_user_id": item.get("user_id")}),
        value=value,
        at=time(item.get("timestamp")),
        detail=text(item.get("detail"))[:200],
    )
