"""What became of a recipient, in one word: the states of the list and of the message made one."""

from __future__ import annotations

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from campaigns.models import Recipient
from inbox.models import Message
from messaging.errors import meaning

State, Status = Recipient.State, Message.Status


class Result(TextChoices):
    """The value is the word in the address; the order is that of the way a message goes."""

    WAITING = "waiting", _("Waiting")
    QUEUED = "queued", _("On its way")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Not confirmed")
    SKIPPED = "skipped", _("Left out")

    @classmethod
    def of(cls, state: str, status: int | None) -> Result:
        """Return the result of a recipient in a state whose message has a status."""
        if state != State.HANDED:
            return cls.WAITING if state == State.WAITING else cls.SKIPPED
        # A message that retention has taken was sent long ago.
        return next((result for result, statuses in STATUSES.items() if status in statuses), cls.SENT)

    @property
    def filter(self) -> Q:
        """The recipients of this result."""
        match self:
            case Result.WAITING:
                return Q(state=State.WAITING)
            case Result.SKIPPED:
                return Q(state=State.SKIPPED)
            case Result.SENT:
                return Q(state=State.HANDED) & (Q(message=None) | Q(message__status__in=STATUSES[self]))
            case _:
                return Q(state=State.HANDED, message__status__in=STATUSES[self])


STATUSES = {
    Result.QUEUED: (Status.QUEUED, Status.SENDING),
    Result.SENT: (Status.SENT,),
    Result.DELIVERED: (Status.DELIVERED,),
    Result.READ: (Status.READ, Status.PLAYED),
    Result.FAILED: (Status.FAILED,),
    Result.UNKNOWN: (Status.UNKNOWN,),
}
"""The rungs of a message that count as one result."""


def result_of(recipient: Recipient) -> Result:
    """Return what became of a recipient."""
    return Result.of(recipient.state, recipient.message.status if recipient.message else None)


def reason_of(recipient: Recipient) -> str:
    """Say why a recipient got nothing; empty where they did."""
    if recipient.reason:
        return str(Recipient.Reason(recipient.reason).label)
    if recipient.message and result_of(recipient) == Result.FAILED:
        return str(meaning(recipient.message.failure[0]).text)
    return ""
