"""One change of a delivery, and how its parts are read: any of them may be missing or of any type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.facts import Parsed, Poison
from messaging.values import moment
from numbers.routes import Place

AHEAD_AT_MOST = timedelta(days=1)
MAX_WAMID = 255
MAX_WORD = 40


class Unreadable(Exception):
    """A part of a delivery that no fact can be made of; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """One element of `changes[]`: what happened (`field`), and its `value`."""

    place: Place
    field: str
    value: dict[str, Any]
    waba_id: str
    """`entry[].id`: the account, in some fields the business portfolio (Meta: section 1.3)."""
    at: datetime | None
    """`entry[].time`, which only account-level deliveries carry."""
    parsed: Parsed

    @property
    def phone_number_id(self) -> str:
        metadata = self.value.get("metadata")
        return text(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""

    def text(self, key: str) -> str:
        """Return the text under a key of the value, else the empty string."""
        return text(self.value.get(key))

    def objects(self, key: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Walk a list of the value; what is no object in it becomes poison and the rest goes on."""
        return objects(self.value.get(key), (*self.place, "value", key), self.parsed)

    def each(self, key: str, read: Callable[[Place, dict[str, Any]], Any]) -> Iterator[Any]:
        """Read each object of a list apart; the one that is unreadable becomes poison."""
        # Most deliveries have one of the lists a field may have: nothing is set up for the others.
        return each(self.objects(key), read) if self.value.get(key) is not None else iter(())

    def within(self, key: str) -> Change | None:
        """Return the change as if its value were the object under `key`, with the same metadata."""
        inner = self.value.get(key)
        if not isinstance(inner, dict):
            return None
        value = {**inner, "metadata": self.value.get("metadata")}
        return replace(self, place=(*self.place, "value", key), value=value)


def each(items: Iterable[tuple[Place, dict[str, Any]]], read: Callable[[Place, dict[str, Any]], Any]) -> Iterator[Any]:
    """Read items one by one; `Unreadable` costs only the item that raised it."""
    for place, item in items:
        try:
            yield read(place, item)
        except Unreadable as reason:
            yield Poison(place, str(reason))


def objects(items: Any, place: Place, parsed: Parsed) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Walk the objects of a list with their places; anything else in it becomes poison."""
    if items is None:
        return
    if not isinstance(items, list):
        parsed.poison.append(Poison(place, "not a list"))
        return
    for position, item in enumerate(items):
        if isinstance(item, dict):
            yield (*place, position), item
        else:
            parsed.poison.append(Poison((*place, position), "not an object"))


def time(value: Any) -> datetime:
    """Read Meta's time, seconds or milliseconds, text or number; raise Unreadable for what is none."""
    found = moment(value)
    if found is None:
        raise Unreadable("timestamp is not a time")
    if found > datetime.now(UTC) + AHEAD_AT_MOST:
        raise Unreadable(f"timestamp is absurd: {found:%Y-%m-%d}")
    return found


def time_or_none(value: Any) -> datetime | None:
    """Read Meta's time; None where there is none or none that can be."""
    try:
        return time(value)
    except Unreadable:
        return None


def wamid(value: Any, name: str = "id") -> str:
    """Read the id of a message; raise Unreadable when there is none that can be kept."""
    found = required(text(value), name)
    if len(found) > MAX_WAMID:
        raise Unreadable(f"{name} is longer than {MAX_WAMID} characters")
    return found


def required(value: str, name: str) -> str:
    """Return a text that must be there; raise Unreadable with its name."""
    if not value:
        raise Unreadable(f"{name} is missing")
    return value


def text(value: Any) -> str:
    """Return a text as it is, anything else as the empty string."""
    return value if isinstance(value, str) else ""


def digits(value: str) -> str:
    """Keep the ASCII digits of a text."""
    return "".join(filter(str.isascii, filter(str.isdigit, value)))


def word(value: Any) -> str:
    """Return a short text of Meta's vocabulary, cut to what a column holds."""
    return value[:MAX_WORD] if isinstance(value, str) else ""
