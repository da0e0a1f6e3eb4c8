"""Signs of life: gathered in memory, written down together, and missed when they stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from numbers import silence
from numbers.models import Alert, NumberPulse, PhoneNumber
from numbers.pulse import Hearing

pytestmark = pytest.mark.django_db


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_it_writes_down_what_it_heard_in_one_statement(line: PhoneNumber):
    hearing, now = Hearing(), timezone.now()
    for late in (2, 9, 4):
        hearing.note(line.phone_number_id, now + seconds(late), now)
    hearing.note("unknown", now, now)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        hearing.flush()
        hearing.flush()
    assert len(queries) == 1
    pulse = NumberPulse.objects.get()
    assert (pulse.last_heard_at, pulse.lag, pulse.worst_lag) == (now + seconds(9), seconds(9), seconds(9))


def test_what_other_processes_heard_later_stands(line: PhoneNumber):
    first, second, now = Hearing(), Hearing(), timezone.now()
    first.note(line.phone_number_id, now, now - seconds(30))
    second.note(line.phone_number_id, now + seconds(5), now + seconds(4))
    second.flush()
    first.flush()
    pulse = NumberPulse.objects.get()
    assert (pulse.last_heard_at, pulse.lag, pulse.worst_lag) == (now + seconds(5), seconds(1), seconds(30))


def test_the_longest_delay_stands_for_an_hour(line: PhoneNumber):
    hearing, now = Hearing(), timezone.now()
    for later, lag in ((0, 60), (1800, 1), (4000, 2)):
        hearing.note(line.phone_number_id, now + seconds(later), now + seconds(later - lag))
        hearing.flush()
        assert NumberPulse.objects.get().worst_lag == seconds(2 if later == 4000 else 60)


def test_what_is_no_message_is_heard_without_a_delay(line: PhoneNumber):
    hearing, now = Hearing(), timezone.now()
    hearing.note(line.phone_number_id, now, now - seconds(3))
    hearing.note(line.phone_number_id, now + seconds(8))
    hearing.flush()
    hearing.note(line.phone_number_id, now + seconds(20))
    hearing.flush()
    pulse = NumberPulse.objects.get()
    assert (pulse.last_heard_at, pulse.lag) == (now + seconds(20), seconds(3))


def test_it_flushes_every_few_seconds_only(line: PhoneNumber, monkeypatch):
    hearing, now = Hearing(), timezone.now()
    hearing.note(line.phone_number_id, now)
    hearing.flush_due()
    assert not NumberPulse.objects.exists()
    monkeypatch.setattr("numbers.pulse.FLUSH_SECONDS", 0.0)
    hearing.flush_due()
    assert NumberPulse.objects.exists()


def heard(number: PhoneNumber, *, hours_ago: float) -> None:
    then = timezone.now() - timedelta(hours=hours_ago)
    NumberPulse.objects.update_or_create(number=number, defaults={"last_heard_at": then, "updated_at": then})


def test_a_silence_is_one_alert_until_it_is_heard_again(line: PhoneNumber):
    heard(line, hours_ago=25)
    silence.watch()
    silence.watch()
    alert = Alert.objects.get()
    assert (alert.kind, alert.number, alert.ended_at) == ("number.silent", line, None)
    heard(line, hours_ago=0)
    silence.watch()
    assert not Alert.objects.open().exists()
    heard(line, hours_ago=30)
    silence.watch()
    assert (Alert.objects.count(), Alert.objects.open().count()) == (2, 1)


def test_who_is_not_missed(line: PhoneNumber, settings):
    silence.watch()
    assert not Alert.objects.exists(), "it was never heard"
    heard(line, hours_ago=23)
    silence.watch()
    assert not Alert.objects.exists(), "not for long enough"
    heard(line, hours_ago=99)
    PhoneNumber.objects.update(state="PAUSED")
    silence.watch()
    assert not Alert.objects.exists(), "it is paused"
    PhoneNumber.objects.update(state="ACTIVE")
    settings.SILENCE_ALERT_HOURS = 0
    silence.watch()
    assert not Alert.objects.exists(), "0 means never"
