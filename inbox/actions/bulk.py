"""Messages of campaigns: many at once, and back again while nobody has begun to send them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from inbox import broadcasts
from inbox.actions.placing import conversations_with
from inbox.actions.send import queued_message
from inbox.models import Message
from lib.after_commit import wake_on_commit
from messaging.outgoing import Outgoing
from numbers.models import PhoneNumber


@dataclass(frozen=True, slots=True)
class Bulk:
    """What one contact gets; the key makes it one message of its author."""

    contact: int
    content: Outgoing
    client_key: str


def queue_bulk(number: PhoneNumber, bulk: Sequence[Bulk], *, by: User) -> list[Message]:
    """Queue a message for each of several contacts, in the lane that gives way to replies.

    Runs inside the caller's transaction. Lists stay as they are: nobody's turn changes, nothing is unread,
    and a conversation that had to be opened is in no folder until the customer answers.
    """
    if not bulk:
        return []
    places = conversations_with([(one.contact, number.pk) for one in bulk])
    messages = Message.objects.bulk_create(
        queued_message(
            one.content,
            client_key=one.client_key,
            by=by,
            lane=Message.Lane.BULK,
            conversation_id=places[one.contact, number.pk],
            number=number,
        )
        for one in bulk
    )
    broadcasts.messages_changed([(message.pk, message.conversation_id) for message in messages])
    wake_on_commit(Message.Lane.BULK)
    return messages


def lock_unsent(messages: QuerySet[Message]) -> list[int]:
    """Lock those that nobody has begun to send, and return their ids; what is being claimed is passed over."""
    queued = messages.filter(outbox=Message.Status.QUEUED).order_by("pk")
    return list(queued.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))


def retract_messages(unsent: Collection[int]) -> None:
    """Let messages vanish that never left; the caller got their ids from `lock_unsent` in this transaction."""
    messages = Message.objects.filter(pk__in=unsent)
    broadcasts.messages_retracted(list(messages.values_list("pk", "conversation_id")))
    messages.delete()
