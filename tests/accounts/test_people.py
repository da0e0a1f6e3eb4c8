"""Making, changing and shutting out people: who may, what is refused, what is written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts import actions
from accounts.models import AuditLog, Role, User
from accounts.tokens import refresh
from teams.models import Team, TeamMember
from tests.conftest import PASSWORD, person

REFUSED = (actions.Refusal,)


def make(by: User, role: str = Role.AGENT, **fields: Any) -> User:
    return actions.create_person(**{"email": "Nina@Prosa.example", "name": "Nina", "role": role, "by": by} | fields)


def entries(action: str) -> list[dict[str, Any]]:
    return [
        {"actor": row.actor, "entity": row.entity_id, **row.particulars}
        for row in AuditLog.objects.filter(action=action)
    ]


def test_an_administrator_makes_anybody(admin: User, team: Team):
    nina = make(admin, Role.SUPERVISOR, team=team, password=PASSWORD)
    nina.refresh_from_db()
    assert (nina.email, nina.role, nina.check_password(PASSWORD)) == ("nina@prosa.example", Role.SUPERVISOR, True)
    assert [place.team for place in nina.memberships.all()] == [team]
    assert entries("user.created") == [{"actor": admin, "entity": nina.pk, "role": Role.SUPERVISOR}]
    (added,) = entries("member.added")
    assert (added["team"], added["user"]) == (team.pk, nina.pk)


def test_without_a_password_nobody_signs_in_yet(admin: User):
    assert not make(admin).has_usable_password()


def test_a_supervisor_makes_an_agent_in_a_team_they_lead(supervisor: User, team: Team):
    nina = make(supervisor, team=team)
    assert (nina.role, nina.memberships.get().lead) == (Role.AGENT, False)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_a_supervisor_grants_nothing_above_an_agent(supervisor: User, team: Team, role: str):
    with pytest.raises(actions.MayNotGrant):
        make(supervisor, role, team=team)
    assert not User.objects.filter(name="Nina").exists()


def test_a_supervisor_names_a_team_they_lead(supervisor: User, other_team: Team):
    TeamMember.objects.create(team=other_team, user=supervisor, lead=False)
    for team in (None, other_team):
        with pytest.raises(actions.TeamNeeded):
            make(supervisor, team=team)
    assert not AuditLog.objects.exists()


def test_an_agent_makes_nobody(owner: User, team: Team):
    with pytest.raises(actions.MayNotGrant):
        make(owner, team=team)


def test_rights_are_read_again(admin: User, team: Team):
    """The one who asks was shut out since the page was shown."""
    person("Aldo", Role.ADMIN)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    with pytest.raises(actions.MayNotGrant):
        make(admin)


@pytest.mark.parametrize("email", ["olivia@prosa.example", "OLIVIA@prosa.example"])
def test_an_email_is_one_persons(admin: User, owner: User, email: str):
    with pytest.raises(actions.EmailTaken):
        make(admin, email=email)
    with pytest.raises(actions.EmailTaken):
        actions.change_person(admin, email=email, by=admin)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "12345678901"),
        ("email", "no address"),
        ("time_zone", "Marte/Norte"),
        ("language", "xx"),
        ("name", ""),
    ],
)
def test_what_is_not_well_formed_names_its_field(admin: User, field: str, value: str):
    with pytest.raises(ValidationError) as error:
        make(admin, **{field: value})
    assert list(error.value.message_dict) == [field]
    assert not User.objects.filter(name="Nina").exists()


def test_changing_says_which_fields_and_not_what_they_hold(supervisor: User, owner: User):
    changed = actions.change_person(owner, name="Olívia", email="Liv@Prosa.example", language="pt-br", by=supervisor)
    owner.refresh_from_db()
    assert (changed.name, owner.name, owner.email) == ("Olívia", "Olívia", "liv@prosa.example")
    assert entries("user.changed") == [{"actor": supervisor, "entity": owner.pk, "fields": ["email", "name"]}]


def test_changing_nothing_leaves_no_trace(admin: User, owner: User):
    actions.change_person(owner, name=owner.name, by=admin)
    assert not AuditLog.objects.exists()


def test_everybody_changes_their_own_but_the_email(owner: User):
    actions.change_person(owner, name="Liv", language="en", time_zone="America/Manaus", by=owner)
    with pytest.raises(actions.MayNotChange):
        actions.change_person(owner, email="liv@prosa.example", by=owner)


@pytest.mark.parametrize("field", ["role", "is_active", "password", "is_superuser", "pk"])
def test_other_fields_do_not_change_here(admin: User, owner: User, field: str):
    with pytest.raises(TypeError):
        actions.change_person(owner, by=admin, **{field: "ADMIN"})


def acts(on: User, by: User) -> None:
    """Each verb that acts on somebody else, one after the other; each must refuse."""
    for verb, arguments in (
        (actions.change_person, {"name": "Outro nome"}),
        (actions.deactivate_person, {}),
        (actions.activate_person, {}),
        (actions.set_password, {"password": "another-long-password"}),
        (actions.change_role, {"role": Role.AGENT if on.role == Role.ADMIN else Role.ADMIN}),
    ):
        with pytest.raises(REFUSED):
            verb(on, by=by, **arguments)


def test_a_supervisor_touches_only_agents_all_of_whose_teams_they_lead(supervisor, owner, team: Team, other_team: Team):
    aldo = person("Aldo", Role.ADMIN, team)
    beyond = [
        person("Bia", Role.SUPERVISOR, team),
        aldo,
        person("Caio", Role.AGENT, team, other_team),
        person("Davi", Role.AGENT, other_team),
        person("Eva"),
    ]
    before = list(User.objects.order_by("pk").values())
    for somebody in beyond:
        acts(somebody, supervisor)
    for somebody in (aldo, supervisor):
        acts(somebody, owner)
    assert list(User.objects.order_by("pk").values()) == before
    assert not AuditLog.objects.exists()


def test_a_member_who_does_not_lead_touches_nobody(supervisor: User, owner: User):
    TeamMember.objects.filter(user=supervisor).update(lead=False)
    acts(owner, supervisor)


def test_shutting_out_and_letting_in(supervisor: User, owner: User, signed_in):
    page = signed_in(owner)
    assert not page.get("/").headers["Location"].startswith("/login/")
    actions.deactivate_person(owner, by=supervisor)
    assert page.get("/").headers["Location"].startswith("/login/")
    owner.refresh_from_db()
    assert not owner.is_active
    again = actions.activate_person(owner, by=supervisor)
    assert again.is_active
    assert page.get("/").headers["Location"].startswith("/login/"), "the old session does not come back"
    assert [len(entries(action)) for action in ("user.deactivated", "user.activated")] == [1, 1]


def test_a_second_time_changes_nothing(admin: User, owner: User):
    for _ in range(2):
        actions.deactivate_person(owner, by=admin)
    assert len(entries("user.deactivated")) == 1


def test_nobody_shuts_themselves_out(admin: User):
    person("Aldo", Role.ADMIN)
    with pytest.raises(actions.NotYourself):
        actions.deactivate_person(admin, by=admin)


def test_a_new_password_ends_what_was_open(supervisor: User, owner: User, signed_in, client):
    page, pair = signed_in(owner), refresh.begin(owner)
    actions.set_password(owner, password="another-long-password", by=supervisor)
    assert page.get("/").headers["Location"].startswith("/login/")
    # A page's session ends by Django's own doing too; what a program has open does not.
    renewal = client.post("/api/v1/auth/refresh", {"refresh": pair.refresh}, content_type="application/json")
    assert renewal.status_code == 401
    owner.refresh_from_db()
    assert owner.check_password("another-long-password")
    assert entries("person.password_changed") == [{"actor": supervisor, "entity": owner.pk}]


def test_a_weak_password_is_not_set(owner: User):
    with pytest.raises(ValidationError):
        actions.set_password(owner, password="olivia1234", by=owner)
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_the_trail_holds_nothing_personal(admin: User, team: Team):
    nina = make(admin, team=team, password=PASSWORD)
    actions.change_person(nina, name="Nina Segunda", email="segunda@prosa.example", by=admin)
    actions.set_password(nina, password="another-long-password", by=admin)
    trail = str(list(AuditLog.objects.values())).lower()
    assert not [word for word in ("nina", "segunda", "prosa.example", 'password":') if word in trail]


def test_a_name_is_one_line(admin: User, owner: User):
    changed = actions.change_person(owner, name="Olivia\r\nBcc: x@prosa.example", by=admin)
    assert changed.name == User.objects.get(pk=owner.pk).name == "Olivia Bcc: x@prosa.example"
