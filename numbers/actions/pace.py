"""A number's pace, when Meta says that it is too fast: it holds for every worker."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from numbers.models import PhoneNumber

log = structlog.get_logger(__name__)

PAUSE = timedelta(seconds=1)
"""How long nothing is sent; what comes back meanwhile was on its way, and is no news."""
SLOWER = 0.7
LEAST_PACE = 1.0


@transaction.atomic
def slow_number(number: PhoneNumber) -> None:
    """Let a number rest a moment and go on slower; it gains back its full pace by and by."""
    row = PhoneNumber.objects.select_for_update(no_key=True).defer("app_secret").get(pk=number.pk)
    now = timezone.now()
    if row.slowed_at and now < row.slowed_at + PAUSE:
        return
    row.slowed_to, row.slowed_at = max(LEAST_PACE, row.pace * SLOWER), now
    row.send_slots_taken_until = max(row.send_slots_taken_until, now) + PAUSE
    row.save(update_fields=["slowed_to", "slowed_at", "send_slots_taken_until"])
    log.warning("number.slowed", number=row.pk, pace=round(row.slowed_to, 1), of=row.sends_per_second)
