"""The trail of what people did, and the seals over it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.person import User
from lib.transactions import current_transaction


class AuditLog(models.Model):
    """Who did what, when, from where. Rows are inserted and never changed (triggers and grants refuse)."""

    # A trigger sets the time and the transaction of each new row: nobody dates an entry back.
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField(max_length=60)
    entity_type = models.CharField(max_length=40)
    entity_id = models.BigIntegerField()
    particulars = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    # The transaction that wrote it: what a page's catch-up asks by, and the order of sealing.
    written_in = models.BigIntegerField(editable=False, db_default=current_transaction())

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            # Serves the timeline of one conversation and the history of any one thing.
            models.Index(fields=["entity_type", "entity_id", "at"], name="audit_by_entity"),
            # Serves "what did this person do", and whether they read a conversation within the hour.
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
            # Serves the list, newest first, a range of dates and the export.
            models.Index(fields=["at", "id"], name="audit_by_time"),
            # Serves "every failed sign-in of late".
            models.Index(fields=["action", "at"], name="audit_by_action"),
            # Serves "what came from this address".
            models.Index(fields=["address", "at"], name="audit_by_address", condition=models.Q(address__isnull=False)),
            # Serves "what did this one click do", from a line of the log.
            models.Index(fields=["request_id"], name="audit_by_request", condition=~models.Q(request_id="")),
            # Serves the sealer: what was written after the last seal.
            models.Index(fields=["written_in", "id"], name="audit_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.entity_type} {self.entity_id}"


class AuditSeal(models.Model):
    """One link of the chain: an entry in its place, sealed together with all before it."""

    position = models.BigIntegerField(primary_key=True)
    # No foreign key in the database: its checks lock entries, which the revoked right to update forbids.
    entry = models.OneToOneField(AuditLog, models.PROTECT, db_constraint=False, related_name="seal")
    digest = models.BinaryField()

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self) -> str:
        return f"{self.position} {self.hexdigest[:12]}"

    @property
    def hexdigest(self) -> str:
        return bytes(self.digest).hex()
