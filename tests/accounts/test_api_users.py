"""People by API: who sees whom, who changes what, and nothing that was not named."""

import pytest
from django.forms.models import model_to_dict

from accounts.models import AuditLog, Role, TokenFamily, User
from tests.conftest import PASSWORD, person

pytestmark = pytest.mark.django_db
USERS = "/api/v1/users"


def ids(answer) -> set[int]:
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()["results"]}


def state() -> list[dict]:
    """All that is known of people."""
    return list(User.objects.order_by("pk").values())


# --- Reading ----------------------------------------------------------------------------------------


def test_it_lists_colleagues_and_nobody_else(api, owner, teammate, stranger, admin):
    assert ids(api(owner).get(USERS)) == {owner.pk, teammate.pk}
    assert ids(api(admin).get(USERS)) == {owner.pk, teammate.pk, stranger.pk, admin.pk}


def test_it_shows_what_is_said_of_a_person_and_no_secret(api, owner, teammate):
    shown = api(owner).get(f"{USERS}/{teammate.pk}").json()
    assert shown.keys() == {"id", "name", "email", "role", "is_active", "language", "time_zone", "created_at"}
    assert shown["created_at"].endswith("Z")


@pytest.mark.parametrize("pk", ["0", "999999999999999999", "{stranger}"])
def test_whom_one_does_not_see_is_absent(api, owner, stranger, pk):
    answer = api(owner).get(f"{USERS}/{pk.format(stranger=stranger.pk)}")
    absent = api(owner).get(f"{USERS}/123456789")
    assert (answer.status_code, answer.text) == (404, absent.text)


def test_filters(api, admin, owner, teammate, supervisor, stranger, team, other_team):
    teammate.is_active = False
    teammate.save()
    client = api(admin)
    assert ids(client.get(USERS, {"role": "SUPERVISOR"})) == {supervisor.pk}
    assert ids(client.get(USERS, {"is_active": "false"})) == {teammate.pk}
    assert ids(client.get(USERS, {"team": other_team.pk})) == {stranger.pk}
    assert ids(client.get(USERS, {"q": "OLIV"})) == {owner.pk}
    assert ids(client.get(USERS, {"q": "sandra@"})) == {stranger.pk}
    assert ids(client.get(USERS, {"q": "%"})) == set()
    assert ids(client.get(USERS, {"team": team.pk, "role": "AGENT", "is_active": "true"})) == {owner.pk}


def test_a_team_one_does_not_see_has_nobody(api, owner, teammate, other_team):
    other_team.members.create(user=teammate)
    assert ids(api(owner).get(USERS, {"team": other_team.pk})) == set()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"role": "KING"}, "role"),
        ({"team": "x"}, "team"),
        ({"team": "-1"}, "team"),
        ({"team": str(2**63)}, "team"),
        ({"team": "9" * 400}, "team"),
        ({"q": "a\0b"}, "q"),
        ({"rolle": "AGENT"}, "rolle"),
        ({"email__startswith": "a"}, "email__startswith"),
        ({"ordering": "password"}, "ordering"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "²"}, "limit"),
        ({"cursor": "%%%"}, None),
        ({"cursor": "cD0x"}, None),
        ({"cursor": "cD1hYmM="}, "cursor"),
        ({"cursor": "cD0AMQ=="}, "cursor"),
        ({"cursor": "bz0tNQ=="}, None),
        ({"cursor": "made up"}, "cursor"),
        ({"is_active": "maybe"}, "is_active"),
        ({"is_active": "2"}, "is_active"),
        ({"role": ""}, "role"),
    ],
)
def test_a_query_that_is_not_right_never_breaks_and_says_where(api, owner, query, field):
    answer = api(owner).get(USERS, query)
    if field:
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"].keys() == {field}
    else:
        assert answer.status_code in (200, 400, 404)


def test_pages_neither_skip_nor_repeat_while_people_come(api, admin):
    there = {admin.pk} | {person(f"P{number}").pk for number in range(9)}
    client, address, seen = api(admin), f"{USERS}?limit=3", []
    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
        person(f"New{len(seen)}")
    assert len(seen) == len(set(seen)) and set(seen) == there


def test_pages_go_back(api, admin):
    for number in range(5):
        person(f"P{number}")
    client = api(admin)
    first = client.get(f"{USERS}?limit=2").json()
    second = client.get(first["next"]).json()
    assert first["previous"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


# --- Writing ----------------------------------------------------------------------------------------

NEW = {"name": "Nora", "email": "Nora@Prosa.example", "role": "AGENT"}


def test_an_administrator_makes_anybody(api, admin, team):
    answer = api(admin).post(USERS, {**NEW, "role": "SUPERVISOR", "password": PASSWORD, "team": team.pk})
    assert answer.status_code == 201, answer.text
    made = User.objects.get(pk=answer.json()["id"])
    assert (made.email, made.role, made.check_password(PASSWORD)) == ("nora@prosa.example", "SUPERVISOR", True)
    assert [member.team for member in made.memberships.all()] == [team]
    assert AuditLog.objects.get(action="user.created").actor == admin
    assert PASSWORD not in answer.text


def test_a_supervisor_makes_agents_of_a_team_they_lead(api, supervisor, team, other_team):
    client = api(supervisor)
    assert client.post(USERS, {**NEW, "role": "SUPERVISOR", "team": team.pk}).status_code == 403
    assert client.post(USERS, NEW).json()["type"] == "urn:prosa:refusal:team_needed"
    # A team that they do not see is a team that is not there.
    assert client.post(USERS, {**NEW, "team": other_team.pk}).status_code == 400
    assert client.post(USERS, {**NEW, "team": team.pk}).status_code == 201


def test_an_agent_makes_nobody(api, owner, team):
    assert api(owner).post(USERS, {**NEW, "team": team.pk}).status_code == 403
    assert not User.objects.filter(name="Nora").exists()


def test_an_email_that_is_taken_is_refused(api, admin, owner):
    answer = api(admin).post(USERS, {**NEW, "email": owner.email.upper()})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:email_taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", "a\0@prosa.example"),
        ("email", None),
        ("name", ""),
        ("name", "x" * 121),
        ("name", {"first": "Nora"}),
        ("role", "KING"),
        ("role", {"\u0000": 1}),
        ("role", ["AGENT"]),
        ("language", "tlh"),
        ("time_zone", "Mars/Base"),
        ("password", "12345"),
        ("team", 0),
        ("team", -1),
        ("team", 2**63),
        ("team", True),
        ("team", "1"),
        ("team", 1.5),
        ("team", None),
        ("team", 10**400),
    ],
)
def test_what_is_not_well_formed_is_refused_by_field(api, admin, field, value):
    before = state()
    answer = api(admin).post(USERS, {**NEW, field: value})
    assert answer.status_code == 400, answer.text
    assert field in answer.json().get("errors", {field})
    assert state() == before


def test_it_changes_what_was_named_and_nothing_else(api, admin, owner):
    before = model_to_dict(owner)
    answer = api(admin).patch(f"{USERS}/{owner.pk}", {"name": "Olívia Lima", "time_zone": "America/Manaus"})
    assert answer.status_code == 200, answer.text
    owner.refresh_from_db()
    assert model_to_dict(owner) == {**before, "name": "Olívia Lima", "time_zone": "America/Manaus"}
    assert answer.json()["name"] == "Olívia Lima"


def test_a_new_role_ends_the_sign_ins_of_the_old_one(api, admin, owner):
    client = api(owner)
    assert api(admin).patch(f"{USERS}/{owner.pk}", {"role": "SUPERVISOR"}).status_code == 200
    owner.refresh_from_db()
    assert owner.role == Role.SUPERVISOR
    assert client.get(USERS).status_code == 401


def test_all_of_a_change_happens_or_nothing(api, supervisor, owner):
    """A supervisor may change the name, not the role: so nothing changes."""
    answer = api(supervisor).patch(f"{USERS}/{owner.pk}", {"name": "Eva", "role": "SUPERVISOR"})
    assert answer.status_code == 403
    owner.refresh_from_db()
    assert (owner.name, owner.role) == ("Olivia", Role.AGENT)
    assert not AuditLog.objects.filter(action="user.changed").exists()


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("admin", "owner", 200),
        ("admin", "supervisor", 200),
        ("supervisor", "owner", 200),
        ("supervisor", "supervisor2", 403),
        ("supervisor", "stranger", 404),
        ("owner", "teammate", 403),
        ("owner", "supervisor", 403),
        ("owner", "stranger", 404),
    ],
)
@pytest.mark.parametrize("what", ["patch", "deactivate", "activate"])
def test_who_changes_whom(request, api, team, admin, who, whom, status, what):
    target = person("Sofia", "SUPERVISOR", team) if whom == "supervisor2" else request.getfixturevalue(whom)
    client = api(request.getfixturevalue(who))
    address = f"{USERS}/{target.pk}"
    answer = client.patch(address, {"name": "Eva"}) if what == "patch" else client.post(f"{address}/{what}")
    assert answer.status_code == status, answer.text


def test_one_who_is_shut_out_is_out_everywhere(api, admin, owner):
    client = api(owner)
    assert api(admin).post(f"{USERS}/{owner.pk}/deactivate").json()["is_active"] is False
    assert client.get(USERS).status_code == 401
    assert not TokenFamily.objects.filter(user=owner, ended_at=None).exists()
    assert api(admin).post(f"{USERS}/{owner.pk}/activate").json()["is_active"] is True
    assert client.get(USERS).status_code == 401


def test_nobody_shuts_themselves_out(api, admin):
    person("Beto", Role.ADMIN)
    answer = api(admin).post(f"{USERS}/{admin.pk}/deactivate")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:not_yourself")


# --- Fields that nobody named -----------------------------------------------------------------------

ASSIGNED = {
    "id": 1,
    "pk": 1,
    "password": "pbkdf2$1$x$y",
    "new_password": PASSWORD,
    "is_active": False,
    "is_staff": True,
    "is_superuser": True,
    "is_admin": True,
    "last_login": "2020-01-01T00:00:00Z",
    "created_at": "2020-01-01T00:00:00Z",
    "rights_version": 99,
    "memberships": [1],
    "teams": [1],
    "api_tokens": [],
    "token_families": [],
    "second_factor": None,
    "_state": {},
    "__class__": "User",
    "": "",
    "by": 1,
    "user_permissions": [1],
    "groups": [1],
}


def test_every_column_of_a_person_is_tried():
    written = {"name", "email", "role", "language", "time_zone"}
    assert {field.name for field in User._meta.concrete_fields} <= ASSIGNED.keys() | written


@pytest.mark.parametrize("field", ASSIGNED)
def test_nothing_else_is_written_by_a_change(api, admin, owner, field):
    before = state()
    answer = api(admin).patch(f"{USERS}/{owner.pk}", {"name": "Eva", field: ASSIGNED[field]})
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {field or "body"}
    assert state() == before


@pytest.mark.parametrize("field", [name for name in ASSIGNED if name != "password"])
def test_nothing_else_is_written_by_making_a_person(api, admin, field):
    before = state()
    assert api(admin).post(USERS, {**NEW, field: ASSIGNED[field]}).status_code == 400
    assert state() == before


@pytest.mark.parametrize("verb", ["activate", "deactivate"])
def test_what_needs_no_body_takes_none(api, admin, owner, verb):
    answer = api(admin).post(f"{USERS}/{owner.pk}/{verb}", {"role": "ADMIN"})
    assert answer.status_code == 400
    owner.refresh_from_db()
    assert owner.role == Role.AGENT


def test_one_cannot_raise_oneself(api, owner, supervisor, admin):
    for who in (owner, supervisor):
        assert api(who).patch(f"{USERS}/{who.pk}", {"role": "ADMIN"}).status_code == 403
    person("Beto", Role.ADMIN)
    answer = api(admin).patch(f"{USERS}/{admin.pk}", {"role": "AGENT"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:prosa:refusal:not_yourself")
