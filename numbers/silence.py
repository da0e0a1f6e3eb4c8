"""Notice numbers that used to be heard and are not any more: often the only sign that webhooks stopped."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from numbers.alerts import Notice, hold
from numbers.models import Alert, NumberPulse, PhoneNumber

KIND = "number.silent"


def watch() -> None:
    """Raise one alert per silence of an active number, and end it when the number is heard again."""
    hours = settings.SILENCE_ALERT_HOURS
    silent_since = timezone.now() - timedelta(hours=hours)
    state = PhoneNumber.State.ACTIVE
    active = NumberPulse.objects.filter(number__state=state, number__waba__state=state)
    silent = active.filter(last_heard_at__lt=silent_since) if hours > 0 else active.none()
    alerted = Alert.objects.filter(kind=KIND, ended_at=None)
    quiet = {pulse.number_id for pulse in silent}
    known = set(alerted.values_list("number", flat=True))
    for number in PhoneNumber.objects.defer("app_secret").filter(pk__in=quiet ^ known).order_by("pk"):
        with transaction.atomic():
            notice = Notice(KIND, particulars={"hours": f"{hours:g}"})
            hold(notice, number.waba_id, number=number.pk, holds=number.pk in quiet)
