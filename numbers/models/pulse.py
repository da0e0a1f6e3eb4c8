"""When a number was last heard, and how late Meta's word reached us."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from numbers.models.number import PhoneNumber


class NumberPulse(models.Model):
    """The last sign of life of one number; a row of its own, because it changes every few seconds."""

    number = models.OneToOneField(PhoneNumber, models.CASCADE, primary_key=True, related_name="pulse")
    last_heard_at = models.DateTimeField(_("last heard"))
    # Between Meta's time of a message and its arrival here; what Meta held back for days counts too.
    lag = models.DurationField(_("delay"), null=True)
    worst_lag = models.DurationField(_("longest delay of late"), default=timedelta)
    worst_lag_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return f"{self.number_id} {self.last_heard_at:%Y-%m-%d %H:%M}"
