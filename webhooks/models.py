"""The ledger: every delivery of Meta as it came, and what of it could not be applied."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WebhookEvent(models.Model):
    """One POST of Meta, kept as bytes; PENDING rows are the inbound queue."""

    class State(models.TextChoices):
        PENDING = "PENDING", _("Waiting")
        DONE = "DONE", _("Applied")
        QUARANTINED = "QUARANTINED", _("Quarantined")

    received_at = models.DateTimeField(_("received"), db_default=Now())
    # The first phone_number_id in the body, read without parsing: only for taking turns among numbers.
    routing_key = models.CharField(max_length=32, blank=True)
    body = models.BinaryField()
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING, db_default=State.PENDING)
    processed_at = models.DateTimeField(_("processed"), null=True)
    outcome = models.JSONField(_("outcome"), default=dict, db_default={})

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            # Serves the drain's claim: a turn for each number, oldest first, live before backlog.
            models.Index(
                fields=["routing_key", "received_at", "id"],
                condition=models.Q(state="PENDING"),
                name="event_due",
            ),
            # Serves the admin's list of quarantined deliveries.
            models.Index(fields=["-id"], condition=models.Q(state="QUARANTINED"), name="event_quarantined"),
            # Serves the admin's list by day.
            BrinIndex(fields=["received_at"], name="event_by_time"),
            # Serves retention, and the search from a row to its delivery. Partial, so that the receiver's
            # INSERT does not touch it; the drain writes it in order, one value for a batch.
            models.Index(fields=["processed_at"], condition=~models.Q(processed_at=None), name="event_by_processing"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


WITHOUT_WHAT_VARIES = r"rtrim(regexp_replace(split_part(%(expressions)s, ':', 1), '\S*\d\S*', '…', 'g'))"
"""A reason up to its first colon, each word with a digit in it as an ellipsis: what reasons are counted by."""


class QuarantinedFact(models.Model):
    """One part of a delivery that could not be applied; its neighbours were."""

    event = models.ForeignKey(
        WebhookEvent, models.CASCADE, related_name="quarantined", db_index=False, verbose_name=_("delivery")
    )
    path = models.CharField(_("where"), max_length=120)
    reason = models.CharField(_("reason"), max_length=300)
    kind = models.GeneratedField(
        verbose_name=_("kind of reason"),
        expression=models.Func("reason", template=WITHOUT_WHAT_VARIES),
        output_field=models.CharField(max_length=300),
        db_persist=True,
    )
    created_at = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        verbose_name = _("quarantined part")
        verbose_name_plural = _("quarantined parts")
        constraints = [
            # Serves the quarantined parts of one delivery.
            models.UniqueConstraint(fields=["event", "path"], name="quarantined_once")
        ]
        indexes = [
            # Serves the panel that counts deliveries by kind of reason, and the list of one kind.
            models.Index(fields=["kind", "event"], name="quarantined_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
