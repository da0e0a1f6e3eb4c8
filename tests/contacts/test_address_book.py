"""Names from the phone's address book: the newest entry counts, and a removal is one."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from contacts.actions import apply_address_book
from contacts.facts import AddressBookEntry, Person
from contacts.models import Contact
from numbers.models import PhoneNumber
from numbers.routes import Routes

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entry(name: str, minute: int = 0, phone: str = "5511987650001") -> AddressBookEntry:
    at = NOON + timedelta(minutes=minute)
    return AddressBookEntry(("x",), "105551234560001", Person(phone=phone), name, not name, at)


@pytest.fixture
def routes(number: PhoneNumber) -> Routes:
    return Routes({number.phone_number_id: number})


def test_the_address_book_names_a_contact(customer_writes, routes: Routes):
    contact = customer_writes(phone="5511987650001", name="Aninha").conversation.contact
    apply_address_book([entry("Ana Padaria", phone="551187650001")], routes)
    assert Contact.objects.get(pk=contact.pk).display_name == "Ana Padaria"
    Contact.objects.update(name="Ana, a do bolo")
    assert Contact.objects.get(pk=contact.pk).display_name == "Ana, a do bolo", "what we wrote wins"


def test_a_removal_brings_the_profile_name_back(customer_writes, routes: Routes):
    customer_writes(phone="5511987650001", name="Aninha")
    apply_address_book([entry("Ana Padaria"), entry("", 1)], routes)
    assert Contact.objects.get().display_name == "Aninha"


@pytest.mark.parametrize("order", list(itertools.permutations([("Ana", 1), ("", 2), ("Ana L.", 3), ("Ana", 3)])))
def test_the_order_of_arrival_does_not_matter(routes: Routes, order: tuple):
    for name, minute in order:
        apply_address_book([entry(name, minute)], routes)
    assert Contact.objects.get().book_name == "Ana L."


def test_a_removal_counts_even_before_its_entry(routes: Routes):
    apply_address_book([entry("", 2)], routes)
    apply_address_book([entry("Ana", 1)], routes)
    assert Contact.objects.get().book_name == ""
