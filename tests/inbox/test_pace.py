"""Limits hold for any number of workers: a person's pace, a number's, and the circuits."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import AuditLog
from inbox import claims
from inbox.models import Message, RecipientPace, SendAttempt
from numbers.models import PhoneNumber
from tests.inbox.conftest import Meta, fresh, send_due

Status = Message.Status


def test_one_person_gets_no_more_than_the_pair_allows(meta: Meta, customer_writes, types, monkeypatch):
    monkeypatch.setattr(claims, "PAIR_BURST", 2)
    hot = customer_writes(phone="5511987650001").conversation
    other = customer_writes(phone="5511987650002").conversation
    for n in range(6):
        types(hot, str(n))
    types(other)
    send_due()
    assert len(meta.accepted(recipient="5511987650001")) == 3
    assert len(meta.accepted(recipient="5511987650002")) == 1
    RecipientPace.objects.update(slots_taken_until=timezone.now())
    send_due()
    assert len(meta.accepted(recipient="5511987650001")) == 6


def test_a_number_keeps_its_pace(meta: Meta, customer_writes, types, number: PhoneNumber):
    number.sends_per_second = 20
    number.save()
    for n in range(44):
        types(customer_writes(phone=f"55119876502{n:02}").conversation)
    send_due()
    starts = sorted(SendAttempt.objects.values_list("started_at", flat=True))
    second = timedelta(seconds=1)
    busiest = max(sum(start <= other < start + second for other in starts) for start in starts)
    assert len(starts) == 44
    assert busiest <= 20 + claims.LEAST_BURST + 1


def test_a_number_that_is_too_fast_goes_on_by_itself(meta: Meta, conversation, types, number: PhoneNumber):
    meta.faults(error_code=130429, count=1)
    message = types(conversation)
    send_due()
    assert fresh(message).status == Status.SENT
    assert [call["code"] for call in meta.calls()] == [130429, None]


def test_a_person_who_got_too_much_waits_alone(meta: Meta, customer_writes, types):
    hot = types(customer_writes(phone="5511987650001").conversation)
    meta.faults(error_code=131056, count=1)
    send_due()
    other = types(customer_writes(phone="5511987650002").conversation)
    send_due()
    assert (fresh(hot).status, fresh(other).status) == (Status.QUEUED, Status.SENT)
    assert hot.due_at > timezone.now() + timedelta(seconds=2)


def test_a_refused_token_stops_the_account_until_a_probe_goes_through(meta: Meta, customer_writes, types, number):
    meta.faults(error_code=190)
    messages = [types(customer_writes(phone=f"55119876503{n:02}").conversation) for n in range(12)]
    send_due()
    calls = len(meta.calls())
    assert calls <= claims.LEAST_BURST
    assert {fresh(message).status for message in messages} == {Status.QUEUED}
    assert AuditLog.objects.filter(action="account.blocked").count() == 1
    number.waba.refresh_from_db()
    assert number.waba.blocked_reason.startswith("190")
    send_due()
    assert len(meta.calls()) == calls, "nothing is sent while the circuit is open"
    meta.faults(error_code=None)
    number.waba.blocked_until = timezone.now()
    number.waba.save()
    send_due()
    number.waba.refresh_from_db()
    assert number.waba.blocked_until is None
    assert {fresh(message).status for message in messages} == {Status.SENT}


def test_a_probe_is_one_call(meta: Meta, customer_writes, types, number):
    meta.faults(error_code=190)
    for n in range(5):
        types(customer_writes(phone=f"55119876503{n:02}").conversation)
    number.waba.blocked_until = timezone.now()
    number.waba.save()
    send_due()
    assert len(meta.calls()) == 1
    number.waba.refresh_from_db()
    assert number.waba.blocked_until > timezone.now()


def test_a_restricted_number_stops_alone(meta: Meta, customer_writes, types, number):
    other = PhoneNumber.objects.create(waba=number.waba, phone_number_id="105551234560002", display_phone="", name="BH")
    stopped = types(customer_writes(phone="5511987650001").conversation)
    meta.faults(error_code=131031, phone_number_id=number.phone_number_id)
    send_due()
    goes = types(customer_writes(phone="5511987650001", to=other).conversation)
    send_due()
    assert (fresh(stopped).status, fresh(goes).status) == (Status.QUEUED, Status.SENT)
    number.refresh_from_db()
    assert number.blocked_until is not None
