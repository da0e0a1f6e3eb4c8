"""What customers chose about marketing, and the phone's address book: payloads to facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contacts.facts import AddressBookEntry, MarketingChoice, Person
from messaging.facts import Kept, Parsed, Poison
from messaging.fields import address_book, preferences
from messaging.fields.change import Change

AT = 1793626646
WHEN = datetime.fromtimestamp(AT, UTC)


def read(reader: Any, **value: Any) -> list[Any]:
    value = {"metadata": {"phone_number_id": "1"}, **value}
    parsed = Parsed()
    change = Change(("c",), reader.FIELDS[0], value, "2", None, parsed)
    return [*reader.read(change), *parsed.poison]


STOP = {"wa_id": "5511987650001", "user_id": "BR.1", "category": "marketing_messages", "value": "stop", "timestamp": AT}
NAMES = [{"profile": {"name": "Ana", "username": "@ana"}, "user_id": "BR.1"}]


def test_a_choice():
    (fact,) = read(preferences, user_preferences=[{**STOP, "detail": "asked"}], contacts=NAMES)
    person = Person("5511987650001", "BR.1", "ana", "Ana")
    assert fact == MarketingChoice(("c", "value", "user_preferences", 0), "1", person, "stop", WHEN, "asked")


@pytest.mark.parametrize(
    "odd",
    [{"value": "pause"}, {"category": "utility"}, {"value": None}, {"value": 3}, {"category": ["marketing_messages"]}],
)
def test_a_choice_nobody_knows_is_kept(odd: dict):
    assert isinstance(read(preferences, user_preferences=[STOP | odd])[0], Kept)


@pytest.mark.parametrize(
    "odd", [{"timestamp": "soon"}, {"timestamp": None}, {"wa_id": None, "user_id": None}, {"user_id": 5, "wa_id": []}]
)
def test_an_unreadable_choice_costs_only_itself(odd: dict):
    told = read(preferences, user_preferences=[STOP | odd, STOP, "odd"])
    assert [type(one) for one in told] == [Poison, MarketingChoice, Poison]


CONTACT = {"full_name": "Ana Lima", "first_name": "Ana", "phone_number": "+55 11 8765-0001", "user_id": "BR.1"}
ADDED = {"type": "contact", "contact": CONTACT, "action": "add", "metadata": {"timestamp": str(AT)}}


def test_an_entry_of_the_address_book():
    (fact,) = read(address_book, state_sync=[ADDED])
    person = Person("551187650001", "BR.1")
    assert fact == AddressBookEntry(("c", "value", "state_sync", 0), "1", person, "Ana Lima", False, WHEN)


def test_a_removal_has_no_name():
    removed = {**ADDED, "contact": {"phone_number": "5511976540099"}, "action": "remove"}
    (fact,) = read(address_book, state_sync=[removed])
    assert (fact.full_name, fact.is_removed) == ("", True)


@pytest.mark.parametrize(
    ("odd", "becomes"),
    [
        ({"type": "chat"}, Kept),
        ({"action": "merge"}, Kept),
        ({"contact": None}, Poison),
        ({"contact": {"full_name": "Ana"}}, Poison),
        ({"contact": {"phone_number": {"n": 1}, "user_id": "BR.1"}}, AddressBookEntry),
        ({"metadata": "x"}, Poison),
        ({"metadata": {}}, Poison),
    ],
)
def test_odd_entries(odd: dict, becomes: type):
    told = read(address_book, state_sync=[ADDED | odd, ADDED])
    assert [type(one) for one in told] == [becomes, AddressBookEntry]


@pytest.mark.parametrize("odd", [None, {}, "x", 5])
def test_lists_that_are_none(odd: Any):
    assert all(isinstance(one, Poison) for one in read(address_book, state_sync=odd))
    assert all(isinstance(one, Poison) for one in read(preferences, user_preferences=odd))
