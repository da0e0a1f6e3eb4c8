"""What the sender needs to remember between processes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from inbox.models.message import Message
from numbers.models import PhoneNumber


class SendAttempt(models.Model):
    """One call to Graph, committed before it is made.

    Its id travels in `biz_opaque_callback_data`, so that a status can find the message even when the
    answer to the call was lost.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("Accepted")
        REJECTED = "REJECTED", _("Rejected")
        NOT_SENT = "NOT_SENT", _("Not sent")
        UNKNOWN = "UNKNOWN", _("Not confirmed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Serves the attempts of one message.
    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts", verbose_name=_("message"))
    started_at = models.DateTimeField(_("started"), db_default=Now())
    # While its file is brought to Meta nothing is sent yet: one that dies here may be tried again.
    is_uploading = models.BooleanField(default=False, db_default=False, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, null=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    error_code = models.IntegerField(_("error"), null=True)
    detail = models.CharField(max_length=500, blank=True)
    trace_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("send attempt")
        verbose_name_plural = _("send attempts")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=None, ended_at=None) | Q(outcome__isnull=False, ended_at__isnull=False),
                name="ended_has_outcome",
            )
        ]
        indexes = [
            # Serves the sweep for calls whose worker died.
            models.Index(fields=["started_at"], condition=Q(outcome=None), name="attempt_running"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RecipientPace(models.Model):
    """The pace of one number towards one person (Meta: 131056, one per 6 s with a burst of 45)."""

    number = models.ForeignKey(PhoneNumber, models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    slots_taken_until = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("recipient pace")
        constraints = [
            # Serves the claim (the pace of a pair) and the deletion of a contact.
            models.UniqueConstraint(fields=["contact", "number"], name="pace_once_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.number_id}/{self.contact_id}"
