"""Who a delivery speaks of: the ids on the item itself, joined with `contacts[]` (Meta: sections 1.3, 3)."""

from __future__ import annotations

from typing import Any

from contacts.facts import Person
from messaging.fields.change import Unreadable, digits, text

MAX_PHONE, MAX_BSUID, MAX_USERNAME, MAX_NAME = 32, 160, 64, 200


class People:
    """`contacts[]` of a change, found by BSUID, then by wa_id: its order says nothing."""

    def __init__(self, contacts: Any) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}
        for contact in contacts if isinstance(contacts, list) else []:
            if isinstance(contact, dict):
                for key in (text(contact.get("user_id")), text(contact.get("wa_id"))):
                    if key:
                        self._by_id[key] = contact

    def sender(self, item: dict[str, Any]) -> Person:
        """Return who wrote an item; raise Unreadable when nothing says who."""
        return self._person(item.get("from"), item.get("from_user_id"), "no sender: neither from nor from_user_id")

    def recipient(self, item: dict[str, Any]) -> Person:
        """Return whom an item of ours went to; raise Unreadable when nothing says whom."""
        user_id = item.get("to_user_id") or item.get("recipient")
        return self._person(item.get("to"), user_id, "no recipient: neither to nor to_user_id")

    def _person(self, phone: Any, user_id: Any, missing: str) -> Person:
        phone, bsuid = text(phone), text(user_id)
        contact = self._by_id.get(bsuid) or self._by_id.get(phone) or {}
        profile = contact.get("profile")
        profile = profile if isinstance(profile, dict) else {}
        found = person(
            phone or text(contact.get("wa_id")),
            bsuid or text(contact.get("user_id")),
            username=profile.get("username"),
            name=profile.get("name"),
        )
        if not found.bsuid and not found.phone:
            raise Unreadable(missing)
        return found


def person(phone: Any, bsuid: Any, *, username: Any = "", name: Any = "") -> Person:
    """Make a person of what Meta wrote, cut to what our columns hold; unusable parts are empty."""
    return Person(
        phone=digits(text(phone))[:MAX_PHONE],
        bsuid=text(bsuid)[:MAX_BSUID],
        username=text(username).lstrip("@")[:MAX_USERNAME],
        name=text(name).strip()[:MAX_NAME],
    )
