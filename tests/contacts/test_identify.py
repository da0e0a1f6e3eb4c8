"""Who wrote: one contact per person, never two people in one."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from contacts.actions.identities import LOCKS, Sighting, identify, lock
from contacts.models import Contact, ContactIdentity
from numbers.models import PhoneNumber, WabaAccount
from tests.deliveries import Wrote, arrive, delivery, store
from webhooks import drain, queue

PHONE, LEGACY = "5511987650001", "551187650001"
NOW = int(time.time())


def current_phones() -> dict[str, str]:
    """Who has which phone now, by BSUID."""
    phones = ContactIdentity.objects.filter(kind="PHONE", is_current=True)
    return {phone.contact.bsuid: phone.value for phone in phones}


def test_it_recognises_who_wrote_before(customer_writes):
    first, second = customer_writes(phone=PHONE, name="Ana"), customer_writes(phone=PHONE, name="Ana")
    assert first.conversation == second.conversation
    assert Contact.objects.get().display_name == "Ana"


def test_both_spellings_of_a_mobile_are_one_person(customer_writes):
    customer_writes(phone=LEGACY)
    customer_writes(phone=PHONE)
    assert Contact.objects.count() == 1


def test_it_applies_both_spellings_of_one_person_in_one_batch(number: PhoneNumber):
    arrive(Wrote("1", at=NOW - 9, phone=PHONE, bsuid="BR.1", name="Ana"))
    events = store(
        delivery(Wrote("2", at=NOW - 8, phone=LEGACY, name="Ana")),
        delivery(Wrote("3", at=NOW - 7, phone=PHONE, bsuid="BR.1", name="Ana Maria")),
    )
    drain.drain_due()
    assert not any(event.quarantined.exists() for event in events)
    assert (Contact.objects.get().profile_name, Contact.objects.get().phone) == ("Ana Maria", f"+{PHONE}")


def test_a_phone_withheld_later_stays_known_in_one_batch(number: PhoneNumber):
    store(
        delivery(Wrote("1", at=NOW - 9, phone=PHONE, bsuid="BR.1", name="Ana")),
        delivery(Wrote("2", at=NOW - 8, bsuid="BR.1")),
    )
    drain.drain_due()
    assert (Contact.objects.get().phone, Contact.objects.get().profile_name) == (f"+{PHONE}", "Ana")


def test_a_bsuid_joins_the_contact_known_by_phone(customer_writes):
    customer_writes(phone=PHONE)
    customer_writes(phone=PHONE, bsuid="BR.1")
    customer_writes(phone="", bsuid="BR.1")
    assert Contact.objects.get().bsuid == "BR.1"


def test_a_phone_passed_on_does_not_merge_two_people(customer_writes):
    first = customer_writes(phone=PHONE, bsuid="BR.1", ago=60)
    second = customer_writes(phone=PHONE, bsuid="BR.2", ago=30)
    assert first.conversation.contact != second.conversation.contact
    assert current_phones() == {"BR.2": PHONE}


def test_an_old_delivery_does_not_take_the_phone_back(customer_writes):
    customer_writes(phone=PHONE, bsuid="BR.2", ago=30)
    customer_writes(phone=PHONE, bsuid="BR.1", ago=60)
    assert current_phones() == {"BR.2": PHONE}


def test_one_bsuid_in_two_portfolios_is_two_people(customer_writes, number: PhoneNumber):
    other = WabaAccount.objects.create(waba_id="2", name="Outra", portfolio_id="800")
    elsewhere = PhoneNumber.objects.create(waba=other, phone_number_id="2", display_phone="", name="2")
    customer_writes(phone="", bsuid="BR.1")
    customer_writes(phone="", bsuid="BR.1", to=elsewhere)
    assert Contact.objects.count() == 2


def test_a_username_identifies_nobody(customer_writes):
    customer_writes(phone="", bsuid="BR.1", username="ana")
    customer_writes(phone="", bsuid="BR.2", username="Ana")
    assert Contact.objects.count() == 2


def test_an_old_name_does_not_come_back(customer_writes):
    customer_writes(name="Ana Maria", ago=10)
    customer_writes(name="Ana", ago=60)
    customer_writes(name="", ago=0)
    assert Contact.objects.get().profile_name == "Ana Maria"


def test_our_own_name_wins_over_the_profile(customer_writes):
    contact = customer_writes(name="Ana").conversation.contact
    contact.name = "Ana da padaria"
    contact.save()
    assert customer_writes(name="Ana M.").conversation.contact.display_name == "Ana da padaria"


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"phone": PHONE}, f"+{PHONE}"),
        ({"phone": "", "bsuid": "BR.123456789", "username": "ana"}, "@ana"),
        ({"phone": "", "bsuid": "BR.123456789"}, "…456789"),
    ],
)
def test_somebody_without_a_name_is_shown_by_what_is_known(customer_writes, fields: dict, shown: str):
    assert customer_writes(**fields).conversation.contact.display_name == shown


def test_the_database_allows_one_holder_of_a_phone(customer_writes):
    contact = customer_writes(phone=PHONE).conversation.contact
    other = Contact.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactIdentity.objects.create(contact=other, kind="PHONE", value=PHONE, key=PHONE, seen_at=contact.created_at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ids", [{"phone": PHONE}, {"bsuid": "BR.1"}, {"phone": PHONE, "bsuid": "BR.1"}])
def test_first_sightings_at_the_same_time_make_one_contact(number: PhoneNumber, ids: dict, monkeypatch):
    monkeypatch.setattr(queue, "BATCH", 1)
    store(*(delivery(Wrote(f"album.{n}", **ids)) for n in range(12)))
    start = threading.Barrier(4)

    def work(_: int) -> None:
        start.wait()
        try:
            drain.drain_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    contact = Contact.objects.get()
    assert contact.conversations.get().messages.count() == 12


def test_newcomers_cost_the_same_however_many_they_are(db):
    def cost(*people: str) -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            identify(Sighting("700", f"BR.{name}", f"551140{name}", "", "", datetime.now(UTC)) for name in people)
        return len(asked)

    assert cost(*(f"1{n:05}" for n in range(60))) == cost(*(f"2{n:05}" for n in range(2)))
    assert Contact.objects.count() == 62
    assert {identity.is_current for identity in ContactIdentity.objects.all()} == {True}


def test_newcomers_who_share_a_phone_are_told_apart(number: PhoneNumber):
    store(
        delivery(Wrote("1", at=NOW - 9, phone=PHONE, bsuid="BR.1")),
        delivery(Wrote("2", at=NOW - 8, phone=LEGACY, bsuid="BR.2")),
        delivery(Wrote("3", at=NOW - 7, phone="5521987650002"), Wrote("4", phone="5521987650002", bsuid="BR.3")),
    )
    drain.drain_due()
    assert current_phones() == {"BR.2": LEGACY, "BR.3": "5521987650002"}
    assert Contact.objects.count() == 3


def test_a_batch_of_very_many_newcomers_takes_few_locks(db):
    with transaction.atomic():
        lock(f"key.{n}" for n in range(5000))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone()[0] <= LOCKS


def test_who_had_a_phone_is_found_by_an_index(db):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        former = ContactIdentity.objects.filter(kind="PHONE", is_current=False, key=PHONE)
        assert "former_phones" in former.explain()
