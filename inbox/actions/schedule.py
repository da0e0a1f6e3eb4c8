"""Messages that are to leave later: schedule, change and cancel them, and send what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from inbox import broadcasts
from inbox.actions.refusals import (
    ConversationClosed,
    CustomerAnswered,
    InThePast,
    NoLongerScheduled,
    TooFarAhead,
    WindowClosedByThen,
)
from inbox.actions.send import check_can_send, send_message
from inbox.models import Conversation, ScheduledMessage
from lib.refusals import Refusal
from messaging.outgoing import Outgoing

FARTHEST = timedelta(days=30)

State = ScheduledMessage.State


def schedule_message(
    conversation: Conversation,
    content: Outgoing,
    *,
    due_at: datetime,
    client_key: str,
    by: User,
    cancel_if_answered: bool = False,
) -> ScheduledMessage:
    """Keep a message until its time and return it; the same key again returns the same one.

    Raise InThePast, TooFarAhead, WindowClosedByThen, or what `check_can_send` raises.
    """
    if known := ScheduledMessage.objects.filter(author=by, client_key=client_key).first():
        return known
    check_can_schedule(conversation, content, due_at)
    try:
        with transaction.atomic():
            scheduled = ScheduledMessage.objects.create(
                conversation=conversation,
                author=by,
                client_key=client_key,
                kind=content.kind,
                text=content.words,
                payload=content.payload,
                due_at=due_at,
                cancel_if_answered=cancel_if_answered,
                answered_at=conversation.last_inbound_at,
            )
            broadcasts.thread_changed(conversation.pk)
    except IntegrityError:
        # The second of two clicks waited for the first one's commit.
        return ScheduledMessage.objects.get(author=by, client_key=client_key)
    return scheduled


def change_scheduled(
    scheduled: ScheduledMessage, content: Outgoing, *, due_at: datetime, cancel_if_answered: bool = False
) -> ScheduledMessage:
    """Let something else leave, or at another time; raise NoLongerScheduled, or what `schedule_message` raises."""
    with transaction.atomic():
        row = _waiting(scheduled)
        check_can_schedule(row.conversation, content, due_at)
        row.kind, row.text, row.payload = content.kind, content.words, content.payload
        row.due_at, row.cancel_if_answered = due_at, cancel_if_answered
        row.answered_at = row.conversation.last_inbound_at
        row.save()
        broadcasts.thread_changed(row.conversation_id)
    return row


def cancel_scheduled(scheduled: ScheduledMessage) -> None:
    """Let it not leave, or take note that it did not; raise NoLongerScheduled once it is a message."""
    with transaction.atomic():
        row = _locked().get(pk=scheduled.pk)
        if row.state == State.SENT:
            raise NoLongerScheduled
        _end(row, State.CANCELLED, row.reason)


def send_next_scheduled() -> bool:
    """Make a message of the next one that is due, or note why not; tell whether there was one.

    Both are one transaction: whatever dies, it is a message once.
    """
    with transaction.atomic():
        due = _locked(skip_locked=True).filter(state=State.WAITING, due_at__lte=timezone.now())
        row = due.order_by("due_at", "pk").first()
        if row is None:
            return False
        try:
            conversation = Conversation.objects.select_for_update(no_key=True).get(pk=row.conversation_id)
            if row.is_overtaken(conversation):
                raise CustomerAnswered
            row.message = send_message(conversation, row.outgoing, client_key=f"scheduled-{row.pk}", by=row.author)
        except Refusal as refusal:
            _end(row, State.NOT_SENT, type(refusal).__name__)
        else:
            _end(row, State.SENT)
    return True


def check_can_schedule(conversation: Conversation, content: Outgoing, due_at: datetime) -> None:
    """Raise the refusal that stands against sending `content` at that time."""
    now = timezone.now()
    if due_at <= now:
        raise InThePast
    if due_at > now + FARTHEST:
        raise TooFarAhead
    if conversation.is_closed:
        raise ConversationClosed
    ends = conversation.window_ends_at
    if not content.is_template and (ends is None or due_at >= ends):
        raise WindowClosedByThen
    check_can_send(conversation, content)


def _waiting(scheduled: ScheduledMessage) -> ScheduledMessage:
    row = _locked().get(pk=scheduled.pk)
    if not row.is_waiting:
        raise NoLongerScheduled
    return row


def _locked(*, skip_locked: bool = False) -> QuerySet[ScheduledMessage]:
    rows = ScheduledMessage.objects.select_related("conversation__number", "author")
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


def _end(row: ScheduledMessage, state: str, reason: str = "") -> None:
    row.state, row.reason, row.ended_at = state, reason, timezone.now()
    row.save(update_fields=["state", "reason", "ended_at", "message"])
    broadcasts.thread_changed(row.conversation_id)
