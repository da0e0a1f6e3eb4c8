"""From the body of a delivery to facts: unknown is a value, never an exception (Meta: sections 1 to 5).

Nothing here touches a database. A part that cannot be understood at all becomes a `Poison` with a
reason; its neighbours are not concerned.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MILLISECONDS_FROM = 1_000_000_000_000
"""Timestamps at or above are milliseconds: some fields and some payloads send them."""
NOT_BEFORE = datetime(2009, 1, 1, tzinfo=UTC)
AHEAD_AT_MOST = timedelta(days=1)
MAX_WAMID = 255
MAX_KIND = 40


class Unreadable(Exception):
    """A part of a delivery that no fact can be made of; the text is the reason."""


Place = tuple[str | int, ...]
"""Where in the body something stands; `path` writes it down when somebody has to read it."""


def path(place: Place) -> str:
    """Return a place as people write it: `entry[0].changes[0].value.messages[3]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message a customer sent; `content` is what Meta put under the key named like `kind`."""

    place: Place
    phone_number_id: str
    wamid: str
    kind: str
    text: str
    sent_at: datetime
    quoted_wamid: str
    sender_phone: str
    sender_bsuid: str
    sender_username: str
    sender_name: str
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message of ours; `callback_data` is what we sent along with it."""

    place: Place
    phone_number_id: str
    wamid: str
    status: str
    at: datetime
    callback_data: str
    particulars: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that makes no rows now and stays in the ledger, with its name."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class Poison:
    """A part nobody can apply, and why."""

    place: Place
    reason: str


Fact = InboundMessage | StatusUpdate


@dataclass(slots=True)
class Parsed:
    """All that one delivery says."""

    facts: list[Fact] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    poison: list[Poison] = field(default_factory=list)


STATUSES = frozenset({"sent", "delivered", "read", "played", "failed"})


def parse(body: bytes) -> Parsed:
    """Read one delivery; never raises for anything Meta or anybody else may put into it."""
    parsed = Parsed()
    try:
        document = _load(body)
    except (ValueError, RecursionError) as error:
        parsed.poison.append(Poison((), f"not JSON: {type(error).__name__}"))
        return parsed
    if not isinstance(document, dict):
        parsed.poison.append(Poison((), "not a JSON object"))
        return parsed
    entries = document.get("entry")
    if document.get("object") != "whatsapp_business_account":
        parsed.kept.append(Kept((), f"object:{_word(document.get('object'))}"))
    elif not isinstance(entries, list):
        parsed.poison.append(Poison(("entry",), "entry is not a list"))
    else:
        for place, entry in _objects(entries, ("entry",), parsed):
            _read_entry(place, entry, parsed)
    return parsed


def _read_entry(place: Place, entry: dict[str, Any], parsed: Parsed) -> None:
    for here, change in _objects(entry.get("changes"), (*place, "changes"), parsed):
        value = change.get("value")
        if change.get("field") != "messages":
            parsed.kept.append(Kept(here, f"field:{_word(change.get('field'))}"))
        elif not isinstance(value, dict):
            parsed.poison.append(Poison(here, "value is not an object"))
        else:
            _read_value((*here, "value"), value, parsed)


def _read_value(place: Place, value: dict[str, Any], parsed: Parsed) -> None:
    metadata = value.get("metadata")
    number = _text(metadata.get("phone_number_id")) if isinstance(metadata, dict) else ""
    people = _People(value.get("contacts"))
    for here, item in _objects(value.get("messages"), (*place, "messages"), parsed):
        if "group_id" in item:
            parsed.kept.append(Kept(here, "group message"))
        elif item.get("type") == "system" and not item.keys() & {"from", "from_user_id"}:
            # A person whose BSUID changed (Meta: section 2.6): says who, not who wrote.
            parsed.kept.append(Kept(here, "system message without sender"))
        else:
            _collect(parsed, here, _message, number, item, people)
    for here, item in _objects(value.get("statuses"), (*place, "statuses"), parsed):
        if item.get("type") in ("call", "payment") or _word(item.get("status")) not in STATUSES:
            parsed.kept.append(Kept(here, f"status:{_word(item.get('type') or item.get('status'))}"))
        elif "group_id" in item or item.get("recipient_type") == "group":
            parsed.kept.append(Kept(here, "group status"))
        else:
            _collect(parsed, here, _status, number, item)
    for here, _ in _objects(value.get("errors"), (*place, "errors"), parsed):
        parsed.kept.append(Kept(here, "error"))


def _collect(parsed: Parsed, place: Place, read: Any, *arguments: Any) -> None:
    try:
        parsed.facts.append(read(place, *arguments))
    except Unreadable as reason:
        parsed.poison.append(Poison(place, str(reason)))


def _message(place: Place, number: str, item: dict[str, Any], people: _People) -> InboundMessage:
    kind = _word(item.get("type")) or "unknown"
    person = people.of(item)
    context = item.get("context")
    content = item.get(kind)
    return InboundMessage(
        place=place,
        phone_number_id=_required(number, "metadata.phone_number_id"),
        wamid=_wamid(item.get("id")),
        kind=kind,
        text=_text(content.get("body")) if kind == "text" and isinstance(content, dict) else "",
        sent_at=_time(item.get("timestamp")),
        quoted_wamid=_text(context.get("id"))[:MAX_WAMID] if isinstance(context, dict) else "",
        sender_phone=person.phone,
        sender_bsuid=person.bsuid,
        sender_username=person.username,
        sender_name=person.name,
        raw=item,
    )


def _status(place: Place, number: str, item: dict[str, Any]) -> StatusUpdate:
    return StatusUpdate(
        place=place,
        phone_number_id=_required(number, "metadata.phone_number_id"),
        wamid=_wamid(item.get("id")),
        status=item["status"],
        at=_time(item.get("timestamp")),
        callback_data=_text(item.get("biz_opaque_callback_data")),
        particulars={key: item[key] for key in ("errors", "pricing", "conversation") if item.get(key)},
    )


@dataclass(frozen=True, slots=True)
class _Person:
    phone: str
    bsuid: str
    username: str
    name: str


class _People:
    """`contacts[]` of a change, found by BSUID, then by wa_id: its order says nothing (Meta: 1.3)."""

    def __init__(self, contacts: Any) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}
        for contact in contacts if isinstance(contacts, list) else []:
            if isinstance(contact, dict):
                for key in (_text(contact.get("user_id")), _text(contact.get("wa_id"))):
                    if key:
                        self._by_id[key] = contact

    def of(self, item: dict[str, Any]) -> _Person:
        """Join the message's own ids with what `contacts[]` says of that person."""
        bsuid, phone = _text(item.get("from_user_id")), _text(item.get("from"))
        contact = self._by_id.get(bsuid) or self._by_id.get(phone) or {}
        bsuid = bsuid or _text(contact.get("user_id"))
        phone = _digits(phone or _text(contact.get("wa_id")))
        if not bsuid and not phone:
            raise Unreadable("no sender: neither from nor from_user_id")
        profile = contact.get("profile")
        profile = profile if isinstance(profile, dict) else {}
        return _Person(
            phone=phone[:32],
            bsuid=bsuid[:160],
            username=_text(profile.get("username")).lstrip("@")[:64],
            name=_text(profile.get("name")).strip()[:200],
        )


def _objects(items: Any, place: Place, parsed: Parsed) -> Iterator[tuple[Place, dict[str, Any]]]:
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


def _time(value: Any) -> datetime:
    try:
        seconds = float(value)
        if seconds >= MILLISECONDS_FROM:
            seconds /= 1000
        moment = datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Unreadable("timestamp is not a time") from None
    if not NOT_BEFORE <= moment <= datetime.now(UTC) + AHEAD_AT_MOST:
        raise Unreadable(f"timestamp is absurd: {moment:%Y-%m-%d}")
    return moment


def _wamid(value: Any) -> str:
    wamid = _required(_text(value), "id")
    if len(wamid) > MAX_WAMID:
        raise Unreadable("id is longer than 255 characters")
    return wamid


def _required(value: str, name: str) -> str:
    if not value:
        raise Unreadable(f"{name} is missing")
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _digits(value: str) -> str:
    return "".join(filter(str.isascii, filter(str.isdigit, value)))


def _word(value: Any) -> str:
    return value[:MAX_KIND] if isinstance(value, str) else ""


def _load(body: bytes) -> Any:
    document = json.loads(body)
    # Emoji are escaped as pairs of surrogates, so the second test is often true; the walk is cheap.
    return _storable(document) if b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body else document


def _storable(value: Any) -> Any:
    """Replace what PostgreSQL cannot hold, NUL and lone surrogates, by U+FFFD."""
    if isinstance(value, str):
        clean = value.replace("\x00", "\ufffd")
        return clean.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
