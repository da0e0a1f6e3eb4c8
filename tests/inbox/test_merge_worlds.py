"""Merging in any small world: undoing it gives back the same rows, and deliveries meanwhile lose nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contacts.models import Contact, ContactIdentity, ContactMerge
from inbox import actions
from inbox.models import Conversation, Message
from numbers.models import PhoneNumber
from tests.deliveries import Wrote, delivery, reasons, store
from tests.inbox.test_merge import world
from tests.webhooks.stories import Drains
from webhooks import queue

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHONES = ("5511987650001", "5521987650002")
NOW = int(time.time())

moments = st.integers(0, 4).map(lambda minutes: NOON + timedelta(minutes=minutes))
maybe = st.one_of(st.none(), moments)


def identities(contact: int) -> st.SearchStrategy[list[dict]]:
    """A BSUID of their own, phones and usernames that others may have too."""
    bsuid = st.just({"kind": "BSUID", "value": f"BR.{contact}", "key": f"700/BR.{contact}"})
    phone = st.sampled_from(PHONES).map(lambda value: {"kind": "PHONE", "value": value, "key": value})
    name = st.sampled_from(["ana", "Ana"]).map(lambda v: {"kind": "USERNAME", "value": v, "key": "ana"})
    return st.lists(st.one_of(bsuid, phone, name), max_size=4, unique_by=lambda i: i["key"])


known = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "Ana", "Bia"]),
        "legal_hold": st.booleans(),
        "profile_name": st.sampled_from(["A", "B"]),
        "profile_name_at": maybe,
        "book_name": st.sampled_from(["", "Ana L."]),
        "book_name_at": maybe,
        "marketing_refused_at": maybe,
    }
)
talks = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(0, 1),
            "status": st.sampled_from(["OPEN", "PENDING", "CLOSED", "HISTORY"]),
            "waiting_since": maybe,
            "unread_count": st.integers(0, 3),
            "last_message_at": moments,
        }
    ),
    max_size=4,
)
worlds = st.tuples(*(st.tuples(identities(contact), known, talks) for contact in range(3)))
merges = st.lists(st.permutations(range(3)).map(lambda order: (order[0], order[1])), min_size=1, max_size=3)


@pytest.fixture
def other_number(number: PhoneNumber) -> PhoneNumber:
    return PhoneNumber.objects.create(waba=number.waba, phone_number_id="2", display_phone="", name="2")


def test_undoing_merges_gives_back_the_same_rows(number: PhoneNumber, other_number: PhoneNumber):
    @settings(
        max_examples=30,
        deadline=None,
        database=None,
        print_blob=False,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds, merges)
    def property_holds(people, wanted) -> None:
        with transaction.atomic():
            contacts = [_build(one, [number, other_number]) for one in people]
            before = world()
            done = [merge for kept, merged in wanted if (merge := _merge(contacts[kept], contacts[merged]))]
            _check_nothing_is_lost(before)
            for merge in reversed(done):
                actions.undo_merge(merge, by=None)
            assert world() == before
            transaction.set_rollback(True)

    property_holds()


def _build(one, numbers: list[PhoneNumber]) -> Contact:
    identities, fields, talks = one
    choice = {"marketing_choice_at": fields["marketing_refused_at"]}
    contact = Contact.objects.create(**fields, **choice)
    for position, identity in enumerate(identities):
        taken = ContactIdentity.objects.filter(kind="PHONE", key=identity["key"], is_current=True).exists()
        seen_at = NOON + timedelta(seconds=contact.pk % 7 + position)
        ContactIdentity.objects.create(contact=contact, **identity, is_current=not taken, seen_at=seen_at)
    for talk in talks:
        _talk(contact, numbers[talk.pop("number")], **talk)
    return contact


def _talk(contact: Contact, number: PhoneNumber, *, status: str, last_message_at: datetime, **fields) -> None:
    is_over = status in ("CLOSED", "HISTORY")
    present = contact.conversations.filter(number=number)
    alike = {"HISTORY": present.filter(is_history=True), "CLOSED": present.none()}
    if alike.get(status, present.exclude(status="CLOSED")).exists():
        return
    if is_over:
        fields |= {"waiting_since": None, "closed_at": last_message_at, "is_history": status == "HISTORY"}
    status = "CLOSED" if is_over else status
    contact.conversations.create(number=number, status=status, last_message_at=last_message_at, **fields)


def _merge(kept: Contact, merged: Contact) -> ContactMerge | None:
    try:
        return actions.merge_contacts(kept, merged, by=None)
    except actions.Refusal:
        return None


def _check_nothing_is_lost(before: dict[str, list]) -> None:
    gone = Contact.objects.filter(merged_into__isnull=False)
    assert not ContactIdentity.objects.filter(contact__in=gone).exists()
    assert not Conversation.objects.filter(contact__in=gone).exists()
    after = world()
    assert len(after["conversations"]) == len(before["conversations"])
    unread = [sum(row[6] for row in rows["conversations"]) for rows in (before, after)]
    assert unread[0] == unread[1]
    keys = [{(row[2], row[4]) for row in rows["identities"]} for rows in (before, after)]
    assert keys[0] == keys[1]
    current = [{row[4] for row in rows["identities"] if row[5]} for rows in (before, after)]
    assert current[0] == current[1]


@pytest.fixture
def drains() -> Iterator[Drains]:
    drains = Drains()
    yield drains
    drains.close()


WAYS = [
    {"phone": phone, "bsuid": bsuid}
    for own, own_bsuid in zip(PHONES, ("BR.1", "BR.2"), strict=True)
    for phone, bsuid in ((own, own_bsuid), ("", own_bsuid), (own, ""))
]
"""How Meta may speak of two people."""


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 5])
def test_deliveries_meanwhile_find_their_way(number: PhoneNumber, drains: Drains, monkeypatch, batch: int):
    openings = store(*(delivery(Wrote(f"first.{n}", at=NOW - 900, **WAYS[n])) for n in (0, 3)))
    drains.run()
    kept, merged = Contact.objects.order_by("pk")
    monkeypatch.setattr(queue, "BATCH", batch)
    events = []
    for turn in range(3):
        events += store(
            *(
                delivery(Wrote(f"album.{turn}.{n}", at=NOW - 600 + 30 * turn + n, name=f"Ana {n}", **WAYS[n % 6]))
                for n in range(24)
            )
        )
        drains.run(lambda turn=turn: _merge_or_undo(kept, merged, turn))
    actions.gather_strays()
    assert reasons([*openings, *events]) == []
    assert Message.objects.count() == 2 + 3 * 24
    assert Contact.objects.filter(merged_into=None).get() == kept
    _check_nothing_is_lost(world())
    assert Conversation.objects.exclude(status="CLOSED").get().contact == kept


def _merge_or_undo(kept: Contact, merged: Contact, turn: int) -> None:
    """Somebody merges in the middle of it, next time somebody undoes it."""
    if turn % 2 == 0:
        actions.merge_contacts(kept, merged, by=None)
    else:
        actions.undo_merge(ContactMerge.objects.get(undone_at=None), by=None)
