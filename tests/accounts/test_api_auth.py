"""Signing in by API, and what every request meets: the door, the pace, the shape of a no."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from accounts import credentials
from accounts.actions import set_password
from accounts.api import auth
from accounts.models import AuditLog, Pace, Session, TokenFamily
from accounts.pace import spend
from accounts.tokens import machine
from tests.api import Api
from tests.conftest import PASSWORD, person

LOGIN = "/api/v1/auth/login"
ME = "/api/v1/users/me"
USERS = "/api/v1/users"


def sign_in(email: str, password: str = PASSWORD, **more):
    return Api().post(LOGIN, {"email": email, "password": password, **more})


# --- Signing in -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_signs_in(owner):
    answer = sign_in(owner.email)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    me = Api(answer.json()["access"]).get(ME).json()
    assert (me["id"], me["email"], me["role"]) == (owner.pk, owner.email, "AGENT")
    assert [team["name"] for team in me["teams"]] == ["Atendimento"]
    assert AuditLog.objects.get(action="person.signed_in").particulars == {"door": "api"}
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_unknown_inactive_and_wrong_get_one_answer(owner):
    gone = person("Gil", is_active=False)
    answers = [
        sign_in(owner.email, "wrong password here"),
        sign_in("nobody@prosa.example"),
        sign_in(gone.email),
        sign_in("no address at all"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["type"] == "urn:prosa:problem:wrong-credentials"
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert not TokenFamily.objects.exists()


@pytest.mark.django_db
def test_a_password_that_changes_meanwhile_lets_nobody_in(owner, monkeypatch):
    def changes_meanwhile(*args, **typed):
        proven = credentials.verify(*args, **typed)
        set_password(owner, password="another-long-password", by=owner)
        return proven

    monkeypatch.setattr(auth, "verify", changes_meanwhile)
    assert sign_in(owner.email).json()["type"] == "urn:prosa:problem:wrong-credentials"
    assert not TokenFamily.objects.exists()


@pytest.mark.django_db
def test_a_role_that_needs_a_second_factor_does_not_get_in_without(supervisor, settings):
    settings.SECOND_FACTOR_REQUIRED = ["SUPERVISOR"]
    answer = sign_in(supervisor.email)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:prosa:problem:second-factor-required"
    assert not TokenFamily.objects.exists()


@pytest.mark.django_db
def test_whoever_tries_too_often_waits(owner):
    with time_machine.travel(timezone.now(), tick=False):
        answers = [sign_in(owner.email, "wrong password here") for _number in range(30)]
    braked = [answer for answer in answers if answer.status_code == 429]
    assert braked
    assert int(braked[0].headers["Retry-After"]) >= 1
    assert braked[0].json()["type"] == "urn:prosa:problem:too-many-tries"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "", "password": ""}, {"email", "password"}),
        ({"email": "a\0b", "password": "x\0y"}, {"email", "password"}),
        ({"email": "\ud800", "password": "x"}, None),
        ({"email": ["a"], "password": {"b": 1}}, {"email", "password"}),
        ({"email": "a", "password": "x" * 129}, {"password"}),
        ({"email": "a", "password": "b", "remember": True}, {"remember"}),
        ([], {"body"}),
        (None, {"email", "password"}),
    ],
)
def test_a_body_that_is_none_is_refused_by_field(body, fields):
    answer = Api().post(LOGIN, body)
    assert answer.status_code == 400
    assert set(answer.json().get("errors", [])) == (fields or set())


@pytest.mark.django_db
def test_a_token_that_is_no_good_does_not_keep_one_from_signing_in(owner):
    assert Api("nonsense").post(LOGIN, {"email": owner.email, "password": PASSWORD}).status_code == 200


# --- The shape of a no ------------------------------------------------------------------------------


def problem(answer) -> dict:
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert {"type", "title", "status", "detail"} <= found.keys() <= {"type", "title", "status", "detail", "errors"}
    assert found["status"] == answer.status_code
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/users/", "/api/v1/users/x"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_is_none_is_404(path, method):
    assert problem(getattr(Api(), method)(path))["title"] == "Not Found"


@pytest.mark.django_db
def test_other_methods_are_405_and_name_those_there_are(api, owner):
    answer = api(owner).delete(f"{USERS}/{owner.pk}")
    assert problem(answer)["status"] == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "PATCH", "HEAD"}
    assert problem(api(owner).options(USERS))["status"] == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/xml"]
)
def test_a_form_is_415(api, owner, kind):
    answer = api(owner).patch(f"{USERS}/{owner.pk}", b"name=Eva", content_type=kind)
    assert problem(answer)["status"] == 415
    owner.refresh_from_db()
    assert owner.name == "Olivia"


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "application/problem+json", ""])
def test_it_speaks_json_whatever_is_asked_for(api, owner, accept):
    answer = api(owner).get(ME, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_it_speaks_the_persons_language(api, owner, language):
    owner.language = language
    owner.save()
    answer = api(owner).patch(f"{USERS}/{owner.pk}", {"role": "ADMIN"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:prosa:refusal:may_not_grant"


@pytest.mark.django_db
def test_an_error_of_ours_tells_nothing(api, owner, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("accounts.api.users.MeOut.get_teams", fail)
    client = api(owner)
    client.raise_request_exception = False
    answer = client.get(ME)
    assert problem(answer)["status"] == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text


@pytest.mark.django_db
def test_a_database_that_is_away_is_503(api, owner, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection at 10.0.0.5")

    monkeypatch.setattr("accounts.api.users.MeOut.get_teams", fail)
    client = api(owner)
    client.raise_request_exception = False
    answer = client.get(ME)
    assert problem(answer)["status"] == 503
    assert "10.0.0.5" not in answer.text and answer.headers["Retry-After"] == "5"


# --- The pace ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_says_what_is_left_and_when_it_is_enough(api, owner, settings):
    settings.API_RATE, settings.API_BURST = 0.5, 3
    client = api(owner)
    answers = [client.get(ME) for _number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=6'
    assert problem(answers[3])["title"] == "Too Many Requests"
    assert answers[3].headers["Retry-After"] == "2"


@pytest.mark.django_db
def test_a_machine_does_not_spend_what_its_owner_has(api, owner, settings):
    settings.API_RATE, settings.API_BURST = 0.001, 2
    texts = [machine.create_token(name=name, scopes=["users:read"], expires_at=None, by=owner)[1] for name in "ab"]
    clients = [Api(texts[0]), Api(texts[1]), api(owner)]
    statuses = [[client.get(ME).status_code for _number in range(3)] for client in clients]
    assert statuses == [[200, 200, 429]] * 3
    # Another sign-in of the same person is the same person.
    assert api(owner).get(ME).status_code == 429


@pytest.mark.django_db
def test_without_a_rate_there_is_no_limit(api, owner, settings):
    settings.API_RATE = 0
    assert "RateLimit" not in api(owner).get(ME).headers
    assert not Pace.objects.exists()


@pytest.mark.django_db
def test_what_is_owed_is_paid_back_with_time(owner):
    assert [spend("x", rate=20, burst=2).granted for _number in range(3)] == [True, True, False]
    Pace.objects.update(free_at=timezone.now())
    assert spend("x", rate=20, burst=2).granted


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("budget", [1, 7, 40])
def test_eight_threads_are_granted_exactly_the_budget(budget):
    # One call an hour in the long run: no call is paid back while this runs.

    def calls(_thread: int) -> int:
        try:
            return sum(spend("x", rate=1 / 3600, burst=budget).granted for _number in range(25))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(calls, range(8))) == budget
