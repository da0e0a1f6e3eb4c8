"""Messages out, the quick half: check, insert QUEUED, promise a wake-up. `delivery` does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from inbox import broadcasts
from inbox.actions.reactions import settle_reactions
from inbox.actions.refusals import (
    ClientKeyReused,
    ConversationClosed,
    FileGone,
    NotFailed,
    NotQuotable,
    OptedOut,
    WindowClosed,
)
from inbox.actions.telling import tell_replied
from inbox.models import Attachment, Conversation, Message, StagedFile, StoredFile
from inbox.models.message import REACTION
from lib.after_commit import wake_on_commit
from messaging.models import Template
from messaging.outgoing import Outgoing, OutgoingFile

EXPIRY = {Message.Lane.REPLIES: timedelta(hours=24), Message.Lane.BULK: timedelta(hours=72)}
"""How long a message that cannot leave waits before it is over: nobody wants yesterday's answer."""
SAME = ("key", "filename", "content_type", "size", "sha256", "thumbnail_width", "thumbnail_height")
"""What an attachment has from the file that it shows."""


def send_message(
    conversation: Conversation,
    content: Outgoing,
    *,
    client_key: str,
    by: User | None,
    quoted: Message | None = None,
    lane: str = Message.Lane.REPLIES,
    resend_of: Message | None = None,
    due_at: datetime | None = None,
) -> Message:
    """Queue one message for the customer and return it; the same key again returns the same message.

    `by` is None for what the system sends, `due_at` the time before which it does not leave. Raise
    ConversationClosed, WindowClosed, OptedOut, NotQuotable, or ClientKeyReused when the key came before
    with something else; FileGone when its file is in no row any more.
    """
    (message,) = _send(
        conversation, [content], client_key, by=by, quoted=quoted, lane=lane, resend_of=resend_of, due_at=due_at
    )
    return message


def send_messages(
    conversation: Conversation,
    contents: Sequence[Outgoing],
    *,
    client_key: str,
    by: User | None,
    quoted: Message | None = None,
) -> list[Message]:
    """Queue several messages in the order given, all of them or none; the first one quotes.

    One key stands for all. Raise what `send_message` raises.
    """
    return _send(conversation, contents, client_key, by=by, quoted=quoted)


def check_can_send(conversation: Conversation, content: Outgoing) -> None:
    """Raise the refusal that stands against sending `content` now."""
    if conversation.is_closed:
        raise ConversationClosed
    if not content.is_template and not conversation.window_is_open:
        raise WindowClosed
    if content.is_template and conversation.contact.refuses_marketing and _is_marketing(conversation, content):
        raise OptedOut


def resend_message(message: Message, *, by: User) -> Message:
    """Send again what failed or was never confirmed, as a new message; a second click changes nothing.

    Raise NotFailed, also for what was not sent from here.
    """
    with transaction.atomic():
        # Conversations are locked before messages, by everybody; a status may just now tell of a delivery.
        Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
        locked = Message.objects.select_related("conversation__number").select_for_update(of=("self",), no_key=True)
        failed = locked.get(pk=message.pk)
        if failed.status not in (Message.Status.FAILED, Message.Status.UNKNOWN) or failed.client_key is None:
            raise NotFailed
        is_first = not hasattr(failed, "resent_as")
        (again,) = _send(
            failed.conversation,
            [failed.outgoing],
            f"resend-{failed.pk}",
            by=by,
            quoted=failed.quoted if failed.quoted_wamid else None,
            resend_of=failed,
        )
        if is_first:
            record("message.resent", again, by=by, conversation=again.conversation_id, message=failed.pk)
        return again


def confirm_sent(message: Message, *, by: User) -> None:
    """Take an unconfirmed message for sent, because a person knows better; raise NotFailed."""
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, status=Message.Status.UNKNOWN).update(
            status=Message.Status.SENT
        )
        if not changed:
            raise NotFailed
        record("message.confirmed", message, by=by, conversation=message.conversation_id)
        settle_reactions([message.pk])
        broadcasts.messages_changed([(message.pk, message.conversation_id)])
        wake_on_commit(message.lane)


def _send(
    conversation: Conversation,
    contents: Sequence[Outgoing],
    client_key: str,
    *,
    by: User | None,
    quoted: Message | None = None,
    lane: str = Message.Lane.REPLIES,
    resend_of: Message | None = None,
    due_at: datetime | None = None,
) -> list[Message]:
    keys = [client_key, *(f"{client_key}/{position}" for position in range(2, len(contents) + 2))]
    # With the key after the last: it may have come before with more messages.
    sent_before = Q(author=by, client_key__in=keys)
    if known := _known(sent_before):
        return _same(known, conversation, contents)
    _check(conversation, contents, quoted)
    try:
        with transaction.atomic():
            locked = Conversation.objects.select_for_update(no_key=True, of=("self",)).select_related("contact")
            found = locked.get(pk=conversation.pk)
            _check(found, contents, quoted)
            new = [
                queued_message(
                    content,
                    client_key=key,
                    by=by,
                    lane=lane,
                    due_at=due_at,
                    conversation=found,
                    number_id=found.number_id,
                )
                for content, key in zip(contents, keys, strict=False)
            ]
            if quoted and not new[0].quoted_wamid:
                new[0].quoted_wamid = quoted.wamid or ""
            new[0].resend_of = resend_of
            messages = Message.objects.bulk_create(new)
            _attach([(one, said.file) for one, said in zip(messages, contents, strict=True) if said.file])
            if messages[-1].is_answer:
                tell_replied(found)
            if said := [message for message in messages if message.kind != REACTION]:
                _touch(found, said[-1])
            broadcasts.messages_queued(messages)
            wake_on_commit(lane)
    except IntegrityError:
        # The second of two clicks waited for the first one's commit.
        if resend_of:
            sent_before |= Q(resend_of=resend_of)
        return _same(_known(sent_before), conversation, contents)
    return messages


def queued_message(
    content: Outgoing, *, client_key: str, by: User | None, lane: str, due_at: datetime | None = None, **place: Any
) -> Message:
    """Return a message to be inserted; `place` says by which number and in which conversation."""
    now = timezone.now()
    return Message(
        **place,
        direction=Message.Direction.OUTBOUND,
        kind=content.kind,
        text=content.words,
        payload=content.payload,
        quoted_wamid=_target(content),
        sent_at=now,
        status=Message.Status.QUEUED,
        author=by,
        client_key=client_key,
        lane=lane,
        due_at=due_at or now,
        expires_at=(due_at or now) + EXPIRY[Message.Lane(lane)],
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def _check(conversation: Conversation, contents: Sequence[Outgoing], quoted: Message | None) -> None:
    for content in contents:
        check_can_send(conversation, content)
        if (target := _target(content)) and not _is_theirs(conversation, target):
            raise NotQuotable
    if quoted and not (
        quoted.wamid
        and quoted.number_id == conversation.number_id
        and quoted.conversation.contact_id == conversation.contact_id
    ):
        raise NotQuotable


def _target(content: Outgoing) -> str:
    """The wamid a reaction is about; a reaction quotes what it is about."""
    return str(content.payload[REACTION]["message_id"]) if content.kind == REACTION else ""


def _is_theirs(conversation: Conversation, wamid: str) -> bool:
    """Whether a message was said between this number and this customer."""
    said = Message.objects.filter(number=conversation.number_id, wamid=wamid)
    return said.filter(conversation__contact=conversation.contact_id).exists()


def _is_marketing(conversation: Conversation, content: Outgoing) -> bool:
    """Whether the account's catalogue knows the template as marketing now: Meta moves them."""
    named = content.payload["template"]
    return Template.objects.filter(
        waba=conversation.number.waba_id,
        name=named["name"],
        language=named["language"]["code"],
        category="MARKETING",
    ).exists()


def _known(sent_before: Q) -> list[Message]:
    return list(Message.objects.select_related("attachment").filter(sent_before).order_by("pk"))


def _same(known: list[Message], conversation: Conversation, contents: Sequence[Outgoing]) -> list[Message]:
    said = [(one.conversation_id, one.payload, one.file.key if one.file else None) for one in known]
    if said != [(conversation.pk, one.payload, one.file.key if one.file else None) for one in contents]:
        raise ClientKeyReused
    return known


def _attach(files: Sequence[tuple[Message, OutgoingFile]]) -> None:
    """Give messages their files: those that somebody staged, or that another message has."""
    keys = [file.key for _, file in files]
    found: dict[UUID, StoredFile] = {one.key: one for one in Attachment.objects.filter(key__in=keys, state="READY")}
    # Locked, so that the sweep does not take the bytes away meanwhile.
    found |= {one.key: one for one in StagedFile.objects.select_for_update(no_key=True).filter(key__in=keys)}
    if found.keys() != set(keys):
        raise FileGone
    Attachment.objects.bulk_create(_attachment(message, found[file.key]) for message, file in files)


def _attachment(message: Message, file: StoredFile) -> Attachment:
    same = {name: getattr(file, name) for name in SAME}
    return Attachment(message=message, state=Attachment.State.READY, stored_at=timezone.now(), **same)


def _touch(conversation: Conversation, message: Message) -> None:
    """Bring the list up to date; what a person of ours says to one customer answers them."""
    answered = {"waiting_since": None, "unread_count": 0} if message.is_answer else {}
    Conversation.objects.filter(pk=conversation.pk).update(
        # Meta's clock may be ahead of ours: the preview is what the thread shows last.
        last_message=Case(When(last_message_at__gt=message.sent_at, then=F("last_message")), default=message.pk),
        last_message_at=Greatest(F("last_message_at"), Value(message.sent_at)),
        last_outbound_at=message.sent_at,
        **answered,
    )
