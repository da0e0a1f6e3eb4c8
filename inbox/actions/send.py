"""Messages out, the quick half: check, insert QUEUED, promise a wake-up. `delivery` does the rest."""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from inbox import broadcasts
from inbox.actions.refusals import (
    ClientKeyReused,
    ConversationClosed,
    EmptyText,
    NotFailed,
    TextTooLong,
    WindowClosed,
)
from inbox.models import Conversation, Message
from lib.after_commit import wake_on_commit
from messaging.limits import MAX_TEXT


def send_message(
    conversation: Conversation,
    *,
    text: str,
    client_key: str,
    by: User,
    lane: str = Message.Lane.REPLIES,
    resend_of: Message | None = None,
) -> Message:
    """Queue a text for the customer and return it; the same key again returns the same message.

    Raise EmptyText, TextTooLong, ConversationClosed, WindowClosed, or ClientKeyReused when the key
    came before with another text.
    """
    if known := Message.objects.filter(author=by, client_key=client_key).first():
        return _same(known, conversation, text)
    check_can_send(conversation, text)
    try:
        with transaction.atomic():
            locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
            check_can_send(locked, text)
            message = _insert(locked, text=text, client_key=client_key, by=by, lane=lane, resend_of=resend_of)
            _touch(locked, message)
            broadcasts.message_queued(message)
            wake_on_commit(lane)
    except IntegrityError:
        # The second of two clicks waited for the first one's commit.
        known = Message.objects.filter(Q(author=by, client_key=client_key) | Q(resend_of=resend_of or -1)).get()
        return _same(known, conversation, text)
    return message


def check_can_send(conversation: Conversation, text: str) -> None:
    """Raise the refusal that stands against sending `text` now."""
    if not text.strip():
        raise EmptyText
    if len(text) > MAX_TEXT:
        raise TextTooLong
    if conversation.is_closed:
        raise ConversationClosed
    if not conversation.window_is_open:
        raise WindowClosed


def resend_message(message: Message, *, by: User) -> Message:
    """Send again what failed or was never confirmed, as a new message; a second click changes nothing."""
    with transaction.atomic():
        # Conversations are locked before messages, by everybody; a status may just now tell of a delivery.
        Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
        locked = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
        if locked.status not in (Message.Status.FAILED, Message.Status.UNKNOWN):
            raise NotFailed
        return send_message(
            message.conversation, text=message.text, client_key=f"resend-{message.pk}", by=by, resend_of=message
        )


def confirm_sent(message: Message, *, by: User) -> None:
    """Take an unconfirmed message for sent, because a person knows better; raise NotFailed."""
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, status=Message.Status.UNKNOWN).update(
            status=Message.Status.SENT
        )
        if not changed:
            raise NotFailed
        record("message.confirmed", message, by=by, conversation=message.conversation_id)
        broadcasts.messages_changed([(message.pk, message.conversation_id)])
        wake_on_commit(message.lane)


def _same(known: Message, conversation: Conversation, text: str) -> Message:
    if known.conversation_id != conversation.pk or known.text != text:
        raise ClientKeyReused
    return known


def _insert(
    conversation: Conversation, *, text: str, client_key: str, by: User, lane: str, resend_of: Message | None
) -> Message:
    now = timezone.now()
    return Message.objects.create(
        conversation=conversation,
        number_id=conversation.number_id,
        direction=Message.Direction.OUTBOUND,
        kind="text",
        text=text,
        sent_at=now,
        status=Message.Status.QUEUED,
        author=by,
        client_key=client_key,
        lane=lane,
        due_at=now,
        resend_of=resend_of,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def _touch(conversation: Conversation, message: Message) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(
        # Meta's clock may be ahead of ours: the preview is what the thread shows last.
        last_message=Case(When(last_message_at__gt=message.sent_at, then=F("last_message")), default=message.pk),
        last_message_at=Greatest(F("last_message_at"), Value(message.sent_at)),
        last_outbound_at=message.sent_at,
        waiting_since=None,
        unread_count=0,
    )
