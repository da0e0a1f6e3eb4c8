"""Who looked at a conversation that is not theirs."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import AuditLog, Role, User
from inbox.models import Conversation

NOTED_ONCE_IN = timedelta(hours=1)
# Two tabs that open at once: the second waits for the first one's row.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def note_reading(conversation: Conversation, *, by: User) -> None:
    """Record that a supervisor or administrator reads a conversation of somebody else, once an hour at most."""
    if by.role == Role.AGENT or conversation.assignee_id == by.pk or _is_noted(conversation, by):
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [f"conversation.read {conversation.pk} {by.pk}"])
        if not _is_noted(conversation, by):
            record("conversation.read", conversation, by=by)


def _is_noted(conversation: Conversation, by: User) -> bool:
    readings = AuditLog.objects.filter(actor=by, action="conversation.read", at__gt=Now() - NOTED_ONCE_IN)
    return readings.filter(entity_type="conversation", entity_id=conversation.pk).exists()
