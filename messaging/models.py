"""The catalogue of message templates."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from numbers.models import WabaAccount


class Template(models.Model):
    """A message Meta has approved, in one language (Meta: Templates API)."""

    class Status(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        PENDING = "PENDING", _("Pending")
        REJECTED = "REJECTED", _("Rejected")
        PAUSED = "PAUSED", _("Paused")
        DISABLED = "DISABLED", _("Disabled")

    waba = models.ForeignKey(
        WabaAccount, models.CASCADE, related_name="templates", db_index=False, verbose_name=_("account")
    )
    meta_id = models.CharField(_("Meta's id"), max_length=32)
    name = models.CharField(_("name"), max_length=512)
    language = models.CharField(_("language"), max_length=16)
    category = models.CharField(_("category"), max_length=32)
    # Meta adds statuses; one we do not know is kept as it came and simply cannot be sent.
    status = models.CharField(_("status"), max_length=32)
    quality = models.CharField(_("quality"), max_length=16, blank=True)
    components = models.JSONField(_("components"), default=list)
    synced_at = models.DateTimeField(_("synced"), db_default=Now())

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        constraints = [
            # Serves the look-up on send and on sync (Meta: identity of a template).
            models.UniqueConstraint(fields=["waba", "name", "language"], name="template_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
