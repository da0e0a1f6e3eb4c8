"""Field `smb_app_state_sync`: the address book of the number's phone (coexistence; Meta: section 2.11)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contacts.facts import AddressBookEntry
from messaging.facts import Kept
from messaging.fields.change import Change, Unreadable, required, text, time, word
from messaging.fields.people import MAX_NAME, person
from numbers.routes import Place

FIELDS = ("smb_app_state_sync",)

ACTIONS = frozenset({"add", "edit", "remove"})


def read(change: Change) -> Iterator[Any]:
    """Read entries that were added, changed or removed; what is no contact is kept."""
    yield from change.each("state_sync", partial(_entry, change.phone_number_id))


def _entry(number: str, place: Place, item: dict[str, Any]) -> AddressBookEntry | Kept:
    kind, action = word(item.get("type")), word(item.get("action")).lower()
    if kind != "contact" or action not in ACTIONS:
        return Kept(place, f"address book:{kind}:{action}"[:60])
    contact, metadata = item.get("contact"), item.get("metadata")
    contact = contact if isinstance(contact, dict) else {}
    whom = person(contact.get("phone_number"), contact.get("user_id"), username=contact.get("username"))
    if not whom.phone and not whom.bsuid:
        raise Unreadable("nobody: the entry has neither phone_number nor user_id")
    return AddressBookEntry(
        place=place,
        phone_number_id=required(number, "metadata.phone_number_id"),
        person=whom,
        full_name=(text(contact.get("full_name")) or text(contact.get("first_name"))).strip()[:MAX_NAME],
        is_removed=action == "remove",
        at=time(metadata.get("timestamp") if isinstance(metadata, dict) else None),
    )
