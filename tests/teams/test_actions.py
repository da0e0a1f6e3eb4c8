"""Teams and their members: who may change what, and what stays in the records."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions import deactivate_person
from accounts.models import AuditLog, Role, User
from inbox import sweeps
from inbox.actions import assign_conversation, close_conversation
from inbox.models import Assignment, Conversation, Transfer
from teams import actions
from teams.models import Team, TeamMember
from teams.refusals import (
    AlreadyMember,
    HasHistory,
    LeadsMustSupervise,
    NameTaken,
    NotYourAgent,
    NotYourTeam,
    OnlyAdministrators,
)
from tests.conftest import person


def entry(action: str) -> dict[str, Any]:
    found = AuditLog.objects.get(action=action)
    return {"actor": found.actor, "entity": found.entity_id, **found.particulars}


def place(user: User, team: Team) -> TeamMember:
    return TeamMember.objects.get(user=user, team=team)


def test_an_administrator_makes_a_team(admin: User):
    team = actions.create_team(name=" Pós-venda ", by=admin)
    assert Team.objects.get(pk=team.pk).name == "Pós-venda"
    assert entry("team.created") == {"actor": admin, "entity": team.pk}


def test_nobody_else_makes_deletes_or_deactivates_teams(supervisor: User, owner: User, team: Team):
    for by in (supervisor, owner):
        with pytest.raises(OnlyAdministrators):
            actions.create_team(name="Nova", by=by)
        with pytest.raises(OnlyAdministrators):
            actions.delete_team(team, by=by)
    with pytest.raises(OnlyAdministrators):
        actions.change_team(team, is_active=False, name="Outro", by=supervisor)
    assert list(Team.objects.values_list("name", "is_active")) == [("Atendimento", True)]


def test_a_name_is_one_teams(admin: User, team: Team, other_team: Team):
    with pytest.raises(NameTaken):
        actions.create_team(name=team.name, by=admin)
    with pytest.raises(NameTaken):
        actions.change_team(other_team, name=team.name, by=admin)


def test_its_supervisor_renames_it(supervisor: User, team: Team, other_team: Team):
    assert actions.change_team(team, name="Vendas", by=supervisor).name == "Vendas"
    assert entry("team.changed") == {"actor": supervisor, "entity": team.pk, "fields": ["name"]}
    with pytest.raises(NotYourTeam):
        actions.change_team(other_team, name="Minha", by=supervisor)


def test_agents_and_members_who_do_not_lead_change_nothing(owner: User, supervisor: User, teammate: User, team: Team):
    TeamMember.objects.filter(team=team).update(lead=True)
    TeamMember.objects.filter(user=supervisor).update(lead=False)
    for by in (owner, supervisor):
        with pytest.raises(NotYourTeam):
            actions.change_team(team, name="Minha", by=by)
        with pytest.raises(NotYourTeam):
            actions.remove_member(place(teammate, team), by=by)


def test_deleting_an_unused_team_takes_its_members_along(admin: User, owner: User, team: Team):
    actions.delete_team(team, by=admin)
    assert not Team.objects.exists()
    assert User.objects.filter(pk=owner.pk).exists()
    assert entry("team.deleted")["members"] == [owner.pk]


def was_transferred(conversation: Conversation, team: Team, by: User) -> None:
    Transfer.objects.create(conversation=conversation, to_team=team, by=by)


def has_a_conversation(conversation: Conversation, team: Team, by: User) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(team=team)


def serves_a_number(conversation: Conversation, team: Team, by: User) -> None:
    conversation.number.teams.add(team)


@pytest.mark.parametrize("happened", [was_transferred, has_a_conversation, serves_a_number])
def test_a_team_with_a_past_stays(admin: User, conversation: Conversation, other_team: Team, happened):
    happened(conversation, other_team, admin)
    with pytest.raises(HasHistory):
        actions.delete_team(other_team, by=admin)
    assert Team.objects.filter(pk=other_team.pk).exists()


# --- Members --------------------------------------------------------------------------------------


def test_a_supervisor_brings_in_an_agent_they_see(supervisor: User, team: Team, other_team: Team):
    """Seen through another team, in which they need not lead."""
    TeamMember.objects.create(team=other_team, user=supervisor, lead=False)
    bruno = person("Bruno", Role.AGENT, other_team)
    member = actions.add_member(team, user=bruno, by=supervisor)
    told = {"team": team.pk, "user": bruno.pk, "lead": False}
    assert entry("member.added") == {"actor": supervisor, "entity": member.pk, **told}
    actions.remove_member(member, by=supervisor)
    assert entry("member.removed") == {"actor": supervisor, "entity": member.pk, **told}


def test_nobody_whom_they_do_not_see_and_nobody_above_an_agent(supervisor: User, stranger: User, team: Team):
    bia, aldo = person("Bia", Role.SUPERVISOR, team), person("Aldo", Role.ADMIN, team)
    with pytest.raises(NotYourAgent):
        actions.add_member(team, user=stranger, by=supervisor)
    for somebody in (bia, aldo, supervisor):
        with pytest.raises(NotYourAgent):
            actions.remove_member(place(somebody, team), by=supervisor)


def test_not_into_another_team(supervisor: User, owner: User, other_team: Team):
    with pytest.raises(NotYourTeam):
        actions.add_member(other_team, user=owner, by=supervisor)


def test_once_is_enough(admin: User, owner: User, team: Team):
    with pytest.raises(AlreadyMember):
        actions.add_member(team, user=owner, by=admin)


def test_only_an_administrator_makes_leads_and_only_of_supervisors(admin: User, supervisor: User, owner: User, team):
    with pytest.raises(OnlyAdministrators):
        actions.change_member(place(supervisor, team), lead=False, by=supervisor)
    with pytest.raises(LeadsMustSupervise):
        actions.change_member(place(owner, team), lead=True, by=admin)
    with pytest.raises(OnlyAdministrators):
        actions.add_member(team, user=owner, lead=True, by=supervisor)
    actions.change_member(place(supervisor, team), lead=False, by=admin)
    assert not place(supervisor, team).lead
    assert entry("member.changed")["lead"] is False


def test_who_is_out_already_stays_out(admin: User, owner: User, team: Team):
    member = place(owner, team)
    for _ in range(2):
        actions.remove_member(TeamMember(pk=member.pk, team=team, user=owner), by=admin)
    assert AuditLog.objects.filter(action="member.removed").count() == 1


# --- What they looked after -----------------------------------------------------------------------


def test_what_a_leaver_looked_after_goes_back_to_the_queue(admin: User, owner: User, conversation: Conversation, team):
    assign_conversation(conversation, user=owner, by=owner)
    sweeps.sweep()
    conversation.refresh_from_db()
    assert conversation.assignee == owner, "while they work there it is theirs"
    actions.remove_member(place(owner, team), by=admin)
    sweeps.sweep()
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert not Assignment.objects.filter(conversation=conversation, ended_at=None).exists()
    assert not Conversation.objects.visible_to(owner).exists()


def test_what_somebody_shut_out_looked_after_goes_back(admin: User, owner: User, conversation: Conversation):
    assign_conversation(conversation, user=owner, by=owner)
    deactivate_person(owner, by=admin)
    sweeps.sweep()
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert AuditLog.objects.get(action="conversation.released").actor is None


def test_an_administrator_keeps_theirs_without_a_team(admin: User, conversation: Conversation):
    assign_conversation(conversation, user=admin, by=admin)
    sweeps.sweep()
    conversation.refresh_from_db()
    assert conversation.assignee == admin


def test_closed_ones_keep_the_name_of_who_handled_them(admin: User, owner: User, conversation: Conversation, team):
    assign_conversation(conversation, user=owner, by=owner)
    close_conversation(conversation, by=owner)
    actions.remove_member(place(owner, team), by=admin)
    sweeps.sweep()
    conversation.refresh_from_db()
    assert conversation.assignee == owner
