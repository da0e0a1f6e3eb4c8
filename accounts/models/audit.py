"""The trail of what people did."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User
from lib.transactions import current_transaction


class AuditLog(models.Model):
    """Who did what, when, from where. Rows are inserted and never changed (a trigger refuses)."""

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField(max_length=60)
    entity_type = models.CharField(max_length=40)
    entity_id = models.BigIntegerField()
    particulars = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    # The transaction that wrote it: what a page's catch-up asks by.
    written_in = models.BigIntegerField(editable=False, db_default=current_transaction())

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            # Serves the timeline of one conversation and the history of any one thing.
            models.Index(fields=["entity_type", "entity_id", "at"], name="audit_by_entity"),
            # Serves "what did this person do".
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.entity_type} {self.entity_id}"
