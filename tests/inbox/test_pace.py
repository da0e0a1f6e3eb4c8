"""Limits hold for any number of workers: a person's pace, and a number's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from inbox import actions, claims, pace
from inbox.models import Message, RecipientPace
from numbers.actions import slow_number
from numbers.models import PhoneNumber
from tests.inbox.conftest import Meta, fresh, in_threads, send_due

Status = Message.Status


def test_one_person_gets_no_more_than_the_pair_allows(meta: Meta, customer_writes, types, monkeypatch):
    monkeypatch.setattr(pace, "PAIR_BURST", 2)
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


def test_two_conversations_of_one_person_are_one_pair(meta: Meta, customer_writes, types, owner):
    closed = customer_writes(phone="5511987650001").conversation
    types(closed)
    actions.close_conversation(closed, by=owner)
    types(customer_writes(phone="5511987650001", ago=-2).conversation)
    send_due()
    assert len(meta.accepted(recipient="5511987650001")) == 2
    ahead = RecipientPace.objects.get().slots_taken_until - timezone.now()
    assert timedelta(seconds=2 * pace.PAIR_SECONDS - 2) < ahead <= timedelta(seconds=2 * pace.PAIR_SECONDS)


def test_a_number_keeps_its_pace_with_any_number_of_workers(meta: Meta, customer_writes, types, number, settings):
    """Meta takes 26 a second here and complains of more; Redis forgets all while they send."""
    PhoneNumber.objects.update(sends_per_second=20)
    meta.faults(throttle_per_second=26)
    for n in range(12):
        talk = customer_writes(phone=f"55119876502{n:02}").conversation
        for _ in range(4):
            types(talk)
    in_threads(3, send_due, meanwhile=redis.Redis.from_url(settings.REDIS_URL).flushall)
    starts = sorted(call["at"] for call in meta.calls())
    busiest = max(sum(start <= other < start + 1 for other in starts) for start in starts)
    assert len(meta.accepted()) == len(starts) == 48, "each once, and none refused"
    assert busiest <= 26


def test_replies_find_room_beside_bulk(meta: Meta, customer_writes, types):
    PhoneNumber.objects.update(sends_per_second=1)
    for n in range(8):
        types(customer_writes(phone=f"55119876502{n:02}").conversation)
    Message.objects.filter(direction="OUTBOUND").update(lane="bulk")
    assert len(claims.claim_due("bulk", limit=50).claims) == 3
    assert claims.claim_due("bulk", limit=50).is_held_back
    types(customer_writes(phone="5511987650299").conversation)
    assert len(claims.claim_due("replies", limit=50).claims) == 1


def test_a_number_that_is_too_fast_goes_on_slower_by_itself(meta: Meta, conversation, types, number: PhoneNumber):
    meta.faults(error_code=130429, count=1)
    message = types(conversation)
    send_due()
    assert fresh(message).status == Status.SENT
    first, second = meta.calls()
    assert (first["code"], second["code"]) == (130429, None)
    assert second["at"] - first["at"] > 0.9, "it rested"
    number.refresh_from_db()
    assert number.slowed_to == pytest.approx(76 * 0.7)
    assert number.is_slowed
    number.slowed_at -= timedelta(seconds=30)
    assert number.pace == pytest.approx(76 * (0.7 + 30 / 200), rel=0.05)
    number.slowed_at -= timedelta(minutes=1)
    assert (number.pace, number.is_slowed) == (76, False)


def test_what_was_on_its_way_slows_a_number_once(number: PhoneNumber):
    for _ in range(5):
        slow_number(number)
    number.refresh_from_db()
    assert number.slowed_to == pytest.approx(76 * 0.7)
    assert number.send_slots_taken_until < timezone.now() + timedelta(seconds=2)


def test_a_person_who_got_too_much_waits_alone(meta: Meta, customer_writes, types):
    hot = types(customer_writes(phone="5511987650001").conversation)
    meta.faults(error_code=131056, count=1)
    send_due()
    other = types(customer_writes(phone="5511987650002").conversation)
    send_due()
    assert (fresh(hot).status, fresh(other).status) == (Status.QUEUED, Status.SENT)
    assert hot.due_at > timezone.now() + timedelta(seconds=2)
