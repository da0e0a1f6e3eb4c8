"""The end of a conversation, its undoing, and what the customer writes afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditLog
from inbox import actions
from inbox.models import Conversation
from messaging import outgoing

Status = Conversation.Status


def test_it_closes(conversation, owner):
    closed = actions.close_conversation(conversation, by=owner)
    assert (closed.status, closed.waiting_since) == (Status.CLOSED, None)
    assert AuditLog.objects.get().action == "conversation.closed"


def test_it_closes_once(conversation, owner):
    actions.close_conversation(conversation, by=owner)
    with pytest.raises(actions.AlreadyClosed):
        actions.close_conversation(conversation, by=owner)
    assert AuditLog.objects.count() == 1


def test_it_reopens(conversation, owner):
    actions.close_conversation(conversation, by=owner)
    assert actions.reopen_conversation(conversation, by=owner).status == Status.OPEN
    assert list(AuditLog.objects.order_by("pk").values_list("action", flat=True))[-1] == "conversation.reopened"


def test_reopening_what_is_open_changes_nothing(conversation, owner):
    actions.reopen_conversation(conversation, by=owner)
    assert not AuditLog.objects.exists()


def later(minutes: int = 1) -> int:
    """`ago` of something that Meta says happens after now."""
    return -60 * minutes


def test_the_next_message_opens_a_new_conversation(conversation, owner, customer_writes):
    actions.close_conversation(conversation, by=owner)
    assert customer_writes(ago=later()).conversation != conversation
    assert Conversation.objects.not_closed().count() == 1


def test_it_refuses_to_reopen_beside_another(conversation, owner, customer_writes):
    actions.close_conversation(conversation, by=owner)
    customer_writes(ago=later())
    with pytest.raises(actions.AnotherIsOpen):
        actions.reopen_conversation(conversation, by=owner)
    conversation.refresh_from_db()
    assert conversation.is_closed
    assert not AuditLog.objects.filter(action="conversation.reopened").exists()


def test_an_old_message_joins_the_closed_one(conversation, owner, customer_writes):
    actions.close_conversation(conversation, by=owner)
    assert customer_writes(ago=60).conversation == conversation
    conversation.refresh_from_db()
    assert (conversation.is_closed, conversation.waiting_since) == (True, None)


def test_an_old_message_joins_the_closed_one_of_its_time(conversation, owner, customer_writes):
    actions.close_conversation(conversation, by=owner)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=timezone.now() - timedelta(hours=2))
    second = customer_writes(ago=3600).conversation
    actions.close_conversation(second, by=owner)
    assert customer_writes(ago=3 * 3600).conversation == conversation
    assert customer_writes(ago=1800).conversation == second


def test_within_the_grace_it_reopens(conversation, owner, customer_writes, settings):
    settings.CONVERSATION_REOPEN_HOURS = 2
    actions.close_conversation(conversation, by=owner)
    assert customer_writes(ago=later()).conversation == conversation
    conversation.refresh_from_db()
    assert conversation.status == Status.OPEN


def test_a_waiting_conversation_opens_when_the_customer_writes(conversation, customer_writes):
    Conversation.objects.update(status=Status.PENDING)
    customer_writes()
    conversation.refresh_from_db()
    assert conversation.status == Status.OPEN


def test_nothing_can_be_written_in_a_closed_one(conversation, owner):
    actions.close_conversation(conversation, by=owner)
    with pytest.raises(actions.ConversationClosed):
        actions.send_message(conversation, outgoing.text("Oi"), client_key="1", by=owner)
