"""What Meta charges for a template message, as somebody imported it: dated, and with its source."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Price(models.Model):
    """The price of one delivered message from a date on, for the phones of a calling code.

    Sources differ and rates change by the quarter, so none is built in (see docs/campaigns.md).
    """

    calling_code = models.CharField(_("calling code"), max_length=8)
    category = models.CharField(_("category"), max_length=32)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=6)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["calling_code", "category", "currency", "-valid_from"]
        constraints = [
            # Serves the estimate: the newest price of a category that holds by now.
            models.UniqueConstraint(
                fields=["category", "calling_code", "currency", "valid_from"], name="price_once_per_date"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"+{self.calling_code} {self.category} {self.amount} {self.currency}"
