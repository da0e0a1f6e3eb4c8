"""Unread marks: they belong to the conversation, not to a person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Subquery

from inbox import broadcasts
from inbox.actions.telling import tell_opened
from inbox.models import Conversation, Message
from inbox.models.message import FROM_META


def mark_read(conversation: Conversation, *, up_to: int | None = None) -> None:
    """Note that somebody of ours saw the thread, up to the message with this id.

    What came after that one stays unread. Without it, or with one of another thread, all was seen, and the
    customer is told where the number's policy says so.
    """
    with transaction.atomic():
        unread = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk, unread_count__gt=0)
        locked = unread.first()
        if locked is None:
            return
        # Counted under the lock: whoever brings a message raises the count under it, too.
        later = _later(locked, up_to)
        if later < locked.unread_count:
            locked.unread_count = later
            locked.save(update_fields=["unread_count"])
            broadcasts.rows_changed([broadcasts.Row.of(locked)])
        if not later:
            tell_opened(locked)


def _later(conversation: Conversation, up_to: int | None) -> int:
    """Count what the customer wrote after a message, and what came after it: late arrivals stand above it."""
    theirs = Message.objects.filter(conversation=conversation, direction=Message.Direction.INBOUND)
    seen_at = Message.objects.filter(conversation=conversation, pk=up_to or 0).values("sent_at")
    return theirs.filter(pk__gt=up_to or 0, sent_at__gte=Subquery(seen_at)).exclude(kind__in=FROM_META).count()
