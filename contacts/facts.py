"""What Meta says of customers beside their messages, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from numbers.routes import Place


@dataclass(frozen=True, slots=True)
class Person:
    """What a delivery says of a customer; at least one of `bsuid` and `phone` is given."""

    phone: str = ""
    bsuid: str = ""
    username: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class MarketingChoice:
    """A customer stopped or resumed marketing messages, or signed up for them (Meta: section 5.4)."""

    counted_as: ClassVar[str] = "marketing choices"

    place: Place
    phone_number_id: str
    person: Person
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
    person: Person
    full_name: str
    is_removed: bool
    at: datetime
