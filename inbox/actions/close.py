"""The end of a conversation, and its undoing."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from inbox import broadcasts
from inbox.actions.refusals import AlreadyClosed, AnotherIsOpen
from inbox.models import Conversation, Message
from inbox.models.message import FROM_META


def close_conversation(conversation: Conversation, *, by: User | None) -> Conversation:
    """End the conversation; raise AlreadyClosed. What is queued in it still leaves."""
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        if locked.is_closed:
            raise AlreadyClosed
        locked.status = Conversation.Status.CLOSED
        locked.closed_at = timezone.now()
        locked.waiting_since = None
        locked.save(update_fields=["status", "closed_at", "waiting_since"])
        record("conversation.closed", locked, by=by)
        broadcasts.conversation_changed(locked)
    return locked


def reopen_conversation(conversation: Conversation, *, by: User | None) -> Conversation:
    """Open a closed conversation again; raise AnotherIsOpen when the customer has a newer one."""
    try:
        with transaction.atomic():
            locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
            if not locked.is_closed:
                return locked
            locked.status = Conversation.Status.OPEN
            locked.closed_at = None
            locked.waiting_since = _unanswered_since(locked)
            locked.save(update_fields=["status", "closed_at", "waiting_since"])
            record("conversation.reopened", locked, by=by)
            broadcasts.conversation_changed(locked)
    except IntegrityError as error:
        raise AnotherIsOpen from error
    return locked


def _unanswered_since(conversation: Conversation) -> datetime | None:
    """Since when the customer waits: their first message after our last one."""
    theirs = conversation.messages.filter(direction=Message.Direction.INBOUND).exclude(kind__in=FROM_META)
    if conversation.last_outbound_at:
        theirs = theirs.filter(sent_at__gt=conversation.last_outbound_at)
    return theirs.aggregate(since=Min("sent_at"))["since"]
