"""What Meta says of customers beside their messages, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

Place = tuple[str | int, ...]
"""Where in the body something stands."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a fact is about; at least one of `bsuid` and `phone` is given."""

    phone: str = ""
    bsuid: str = ""
    username: str = ""
    profile_name: str = ""


@dataclass(frozen=True, slots=True)
class MarketingChoice:
    """A customer stopped or resumed marketing messages, or signed up for them (Meta: section 5.4)."""

    counted_as: ClassVar[str] = "marketing choices"

    place: Place
    phone_number_id: str
    person: Named
    value: str
    """stop, resume or signup."""
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AddressBookEntry:
    """The address book of a number's phone names a customer, or no longer does (Meta: section 2.11)."""

    counted_as: ClassVar[str] = "address book"

    place: Place
    phone_number_id: str
    person: Named
    full_name: str
    is_removed: bool
    at: datetime
