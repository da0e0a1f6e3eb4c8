"""The ledger forgets: bodies hold what customers wrote, so they stay for some days and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lib import pulse
from lib.locks import only_one

log = structlog.get_logger(__name__)

BATCH = 1_000
"""Deliveries of one transaction."""

# What waits has no `processed_at`. A delivery that somebody is replaying now is locked, and passed over.
DELETE = """
WITH old AS (
  SELECT id FROM webhooks_webhookevent WHERE processed_at < %(before)s AND state <> 'PENDING'
  ORDER BY processed_at LIMIT %(rows)s FOR UPDATE SKIP LOCKED
), parts AS (
  DELETE FROM webhooks_quarantinedfact USING old WHERE event_id = old.id
), gone AS (
  DELETE FROM webhooks_webhookevent AS event USING old WHERE event.id = old.id RETURNING event.state
)
SELECT count(*), count(*) FILTER (WHERE state = 'QUARANTINED') FROM gone
"""


def delete_old_deliveries() -> dict[str, int]:
    """Delete what was processed more than LEDGER_DAYS ago; return how many, and how many never were applied."""
    before = timezone.now() - timedelta(days=settings.LEDGER_DAYS)
    deleted = unapplied = 0
    while not pulse.stopping.is_set():
        rows, of_them_unapplied = _delete_batch(before)
        deleted, unapplied = deleted + rows, unapplied + of_them_unapplied
        if rows < BATCH:
            break
    if deleted:
        log.info("ledger.expired", deliveries=deleted, before=before.isoformat())
    if unapplied:
        log.error("ledger.unapplied_expired", deliveries=unapplied, before=before.isoformat())
    return {"deleted": deleted, "unapplied": unapplied}


def _delete_batch(before: datetime) -> tuple[int, int]:
    with only_one("webhooks.retention") as ours, connection.cursor() as cursor:
        if not ours:
            return 0, 0
        cursor.execute(DELETE, {"before": before, "rows": BATCH})
        rows, unapplied = cursor.fetchone()
        return rows, unapplied
