"""Teams and their members by API."""

from __future__ import annotations

import pytest

from accounts.models import AuditLog, Role
from teams.models import Team, TeamMember
from tests.callers import ABSENT
from tests.conftest import person


@pytest.fixture
def follower(team):
    """A supervisor who works in the team and does not lead it."""
    user = person("Fabio", Role.SUPERVISOR, team)
    TeamMember.objects.filter(user=user).update(lead=False)
    return user


def member(team: Team, user) -> TeamMember:
    return TeamMember.objects.get(team=team, user=user)


def test_it_reads(calls, owner, team):
    found = {"id": team.pk, "name": "Atendimento", "is_active": True, "time_zone": "America/Sao_Paulo"}
    found |= {"hours": [], "special_days": []}
    assert calls(owner).get(f"teams/{team.pk}").json() == found
    assert calls(owner).get("teams").json()["results"] == [found]
    members = calls(owner).get(f"teams/{team.pk}/members").json()["results"]
    person_of = {"id": owner.pk, "name": "Olivia", "role": "AGENT"}
    assert members == [{"id": member(team, owner).pk, "user": person_of, "lead": False}]


WEEK = [{"weekday": 0, "opens": "09:00", "closes": "12:00"}, {"weekday": 0, "opens": "13:00", "closes": "00:00"}]
DAYS = [
    {"date": "2026-12-24", "name": "Véspera", "opens": "09:00", "closes": "12:00"},
    {"date": "2026-12-25", "name": "Natal", "opens": None, "closes": None},
]


def test_whoever_leads_sets_the_hours(calls, supervisor, owner, team):
    changed = calls(supervisor).patch(f"teams/{team.pk}", {"hours": WEEK, "special_days": DAYS, "time_zone": "UTC"})
    assert changed.status_code == 200, changed.content
    found = calls(owner).get(f"teams/{team.pk}").json()
    assert (found["hours"], found["special_days"], found["time_zone"]) == (WEEK, DAYS, "UTC")
    calls(supervisor).patch(f"teams/{team.pk}", {"hours": WEEK[:1]})
    assert calls(owner).get(f"teams/{team.pk}").json() == found | {"hours": WEEK[:1]}
    told = AuditLog.objects.filter(action="team.changed", entity_id=team.pk).values_list(
        "particulars__fields", flat=True
    )
    assert list(told.order_by("pk")) == [["time_zone"], ["hours", "special_days"], ["hours"]]
    assert calls(owner).patch(f"teams/{team.pk}", {"hours": []}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": [WEEK[0] | {"closes": "08:00"}]},
        {"hours": [WEEK[0], WEEK[0] | {"opens": "11:00"}]},
        {"hours": [WEEK[0] | {"weekday": 7}]},
        {"hours": [WEEK[0] | {"opens": "9 h"}]},
        {"hours": [WEEK[0] | {"team": 1}]},
        {"special_days": [DAYS[1] | {"opens": "09:00"}]},
        {"special_days": [DAYS[0], DAYS[0]]},
        {"special_days": [{"name": "Natal"}]},
    ],
    ids=str,
)
def test_hours_that_cannot_be_change_nothing(calls, supervisor, team, wrong):
    calls(supervisor).patch(f"teams/{team.pk}", {"hours": WEEK, "special_days": DAYS})
    answer = calls(supervisor).patch(f"teams/{team.pk}", {"name": "Vendas", **wrong})
    fields = {where.partition(".")[0] for where in answer.json()["errors"]}
    assert (answer.status_code, fields) == (400, set(wrong))
    found = calls(supervisor).get(f"teams/{team.pk}").json()
    assert (found["name"], found["hours"], found["special_days"]) == ("Atendimento", WEEK, DAYS)


def test_lists_hold_ones_own(calls, owner, stranger, admin, team, other_team):
    assert calls(owner).ids("teams") == [team.pk]
    assert calls(stranger).ids("teams") == [other_team.pk]
    assert calls(person("Zeca")).ids("teams") == []
    assert calls(admin).ids("teams") == [team.pk, other_team.pk]
    assert calls(admin).ids("teams?is_active=false") == []


VALID = [
    ("get", "teams/{team}", None, "200 200 200 200"),
    ("get", "teams/{team}/members", None, "200 200 200 200"),
    ("post", "teams/{team}/members", {"user": "free"}, "403 403 400 201"),
    ("patch", "teams/{team}", {"name": "Vendas"}, "403 403 200 200"),
    ("patch", "teams/{team}", {"is_active": False}, "403 403 403 200"),
    ("patch", "teams/{team}/members/{member}", {"lead": False}, "403 403 403 200"),
    ("delete", "teams/{team}/members/{member}", None, "403 403 204 204"),
    ("delete", "teams/{team}", None, "403 403 403 204"),
]


@pytest.mark.parametrize(("method", "path", "body", "expected"), VALID)
@pytest.mark.parametrize("role", range(4))
def test_who_may(
    method, path, body, expected, role, calls, owner, follower, supervisor, admin, stranger, teammate, team
):
    def ask(user, **ids) -> int:
        address = path.format(**{"team": team.pk, "member": member(team, teammate).pk} | ids)
        given = [{"user": stranger.pk} if body == {"user": "free"} else body] if body else []
        return getattr(calls(user), method)(address, *given).status_code

    user = (owner, follower, supervisor, admin)[role]
    assert ask(user, team=ABSENT) == ask(stranger) == ask(person("Zeca")) == 404
    if "{member}" in path:
        assert ask(user, member=ABSENT) == 404
    assert ask(user) == int(expected.split()[role])


def test_a_member_is_found_in_its_own_team_only(calls, admin, owner, team, other_team):
    path = f"teams/{other_team.pk}/members/{member(team, owner).pk}"
    assert calls(admin).delete(path).status_code == calls(admin).patch(path, {"lead": True}).status_code == 404
    assert TeamMember.objects.filter(user=owner).exists()


def test_only_administrators_create(calls, owner, supervisor, admin):
    assert [calls(user).post("teams", {"name": "Vendas"}).status_code for user in (owner, supervisor)] == [403, 403]
    answer = calls(admin).post("teams", {"name": "Vendas"})
    assert (answer.status_code, answer.json()["name"]) == (201, "Vendas")
    answer = calls(admin).post("teams", {"name": "Vendas"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:name_taken")


def test_members_come_and_go(calls, admin, team, stranger):
    answer = calls(admin).post(f"teams/{team.pk}/members", {"user": stranger.pk})
    assert (answer.status_code, answer.json()["user"]["id"]) == (201, stranger.pk)
    again = calls(admin).post(f"teams/{team.pk}/members", {"user": stranger.pk})
    assert (again.status_code, again.json()["type"]) == (409, "urn:prosa:refusal:already_member")
    assert calls(admin).delete(f"teams/{team.pk}/members/{answer.json()['id']}").status_code == 204
    assert not TeamMember.objects.filter(team=team, user=stranger).exists()


def test_a_supervisor_adds_an_agent_whom_they_see(calls, supervisor, team, owner, stranger):
    second = Team.objects.create(name="Segundo")
    TeamMember.objects.create(team=second, user=supervisor, lead=True)
    assert calls(supervisor).post(f"teams/{second.pk}/members", {"user": owner.pk}).status_code == 201
    absent = calls(supervisor).post(f"teams/{second.pk}/members", {"user": ABSENT})
    unseen = calls(supervisor).post(f"teams/{second.pk}/members", {"user": stranger.pk})
    assert absent.status_code == unseen.status_code == 400
    assert absent.content.replace(b"999999999", b"#") == unseen.content.replace(str(stranger.pk).encode(), b"#")


@pytest.mark.parametrize("extra", ["id", "members", "numbers", "created_at"])
def test_only_what_is_named_may_be_written(extra, calls, admin, team, owner):
    before = (list(Team.objects.values()), list(TeamMember.objects.values()))
    for method, path, body in (
        ("post", "teams", {"name": "Vendas"}),
        ("patch", f"teams/{team.pk}", {"name": "Vendas"}),
        ("post", f"teams/{team.pk}/members", {"user": admin.pk}),
        ("patch", f"teams/{team.pk}/members/{member(team, owner).pk}", {"lead": False}),
    ):
        answer = getattr(calls(admin), method)(path, body | {extra: 1})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [extra])
    assert (list(Team.objects.values()), list(TeamMember.objects.values())) == before


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x" * 81}, {"name": None}, {"time_zone": "Mars/Base"}, []])
def test_what_is_not_right_changes_nothing(body, calls, admin, team):
    assert calls(admin).patch(f"teams/{team.pk}", body).status_code == 400
    team.refresh_from_db()
    assert (team.name, team.time_zone) == ("Atendimento", "America/Sao_Paulo")


def test_pages_hold_each_team_once_while_some_are_added(calls, admin):
    there, seen = {Team.objects.create(name=f"T{number}").pk for number in range(5)}, []
    for page in calls(admin).pages("teams?limit=2"):
        seen += page
        Team.objects.create(name=f"A{len(seen)}")
    assert sorted(seen) == sorted(there)


def test_lists_take_the_same_queries_however_long(calls, admin, team, owner):
    caller, members = calls(admin), f"teams/{team.pk}/members"
    few = caller.queries("teams"), caller.queries(members)
    for number in range(8):
        person(f"P{number}", Role.AGENT, team)
        Team.objects.create(name=f"T{number}")
    assert len(caller.ids("teams")) == len(caller.ids(members)) == 9
    assert (caller.queries("teams"), caller.queries(members)) == few
