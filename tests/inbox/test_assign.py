"""Who looks after a conversation."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditLog
from inbox import actions
from inbox.models import Assignment


def test_it_takes(conversation, owner):
    assert actions.take_conversation(conversation, by=owner).assignee == owner
    assert Assignment.objects.get().user == owner
    entry = AuditLog.objects.get(action="conversation.assigned")
    assert (entry.actor, entry.entity_id, entry.particulars) == (owner, conversation.pk, {"user": owner.pk})


def test_it_passes_on_and_keeps_the_history(conversation, owner, teammate, supervisor):
    actions.take_conversation(conversation, by=owner)
    actions.assign_conversation(conversation, user=teammate, by=supervisor)
    first, second = Assignment.objects.order_by("pk")
    assert (first.user, first.ended_at is None) == (owner, False)
    assert (second.user, second.by, second.ended_at) == (teammate, supervisor, None)


def test_it_releases(conversation, owner):
    actions.take_conversation(conversation, by=owner)
    assert actions.assign_conversation(conversation, user=None, by=owner).assignee is None
    assert not Assignment.objects.filter(ended_at=None).exists()
    assert AuditLog.objects.filter(action="conversation.released").count() == 1


def test_taking_twice_is_taking_once(conversation, owner):
    for _ in range(2):
        actions.take_conversation(conversation, by=owner)
    assert Assignment.objects.count() == AuditLog.objects.count() == 1


def test_it_refuses_somebody_who_could_not_see_it(conversation, owner, stranger):
    with pytest.raises(actions.NotAssignable):
        actions.assign_conversation(conversation, user=stranger, by=owner)
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert not AuditLog.objects.exists()


def test_it_refuses_the_inactive(conversation, owner, teammate):
    teammate.is_active = False
    teammate.save()
    with pytest.raises(actions.NotAssignable):
        actions.assign_conversation(conversation, user=teammate, by=owner)


def test_it_refuses_a_closed_conversation(conversation, owner):
    actions.close_conversation(conversation, by=owner)
    with pytest.raises(actions.ConversationClosed):
        actions.take_conversation(conversation, by=owner)


def test_the_database_allows_one_assignee(conversation, owner, teammate):
    actions.take_conversation(conversation, by=owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(conversation=conversation, user=teammate)
