"""Who looks after a conversation."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import User
from inbox import broadcasts
from inbox.actions.refusals import ConversationClosed, NotAssignable
from inbox.models import Assignment, Conversation


def take_conversation(conversation: Conversation, *, by: User) -> Conversation:
    """Make `by` the assignee; return the conversation as it is now."""
    return assign_conversation(conversation, user=by, by=by)


def assign_conversation(conversation: Conversation, *, user: User | None, by: User | None) -> Conversation:
    """Give the conversation to `user`, or to nobody; the assignment that ends stays in the history.

    Raise ConversationClosed, or NotAssignable when `user` could not see it.
    """
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        check_can_assign(locked, user)
        if locked.assignee_id == (user.pk if user else None):
            return locked
        Assignment.objects.filter(conversation=locked, ended_at=None).update(ended_at=Now())
        if user:
            Assignment.objects.create(conversation=locked, user=user, by=by)
        locked.assignee = user
        locked.save(update_fields=["assignee"])
        action = "conversation.assigned" if user else "conversation.released"
        record(action, locked, by=by, user=user.pk if user else None)
        broadcasts.conversation_changed(locked)
    return locked


def check_can_assign(conversation: Conversation, user: User | None) -> None:
    """Raise the refusal that stands against giving the conversation to `user`."""
    if conversation.is_closed:
        raise ConversationClosed
    if user and not Conversation.objects.visible_to(user).filter(pk=conversation.pk).exists():
        raise NotAssignable
