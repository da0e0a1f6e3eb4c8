"""A person's page in the admin: what a supervisor can do there, and each side door of Django's, closed."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail

from accounts import actions
from accounts.models import AuditLog, Role, SecondFactor, User
from numbers.models import PhoneNumber
from teams.models import Team, TeamMember
from tests.conftest import PASSWORD, person
from tests.waiting import wait_for

PEOPLE = "/admin/accounts/user/"


def page(user: User, end: str = "change") -> str:
    return f"{PEOPLE}{user.pk}/{end}/"


def form(user: User, **fields: str) -> dict[str, str]:
    return {"name": user.name, "email": user.email, "language": user.language, "time_zone": user.time_zone} | fields


NINA = {"name": "Nina", "email": "Nina@Prosa.example", "role": "AGENT", "language": "pt-br"}
NINA |= {"time_zone": "America/Sao_Paulo", "password": PASSWORD}


@pytest.fixture
def in_both(team: Team, other_team: Team) -> User:
    """An agent of the team who works in another one too, which its supervisor does not know of."""
    return person("Caio", Role.AGENT, team, other_team)


# --- What it is for -------------------------------------------------------------------------------


def test_a_supervisor_makes_an_agent_who_can_sign_in(supervisor: User, team: Team, signed_in, client):
    assert signed_in(supervisor).post(f"{PEOPLE}add/", NINA | {"team": team.pk}).status_code == 302
    nina = User.objects.get(email="nina@prosa.example")
    assert (nina.role, nina.memberships.get().team) == (Role.AGENT, team)
    assert client.login(username=nina.email, password=PASSWORD)


@pytest.mark.parametrize(
    ("field", "value"), [("role", "ADMIN"), ("role", "SUPERVISOR"), ("team", ""), ("team", "other"), ("email", "x")]
)
def test_what_a_supervisor_may_not_choose(supervisor: User, team: Team, other_team: Team, signed_in, field, value):
    TeamMember.objects.create(team=other_team, user=supervisor, lead=False)
    asked = NINA | {"team": team.pk} | {field: other_team.pk if value == "other" else value}
    answer = signed_in(supervisor).post(f"{PEOPLE}add/", asked | {"is_active": "on", "is_superuser": "on"})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not User.objects.filter(name="Nina").exists()


@pytest.mark.django_db(transaction=True)
def test_without_a_password_the_person_gets_a_mail(admin: User, signed_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    signed_in(admin).post(f"{PEOPLE}add/", NINA | {"password": ""})
    (letter,) = wait_for(lambda: mail.outbox)
    assert "nina@prosa.example" in letter.to[0]
    assert not User.objects.get(name="Nina").has_usable_password()


def test_where_no_mail_is_sent_a_new_person_needs_a_password(admin: User, signed_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    answer = signed_in(admin).post(f"{PEOPLE}add/", NINA | {"password": ""})
    assert "password" in answer.context["adminform"].form.errors
    assert not User.objects.filter(name="Nina").exists()


def test_a_supervisor_changes_an_agent(supervisor: User, owner: User, signed_in):
    assert signed_in(supervisor).post(page(owner), form(owner, name="Olívia")).status_code == 302
    owner.refresh_from_db()
    assert owner.name == "Olívia"
    assert AuditLog.objects.get(action="user.changed").particulars == {"fields": ["name"]}


def test_a_form_says_no_more_than_its_fields(supervisor: User, owner: User, signed_in):
    """Mass assignment: what the page does not ask for is not taken."""
    before = User.objects.filter(pk=owner.pk).values().get()
    extra = {"role": "ADMIN", "is_active": "", "password": "x", "last_login_0": "2020-01-01", "id": "1", "teams": "9"}
    signed_in(supervisor).post(page(owner), form(owner, **extra))
    assert User.objects.filter(pk=owner.pk).values().get() == before


def test_the_buttons(admin: User, owner: User, signed_in):
    client = signed_in(admin)
    for end, extra, field, value in (
        ("deactivate", {}, "is_active", False),
        ("activate", {}, "is_active", True),
        ("role", {"role": Role.SUPERVISOR}, "role", Role.SUPERVISOR),
    ):
        asked = client.get(page(owner, end))
        assert (asked.status_code, getattr(User.objects.get(pk=owner.pk), field)) == (200, getattr(owner, field))
        assert client.post(page(owner, end), extra).status_code == 302
        owner.refresh_from_db()
        assert getattr(owner, field) == value
    client.post(page(owner, "password"), {"password": "another-long-password"})
    owner.refresh_from_db()
    assert owner.check_password("another-long-password")


def test_a_weak_password_is_asked_for_again(admin: User, owner: User, signed_in):
    answer = signed_in(admin).post(page(owner, "password"), {"password": "1234"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["password"])


def test_an_administrator_removes_a_lost_second_factor(admin: User, owner: User, supervisor: User, signed_in):
    SecondFactor.objects.create(user=owner, secret="x", confirmed_at=owner.created_at)
    assert signed_in(supervisor).post(page(owner, "second-factor")).status_code == 403
    assert signed_in(admin).post(page(owner, "second-factor")).status_code == 302
    assert not SecondFactor.objects.exists()


def test_buttons_are_offered_to_whom_they_work_for(supervisor: User, admin: User, owner: User, in_both, signed_in):
    def offered(by: User, whom: User) -> set[str]:
        buttons = signed_in(by).get(page(whom)).context["buttons"]
        return {item["button"].name for item in buttons} - {"password-mail"}

    assert offered(supervisor, owner) == {"deactivate", "password"}
    assert offered(supervisor, in_both) == offered(supervisor, supervisor) == set()
    assert offered(admin, owner) == {"deactivate", "role", "password"}
    assert offered(admin, admin) == set()


def test_a_refusal_loses_nothing_typed(admin: User, owner: User, signed_in, monkeypatch):
    """Somebody took the e-mail between the look at it and the saving."""
    monkeypatch.setattr(User, "validate_unique", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(User, "validate_constraints", lambda *_args, **_kwargs: None)
    taken = form(owner, name="Um nome novo", email=admin.email)
    answer = signed_in(admin).post(page(owner), taken)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "Um nome novo" in shown
    assert answer.context["adminform"].form.non_field_errors()
    owner.refresh_from_db()
    assert owner.name == "Olivia"


def test_a_refused_button_says_why_and_asks_again(admin: User, owner: User, signed_in, monkeypatch):
    """Somebody took the right away between the offer and the pressing."""
    monkeypatch.setattr(actions.people, "may_change", lambda by, whom: False)
    answer = signed_in(admin).post(page(owner, "deactivate"))
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (200, [str(actions.MayNotChange.text)])
    assert User.objects.get(pk=owner.pk).is_active


# --- Django's side doors --------------------------------------------------------------------------


ENDS = ["deactivate", "activate", "role", "password", "password-mail", "second-factor"]


@pytest.mark.parametrize("whom", ["teammate supervisor", "admin", "in_both", "stranger", "nobody"])
def test_outside_their_rights_nothing_happens(
    supervisor: User, admin: User, in_both: User, stranger: User, team: Team, signed_in, whom: str
):
    TeamMember.objects.create(team=team, user=admin)
    somebody = {
        "teammate supervisor": lambda: person("Bia", Role.SUPERVISOR, team),
        "admin": lambda: admin,
        "in_both": lambda: in_both,
        "stranger": lambda: stranger,
        "nobody": lambda: User(pk=999_999),
    }[whom]()
    client, data = signed_in(supervisor), {"role": "ADMIN", "password": "another-long-password"}
    before = list(User.objects.order_by("pk").values())
    addresses = [page(somebody, end) for end in ENDS]
    statuses = {client.get(address).status_code for address in addresses}
    statuses |= {client.post(address, data).status_code for address in addresses}
    assert statuses == ({404} if whom in ("stranger", "nobody") else {403}), "out of sight is as if it were not there"
    if somebody.name:
        assert client.post(page(somebody), form(somebody, name="Outro")).status_code in (302, 403)
    assert list(User.objects.order_by("pk").values()) == before


def test_agents_have_no_admin(owner: User, teammate: User, signed_in):
    client = signed_in(owner)
    for address in (PEOPLE, page(teammate), page(teammate, "deactivate"), f"{PEOPLE}add/"):
        assert client.post(address).status_code == 302
    assert User.objects.get(pk=teammate.pk).is_active


def test_buttons_do_nothing_when_looked_at(admin: User, owner: User, signed_in):
    client = signed_in(admin)
    before = User.objects.filter(pk=owner.pk).values().get()
    for end in ("deactivate", "password"):
        client.get(page(owner, end) + "?password=another-long-password&role=ADMIN")
        client.head(page(owner, end))
    assert User.objects.filter(pk=owner.pk).values().get() == before


def test_names_of_other_teams_stay_theirs(
    supervisor: User, in_both: User, number: PhoneNumber, team, other_team, signed_in
):
    """In the list, its filters, a person's page, and the filters of numbers and conversations."""
    number.teams.add(other_team)
    client = signed_in(supervisor)
    for address in (
        PEOPLE,
        f"{PEOPLE}?_facets=True",
        page(in_both),
        "/admin/numbers/phonenumber/",
        "/admin/inbox/conversation/",
        "/admin/teams/team/",
    ):
        shown = client.get(address).content.decode()
        assert other_team.name not in shown, address
    assert team.name in client.get(PEOPLE).content.decode()


def test_a_team_that_is_not_offered_filters_like_none_at_all(supervisor: User, in_both: User, other_team, signed_in):
    answers = [signed_in(supervisor).get(f"{PEOPLE}?team={pk}") for pk in (other_team.pk, 999_999, "abc")]
    assert [list(answer.context["cl"].queryset) for answer in answers] == [[], [], []]


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=md5",
        "memberships__team__name=Financeiro",
        "memberships=1",
        "second_factor__secret=x",
        "email__startswith=o",
        "last_login__gte=2020-01-01",
    ],
)
def test_only_what_a_filter_offers_can_be_asked_for(admin: User, owner: User, signed_in, query: str):
    assert signed_in(admin).get(f"{PEOPLE}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["_to_field=password", "_to_field=email", "_to_field=memberships"])
def test_people_are_found_by_id_alone(supervisor: User, owner: User, signed_in, query: str):
    assert signed_in(supervisor).get(f"{page(owner)}?{query}").status_code == 400


def test_an_action_touches_no_row_out_of_sight(supervisor: User, stranger: User, signed_in):
    data = {"action": "delete_selected", "_selected_action": [stranger.pk], "post": "yes"}
    signed_in(supervisor).post(PEOPLE, data)
    assert User.objects.filter(pk=stranger.pk).exists()


def test_nobody_is_deleted(admin: User, owner: User, signed_in):
    client = signed_in(admin)
    client.post(PEOPLE, {"action": "delete_selected", "_selected_action": [owner.pk], "post": "yes"})
    assert client.post(page(owner, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=owner.pk).exists()


def test_the_list_edits_nothing(admin: User, owner: User, signed_in):
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": owner.pk, "form-0-role": "ADMIN"}
    signed_in(admin).post(PEOPLE, rows | {"_save": "Save"})
    assert User.objects.get(pk=owner.pk).role == Role.AGENT


@pytest.mark.parametrize("end", ["history"])
def test_the_trail_is_the_only_history(admin: User, supervisor: User, owner: User, signed_in, end: str):
    for by in (admin, supervisor):
        signed_in(by).post(page(owner), form(owner, name=f"Olívia {by.pk}"))
        assert signed_in(by).get(page(owner, end)).status_code == 404
    assert not LogEntry.objects.exists()
    assert "auditlog" in signed_in(admin).get(page(owner)).content.decode()
    assert "auditlog" not in signed_in(supervisor).get(page(owner)).content.decode()


def test_completion_offers_only_people_in_sight(supervisor: User, owner: User, stranger: User, signed_in):
    address = "/admin/autocomplete/?app_label=teams&model_name=teammember&field_name=user&term="
    found = {row["id"] for row in signed_in(supervisor).get(address).json()["results"]}
    assert str(owner.pk) in found
    assert str(stranger.pk) not in found
    assert signed_in(owner).get(address).status_code == 302


def test_a_popup_opens_no_other_door(supervisor: User, admin: User, stranger: User, signed_in):
    client = signed_in(supervisor)
    assert client.get(f"{page(stranger)}?_popup=1").status_code == 302
    answer = client.post(f"{PEOPLE}add/?_popup=1&role=ADMIN", NINA | {"role": "ADMIN", "_popup": "1"})
    assert answer.status_code == 200
    assert not User.objects.filter(name="Nina").exists()


def test_djangos_own_password_page_is_not_there(admin: User, signed_in):
    answer = signed_in(admin).post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": "another-long-password", "new_password2": "another-long-password"},
    )
    assert answer.headers["Location"] == "/account/password/"
    assert User.objects.get(pk=admin.pk).check_password(PASSWORD)
