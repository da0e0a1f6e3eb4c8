"""Unread marks: they belong to the conversation, not to a person."""

from __future__ import annotations

from django.db import transaction

from inbox import broadcasts
from inbox.models import Conversation


def mark_read(conversation: Conversation) -> None:
    """Note that somebody of ours has the thread before their eyes; says nothing to the customer."""
    with transaction.atomic():
        changed = Conversation.objects.filter(pk=conversation.pk, unread_count__gt=0).update(unread_count=0)
        if changed:
            broadcasts.rows_changed([broadcasts.Row.of(conversation)])
