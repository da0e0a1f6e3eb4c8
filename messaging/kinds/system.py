"""A notice of Meta's about the customer: a new number, a new identity (Meta: section 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.values import line, mapping, text

NAME = "system"
LABEL = gettext_noop("Notice from WhatsApp")
ICON = "info"

MOVES = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})
"""Notices after which the customer goes on under other identities; no other notice moves anybody."""
MAX_IDENTITY, MAX_PHONE = 160, 33


@dataclass(frozen=True, slots=True)
class System:
    """A notice; the identities from before and from now on, where it tells of a move. Phones are digits only."""

    type: str
    body: str
    new_phone: str
    new_bsuid: str
    old_bsuid: str
    old_phone: str


def parse(raw: Mapping[str, Any]) -> System:
    """Read a notice as Meta gave it."""
    message = mapping(raw)
    content = mapping(message.get(NAME))
    kind = line(content.get("type"), 80)
    new = content if kind in MOVES else {}
    return System(
        type=kind,
        body=text(content.get("body")),
        new_phone=_phone(new.get("wa_id")) or _phone(new.get("new_wa_id")),
        new_bsuid=line(new.get("user_id"), MAX_IDENTITY),
        old_bsuid=line(new.get("previous_user_id"), MAX_IDENTITY),
        old_phone=_phone(message.get("from")) or _phone(content.get("customer")),
    )


def words(content: System) -> str:
    """Return what Meta says, in its own words."""
    return content.body


def _phone(value: Any) -> str:
    digits = line(value, MAX_PHONE).removeprefix("+")
    return digits if digits.isdecimal() and digits.isascii() else ""
