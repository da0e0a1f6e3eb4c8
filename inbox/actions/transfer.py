"""A conversation passed on to another team or person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import User
from inbox import broadcasts
from inbox.actions.refusals import AlreadyThere, ConversationClosed, NotTransferable, TeamInactive
from inbox.models import Assignment, Conversation, Transfer
from numbers.models import PhoneNumber
from teams.models import Team


def transfer_conversation(
    conversation: Conversation, *, team: Team | None = None, user: User | None = None, note: str = "", by: User
) -> Transfer:
    """Pass the conversation on to a team's queue, to a person, or to a person in a team; return the transfer.

    A person of another team takes it along to a team of theirs. Who passes it on may lose sight of it.
    Raise ConversationClosed, TeamInactive, NotTransferable, or AlreadyThere; ValueError without a destination.
    """
    if team is None and user is None:
        raise ValueError("a transfer goes to a team or a person")
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        to_team = check_can_transfer(locked, team, user)
        before = broadcasts.Row.of(locked)
        transfer = Transfer.objects.create(
            conversation=locked,
            from_team_id=locked.team_id,
            to_team=to_team,
            from_user_id=locked.assignee_id,
            to_user=user,
            by=by,
            note=note,
        )
        _hand_over(locked, to_team, user, by)
        record("conversation.transferred", locked, by=by, **_ids(transfer))
        broadcasts.conversation_changed(locked, before=before)
    return transfer


def check_can_transfer(conversation: Conversation, team: Team | None, user: User | None) -> Team | None:
    """Return the team it will be in, or raise the refusal that stands against the transfer."""
    if conversation.is_closed:
        raise ConversationClosed
    if team and not Team.objects.filter(pk=team.pk, is_active=True).exists():
        raise TeamInactive
    to_team = _team_of(user, conversation, team) if user else team
    if (to_team and to_team.pk, user and user.pk) == (conversation.team_id, conversation.assignee_id):
        raise AlreadyThere
    return to_team


def _team_of(user: User, conversation: Conversation, team: Team | None) -> Team | None:
    """The team in which `user` will look after it: the one asked for, the present one, else one of theirs."""
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise NotTransferable
    theirs = Team.objects.filter(members__user=user, is_active=True)
    if team:
        if not theirs.filter(pk=team.pk).exists():
            raise NotTransferable
        return team
    serves = PhoneNumber.teams.through.objects.filter(phonenumber=conversation.number_id, team=OuterRef("pk"))
    found = list(theirs.annotate(serves=Exists(serves)).order_by("-serves", "name"))
    if not found:
        raise NotTransferable
    if conversation.team_id is None and found[0].serves:
        return None
    return next((one for one in found if one.pk == conversation.team_id), found[0])


def _hand_over(conversation: Conversation, team: Team | None, user: User | None, by: User) -> None:
    if conversation.assignee_id != (user and user.pk):
        Assignment.objects.filter(conversation=conversation, ended_at=None).update(ended_at=Now())
        if user:
            Assignment.objects.create(conversation=conversation, user=user, by=by)
    conversation.team, conversation.assignee = team, user
    conversation.save(update_fields=["team", "assignee"])


def _ids(transfer: Transfer) -> dict[str, int | None]:
    """What the trail says of it: where from, where to; the note may hold personal data and stays in its row."""
    return {
        "transfer": transfer.pk,
        "from_team": transfer.from_team_id,
        "to_team": transfer.to_team_id,
        "from_user": transfer.from_user_id,
        "to_user": transfer.to_user_id,
    }
