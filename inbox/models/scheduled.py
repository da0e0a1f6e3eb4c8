"""Messages that are to leave later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inbox.models.conversation import Conversation
from inbox.models.message import Message
from messaging.outgoing import Outgoing


class ScheduledMessage(models.Model):
    """A message that is to leave later; when it is due it becomes a message like any other.

    WAITING ─> SENT (it became `message`), CANCELLED (by a person), or NOT_SENT: at its time it could not be
    sent, and `reason` names why. That stands in the thread until somebody takes note, which is to cancel it.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Scheduled")
        SENT = "SENT", _("Sent")
        NOT_SENT = "NOT_SENT", _("Not sent")
        CANCELLED = "CANCELLED", _("Cancelled")

    # Serves what a thread shows above its composer.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="scheduled_messages")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("author"))
    client_key = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField(_("at"))
    cancel_if_answered = models.BooleanField(_("not if the customer answers first"), default=False)
    # The customer's last message when this was written: a later one is an answer.
    answered_at = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="scheduled_as")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("scheduled message")
        verbose_name_plural = _("scheduled messages")
        constraints = [
            # Serves the second click: one per person and key.
            models.UniqueConstraint(fields=["author", "client_key"], name="scheduled_once_per_key"),
            models.CheckConstraint(
                condition=Q(state="WAITING", ended_at=None) | Q(~Q(state="WAITING"), ended_at__isnull=False),
                name="scheduled_ends_once",
            ),
        ]
        indexes = [
            # Serves the lane: what is due.
            models.Index(fields=["due_at", "id"], condition=Q(state="WAITING"), name="scheduled_due"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def outgoing(self) -> Outgoing:
        """What is to be sent."""
        return Outgoing(self.kind, self.payload[self.kind], self.text, self.payload.get("shown", {}))

    def is_overtaken(self, conversation: Conversation) -> bool:
        """Whether the customer answered first, and it is not to leave then."""
        answered = conversation.last_inbound_at
        return self.cancel_if_answered and answered is not None and answered != self.answered_at
