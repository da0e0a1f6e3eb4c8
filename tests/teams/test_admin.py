"""A team's page in the admin: members come and go by the verbs, and a refusal loses nothing."""

from __future__ import annotations

import pytest

from accounts.models import AuditLog, Role, User
from inbox.models import Conversation
from teams.models import Team, TeamMember
from tests.conftest import person

TEAMS = "/admin/teams/team/"


def page(team: Team, end: str = "change") -> str:
    return f"{TEAMS}{team.pk}/{end}/"


def form(team: Team, *rows: dict, **fields: str) -> dict:
    """What the page sends: its fields, and each row of members as {"id", "user", "lead", "DELETE"}."""
    sent = {"name": team.name, "is_active": "on", "time_zone": team.time_zone} | fields
    for prefix in ("opening_hours", "special_days", "hours"):
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    sent |= {"members-TOTAL_FORMS": len(rows), "members-INITIAL_FORMS": sum("id" in row for row in rows)}
    for position, row in enumerate(rows):
        sent |= {f"members-{position}-{name}": value for name, value in {"team": team.pk or "", **row}.items()}
    return sent


def row(member: TeamMember, **fields: str) -> dict:
    return {"id": member.pk, "user": member.user_id} | ({"lead": "on"} if member.lead else {}) | fields


def test_an_administrator_makes_a_team_with_people(admin: User, supervisor: User, owner: User, signed_in):
    sent = form(Team(name="Vendas"), {"user": supervisor.pk, "lead": "on"}, {"user": owner.pk})
    assert signed_in(admin).post(f"{TEAMS}add/", sent).status_code == 302
    team = Team.objects.get(name="Vendas")
    assert set(team.members.values_list("user", "lead")) == {(supervisor.pk, True), (owner.pk, False)}
    assert set(AuditLog.objects.values_list("action", flat=True)) >= {"team.created", "member.added"}


def test_a_supervisor_takes_in_and_takes_out(supervisor: User, owner: User, teammate: User, team: Team, signed_in):
    elsewhere = Team.objects.create(name="Vendas")
    bruno = person("Bruno", Role.AGENT, elsewhere)
    TeamMember.objects.create(team=elsewhere, user=supervisor)
    rows = [row(TeamMember.objects.get(user=user, team=team)) for user in (supervisor, owner, teammate)]
    rows[2]["DELETE"] = "on"
    answer = signed_in(supervisor).post(page(team), form(team, *rows, {"user": bruno.pk}, name="Novo nome"))
    assert answer.status_code == 302
    team.refresh_from_db()
    assert (team.name, set(team.members.values_list("user", flat=True))) == (
        "Novo nome",
        {supervisor.pk, owner.pk, bruno.pk},
    )
    assert set(AuditLog.objects.values_list("action", flat=True)) == {"team.changed", "member.added", "member.removed"}


def test_a_supervisor_makes_no_leads_and_takes_out_no_supervisors(supervisor: User, owner: User, team, signed_in):
    bia = person("Bia", Role.SUPERVISOR, team)
    before = list(team.members.order_by("pk").values())
    rows = [row(member) for member in team.members.order_by("pk")]
    for sent in rows:
        sent |= {"lead": "on"} if sent["user"] == owner.pk else {"DELETE": "on"}
    signed_in(supervisor).post(page(team), form(team, *rows))
    assert list(team.members.order_by("pk").values()) == before
    assert bia.memberships.exists()


def test_a_row_does_not_turn_into_somebody_else(supervisor: User, owner: User, teammate: User, team: Team, signed_in):
    TeamMember.objects.filter(user=teammate).delete()
    rows = [row(member) for member in team.members.order_by("pk")]
    for sent in rows:
        sent["user"] = teammate.pk if sent["user"] == owner.pk else sent["user"]
    signed_in(supervisor).post(page(team), form(team, *rows))
    assert set(team.members.values_list("user", flat=True)) == {supervisor.pk, owner.pk}


def test_a_stranger_cannot_be_taken_in(supervisor: User, stranger: User, team: Team, signed_in):
    rows = [row(member) for member in team.members.all()]
    answer = signed_in(supervisor).post(page(team), form(team, *rows, {"user": stranger.pk}))
    assert answer.status_code == 200
    assert not TeamMember.objects.filter(team=team, user=stranger).exists()
    assert stranger.name not in answer.content.decode()


def test_a_refusal_loses_nothing_typed(admin: User, owner: User, team: Team, signed_in):
    """An agent cannot lead: the verb says so, and the new name and the row are there again."""
    sent = form(team, row(owner.memberships.get()) | {"lead": "on"}, name="Um nome novo")
    answer = signed_in(admin).post(page(team), sent)
    assert answer.status_code == 200
    assert "Um nome novo" in answer.content.decode()
    assert answer.context["adminform"].form.non_field_errors()
    team.refresh_from_db()
    assert team.name == "Atendimento"
    assert not TeamMember.objects.filter(lead=True).exists()


def test_members_who_do_not_lead_look_and_change_nothing(supervisor: User, owner: User, team: Team, signed_in):
    TeamMember.objects.filter(user=supervisor).update(lead=False)
    client = signed_in(supervisor)
    shown = client.get(page(team))
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert client.post(page(team), form(team, name="Minha")).status_code == 403
    assert client.post(page(team, "holidays")).status_code == 403
    team.refresh_from_db()
    assert team.name == "Atendimento"


def test_only_administrators_make_delete_and_deactivate(supervisor: User, team: Team, signed_in):
    client, rows = signed_in(supervisor), [row(member) for member in team.members.all()]
    assert client.post(f"{TEAMS}add/", form(Team(name="Vendas"))).status_code == 403
    assert client.post(page(team, "delete"), {"post": "yes"}).status_code == 403
    client.post(page(team), {k: v for k, v in form(team, *rows).items() if k != "is_active"})
    client.post(TEAMS, {"action": "delete_selected", "_selected_action": [team.pk], "post": "yes"})
    assert list(Team.objects.values_list("is_active", flat=True)) == [True]


def test_deleting_a_team_with_a_past_is_refused_in_words(admin: User, conversation: Conversation, team, signed_in):
    Conversation.objects.update(team=team)
    answer = signed_in(admin).post(page(team, "delete"), {"post": "yes"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert Team.objects.filter(pk=team.pk).exists()


def test_deleting_an_unused_team(admin: User, other_team: Team, signed_in):
    assert signed_in(admin).post(page(other_team, "delete"), {"post": "yes"}).status_code == 302
    assert not Team.objects.filter(pk=other_team.pk).exists()
    assert AuditLog.objects.get(action="team.deleted").actor == admin


@pytest.mark.parametrize("end", ["change", "delete", "holidays", "history"])
def test_a_foreign_team_is_as_if_it_were_not_there(supervisor: User, other_team: Team, signed_in, end: str):
    client = signed_in(supervisor)
    foreign, absent = (client.get(f"{TEAMS}{pk}/{end}/") for pk in (other_team.pk, 999_999))
    assert foreign.status_code == absent.status_code
    assert other_team.name not in client.get(TEAMS).content.decode()


def test_closing_on_holidays(supervisor: User, team: Team, signed_in):
    client = signed_in(supervisor)
    client.get(page(team, "holidays"))
    assert not team.special_days.exists()
    assert client.post(page(team, "holidays")).status_code == 302
    assert team.special_days.count() >= 9
