"""Mend what a dead process or a race left behind; each run is safe beside any other."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from inbox.actions import gather_strays, settle_parked
from inbox.actions.files import sweep_files
from inbox.actions.release import return_conversations
from inbox.models import ParkedStatus
from inbox.outcomes import end_lost_calls, expire_queued, send_unknown_again
from lib.locks import only_one

log = structlog.get_logger(__name__)

PARKED_FOR = timedelta(days=8)
"""How long a status waits for its message: Meta redelivers for 7 days."""


def sweep() -> dict[str, int]:
    """End the calls of dead workers, match parked statuses, drop old ones, bring in what merged
    contacts still have, return to the queue what somebody gone looks after, forget files that nobody sent;
    return the counts."""
    now = timezone.now()
    with only_one("inbox.sweep") as ours:
        if not ours:
            return {}
        counts = {
            "lost_calls": end_lost_calls(started_before=now - timedelta(seconds=settings.SEND_LEASE_SECONDS)),
            "settled": settle_parked(),
            "sent_again": send_unknown_again(),
            "expired": expire_queued(),
            "files": sweep_files(),
            "strays": gather_strays(),
            "returned": return_conversations(),
            "dropped": ParkedStatus.objects.filter(created_at__lt=now - PARKED_FOR).delete()[0],
        }
    if any(counts.values()):
        log.info("sweep", **counts)
    return counts
