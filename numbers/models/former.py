"""Ids that Meta knew a number by before it moved."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from numbers.models.account import WabaAccount
from numbers.models.number import PhoneNumber


class FormerId(models.Model):
    """An id and account that a number left: Meta's late deliveries still name them, and belong to the number."""

    # Serves the ids of one number.
    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="former_ids", verbose_name=_("number"))
    waba = models.ForeignKey(WabaAccount, models.CASCADE, related_name="+", verbose_name=_("account"))
    # Serves the routing of a delivery that names no present number.
    phone_number_id = models.CharField(_("phone number id"), max_length=32, unique=True)
    left_at = models.DateTimeField(_("left"), db_default=Now())

    class Meta:
        verbose_name = _("former id")
        verbose_name_plural = _("former ids")

    def __str__(self) -> str:
        return self.phone_number_id
