"""Conversations of people who are gone: back to the queue, so that none stays stuck with nobody."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Role
from inbox.actions.assign import assign_conversation
from inbox.models import Conversation
from numbers.models import PhoneNumber
from teams.models import TeamMember

AT_ONCE = 200
"""How many conversations one call returns at most: they are locked together."""


def return_conversations() -> int:
    """Take open conversations from assignees who are inactive or work in no team of theirs; return how many.

    What counts is the state, not how it came about: a deactivation, a team left, a number moved to other
    teams, an old conversation reopened. So no verb about people has to tell us, and nothing is missed.
    """
    with transaction.atomic():
        stuck = (
            Conversation.objects.exclude(status=Conversation.Status.CLOSED)
            .filter(~Q(assignee=None), Q(assignee__is_active=False) | ~_still_theirs())
            # Locked, so that it is looked at again when somebody has just assigned it anew.
            .select_for_update(no_key=True, of=["self"], skip_locked=True)
            .order_by("pk")[:AT_ONCE]
        )
        return len([assign_conversation(conversation, user=None, by=None) for conversation in stuck])


def _still_theirs() -> Q:
    """The assignee would see the conversation without being its assignee (`Conversation.objects.visible_to`)."""
    of_assignee = TeamMember.objects.filter(user=OuterRef("assignee"))
    serving = PhoneNumber.teams.through.objects.filter(
        phonenumber=OuterRef("number"), team__members__user=OuterRef("assignee")
    )
    return (
        Q(assignee__role=Role.ADMIN)
        | Q(Exists(of_assignee.filter(team=OuterRef("team"))))
        | Q(Exists(serving), team=None)
    )
