"""The ledger forgets what was processed long ago, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog
from django.db import connection
from django.utils import timezone

from inbox.models import Message
from lib import pulse
from tests.deliveries import Wrote, arrive, delivery, store
from webhooks import retention, tasks
from webhooks.models import QuarantinedFact, WebhookEvent

PHONE = "5511987650001"


def aged(event: WebhookEvent, *, days: float) -> WebhookEvent:
    """Let a delivery have come, and been processed if it was, so many days ago."""
    then = timezone.now() - timedelta(days=days)
    WebhookEvent.objects.filter(pk=event.pk).update(received_at=then)
    WebhookEvent.objects.filter(pk=event.pk).exclude(processed_at=None).update(processed_at=then)
    return event


def left() -> set[int]:
    return set(WebhookEvent.objects.values_list("pk", flat=True))


def test_it_deletes_what_was_processed_long_ago_and_keeps_the_rest(number):
    old = aged(arrive(Wrote("wamid.1", phone=PHONE)), days=31)
    young = aged(arrive(Wrote("wamid.2", phone=PHONE)), days=29)
    assert retention.delete_old_deliveries() == {"deleted": 1, "unapplied": 0}
    assert left() == {young.pk}, old
    assert Message.objects.count() == 2, "what deliveries became stays"


def test_the_days_are_a_setting(number, settings):
    aged(arrive(Wrote("wamid.1", phone=PHONE)), days=3)
    settings.LEDGER_DAYS = 2
    assert retention.delete_old_deliveries()["deleted"] == 1


def test_what_waits_is_never_deleted(number):
    (waiting,) = store(delivery(Wrote("wamid.1", phone=PHONE)))
    aged(waiting, days=400)
    # A row in the middle of a replay by an older version: waiting, with a time of processing.
    (odd,) = store(delivery(Wrote("wamid.2", phone=PHONE)))
    WebhookEvent.objects.filter(pk=odd.pk).update(processed_at=timezone.now() - timedelta(days=400))
    assert retention.delete_old_deliveries()["deleted"] == 0
    assert left() == {waiting.pk, odd.pk}


def test_quarantined_ones_go_too_and_an_error_says_how_many(number):
    aged(arrive(Wrote("wamid.1", phone=PHONE), number_id="2"), days=31)
    aged(arrive(Wrote("wamid.2", phone=PHONE)), days=31)
    with structlog.testing.capture_logs() as lines:
        assert retention.delete_old_deliveries() == {"deleted": 2, "unapplied": 1}
    assert [(line["log_level"], line["deliveries"]) for line in lines] == [("info", 2), ("error", 1)]
    assert not QuarantinedFact.objects.exists()


def test_batches_go_on_until_nothing_is_left(number, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for count in range(5):
        aged(arrive(Wrote(f"wamid.{count}", phone=PHONE)), days=31)
    assert retention.delete_old_deliveries()["deleted"] == 5


@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_holds_is_passed_over(number):
    held, free = (aged(arrive(Wrote(f"wamid.{n}", phone=PHONE)), days=31) for n in range(2))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM webhooks_webhookevent WHERE id = %s FOR UPDATE", [held.pk])
            assert retention.delete_old_deliveries()["deleted"] == 1
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert left() == {held.pk}, free


def test_a_worker_of_maintenance_does_it():
    assert pulse._lanes["ledger"].queue == "maintenance"
    assert tasks.delete_old_deliveries.queue == "maintenance"


def test_it_reads_no_more_than_it_deletes(number):
    aged(arrive(Wrote("wamid.1", phone=PHONE)), days=31)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + retention.DELETE, {"before": timezone.now(), "rows": 10})
        assert "event_by_processing" in str(cursor.fetchall())
