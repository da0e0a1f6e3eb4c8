"""What people do with the ledger."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from accounts.audit import record
from accounts.models import User
from lib.after_commit import wake_on_commit
from webhooks.models import QuarantinedFact, WebhookEvent


def replay(events: QuerySet[WebhookEvent], *, by: User | None) -> int:
    """Apply deliveries again from their raw bodies; return how many. What is known stays as it is."""
    with transaction.atomic():
        locked = list(events.exclude(state=WebhookEvent.State.PENDING).only("pk").select_for_update().order_by("pk"))
        pks = [event.pk for event in locked]
        QuarantinedFact.objects.filter(event__in=pks).delete()
        WebhookEvent.objects.filter(pk__in=pks).update(state=WebhookEvent.State.PENDING, processed_at=None)
        for event in locked:
            record("webhook.replayed", event, by=by)
        wake_on_commit("inbound")
    return len(pks)
