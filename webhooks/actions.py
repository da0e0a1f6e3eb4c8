"""What people do with the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import record
from accounts.models import User
from lib.after_commit import wake_on_commit
from webhooks.models import QuarantinedFact, WebhookEvent

CHUNK = 500
"""Deliveries of one transaction and of one audit row."""


def replay(events: QuerySet[WebhookEvent], *, by: User | None) -> int:
    """Apply deliveries again from their raw bodies; return how many. What is known stays as it is.

    Chunks are committed one by one: when one fails, those before it are on their way, and the rest may be
    replayed again. What still waits is left alone.
    """
    pks = list(replayable(events).order_by("pk").values_list("pk", flat=True))
    return sum(_replay_chunk(pks[start : start + CHUNK], by) for start in range(0, len(pks), CHUNK))


def replayable(events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """The deliveries that were processed, whatever became of them."""
    return events.exclude(state=WebhookEvent.State.PENDING)


def _replay_chunk(pks: Sequence[int], by: User | None) -> int:
    with transaction.atomic():
        locked = list(replayable(WebhookEvent.objects.filter(pk__in=pks)).only("pk").select_for_update().order_by("pk"))
        if not locked:
            return 0
        ids = [event.pk for event in locked]
        QuarantinedFact.objects.filter(event__in=ids).delete()
        WebhookEvent.objects.filter(pk__in=ids).update(state=WebhookEvent.State.PENDING, processed_at=None)
        record("webhook.replayed", locked[0], by=by, count=len(ids), deliveries=ids)
        wake_on_commit("inbound")
    return len(ids)
