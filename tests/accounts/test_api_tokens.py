"""Tokens of machines: made by people, shown once, held to their scopes, gone when revoked."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.actions import deactivate_person
from accounts.models import ApiToken, AuditLog
from accounts.permissions import RESOURCES, SCOPES
from accounts.sign_out import sign_out_everywhere
from accounts.tokens import machine
from tests.api import Api

pytestmark = pytest.mark.django_db
TOKENS = "/api/v1/tokens"
USERS = "/api/v1/users"
ME = "/api/v1/users/me"


def token_of(person, *scopes: str, **fields) -> Api:
    """A machine with a token of `person`."""
    _, text = machine.create_token(
        name="CRM", scopes=scopes or ["users:read"], expires_at=fields.get("expires_at"), by=person
    )
    return Api(text)


# --- By API -----------------------------------------------------------------------------------------


def test_it_is_made_shown_once_and_opens_the_api(api, owner):
    answer = api(owner).post(TOKENS, {"name": "CRM", "scopes": ["users:read"]})
    assert answer.status_code == 201
    made = answer.json()
    assert made["token"].startswith(f"prosa_{made['prefix']}_") and len(made["token"]) == 58
    listed = api(owner).get(TOKENS)
    assert [row["id"] for row in listed.json()["results"]] == [made["id"]]
    assert made["token"] not in listed.text and "digest" not in listed.text
    assert Api(made["token"]).get(USERS).status_code == 200


def test_the_secret_is_kept_nowhere(owner):
    token, text = machine.create_token(name="CRM", scopes=["users:read"], expires_at=None, by=owner)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_apitoken t")
        row = str(cursor.fetchall())
    assert text not in row and text[15:] not in row
    assert text not in str(AuditLog.objects.get(action="token.created").particulars)


def test_making_and_revoking_is_audited(owner):
    token, _ = machine.create_token(name="CRM", scopes=["teams:read", "users:read"], expires_at=None, by=owner)
    machine.revoke_token(token, by=owner)
    machine.revoke_token(token, by=owner)
    made, gone = AuditLog.objects.filter(entity_type="apitoken", entity_id=token.pk).order_by("pk")
    assert (made.action, made.actor, made.particulars["scopes"]) == (
        "token.created",
        owner,
        ["teams:read", "users:read"],
    )
    assert (gone.action, gone.actor) == ("token.revoked", owner)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": ["users:read"]}, "name"),
        ({"name": "CRM"}, "scopes"),
        ({"name": "CRM", "scopes": []}, "scopes"),
        ({"name": "CRM", "scopes": ["everything"]}, "scopes"),
        ({"name": "CRM", "scopes": ["users:read", "users:admin"]}, "scopes"),
        ({"name": "CRM", "scopes": "users:read"}, "scopes"),
        ({"name": "x" * 81, "scopes": ["users:read"]}, "name"),
        ({"name": "a\0b", "scopes": ["users:read"]}, "name"),
        ({"name": "CRM", "scopes": ["users:read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "CRM", "scopes": ["users:read"], "expires_at": "soon"}, "expires_at"),
        ({"name": "CRM", "scopes": ["users:read"], "owner": 1}, "owner"),
        ({"name": "CRM", "scopes": ["users:read"], "prefix": "00000000"}, "prefix"),
        ({"name": "CRM", "scopes": ["users:read"], "last_used_at": None}, "last_used_at"),
        ([], "body"),
        ('"x"', "body"),
    ],
)
def test_what_is_not_right_is_refused_by_field(api, owner, body, field):
    answer = api(owner).post(TOKENS, body)
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {field}
    assert not ApiToken.objects.exists()


def test_revoking_ends_it_at_once(api, owner):
    machine_client = token_of(owner)
    token = ApiToken.objects.get()
    assert api(owner).delete(f"{TOKENS}/{token.pk}").status_code == 204
    assert machine_client.get(USERS).status_code == 401
    assert api(owner).get(TOKENS).json()["results"] == []
    assert api(owner).delete(f"{TOKENS}/{token.pk}").status_code == 404


@pytest.mark.parametrize("who", ["teammate", "supervisor", "admin"])
def test_nobody_elses_are_there(request, api, owner, who):
    token_of(owner)
    client = api(request.getfixturevalue(who))
    assert client.get(TOKENS).json()["results"] == []
    assert client.delete(f"{TOKENS}/{ApiToken.objects.get().pk}").status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_a_token_makes_no_tokens_and_sees_none(owner):
    every = token_of(owner, *SCOPES)
    assert every.get(TOKENS).status_code == 403
    assert every.post(TOKENS, {"name": "More", "scopes": ["users:read"]}).status_code == 403
    assert every.delete(f"{TOKENS}/{ApiToken.objects.get().pk}").status_code == 403
    assert every.post("/api/v1/auth/logout").status_code == 401
    assert ApiToken.objects.count() == 1


# --- Scopes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_scope_opens_its_resource_and_no_other(admin, scope):
    client = token_of(admin, scope)
    resource, right = scope.split(":")
    for other in RESOURCES:
        expected = 200 if (other == resource and right == "read") else 403
        assert client.get(f"/api/v1/{other}").status_code == expected, other


def test_reading_does_not_write(owner, teammate, admin):
    assert token_of(admin, "users:read").post(f"{USERS}/{teammate.pk}/deactivate").status_code == 403
    assert token_of(admin, "users:write").post(f"{USERS}/{teammate.pk}/deactivate").status_code == 200


def test_the_answer_names_the_scope(owner):
    answer = token_of(owner, "teams:read").patch(f"{USERS}/{owner.pk}", {"name": "Eva"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:prosa:problem:insufficient-scope"
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="users:write"'


def test_a_scope_gives_nothing_that_the_person_has_not(owner, teammate):
    assert token_of(owner, "users:write").post(f"{USERS}/{teammate.pk}/deactivate").status_code == 403


def test_any_token_may_ask_who_it_is(owner):
    me = token_of(owner, "teams:read").get(ME).json()
    assert (me["id"], me["scopes"]) == (owner.pk, ["teams:read"])


# --- Until when, and from where ----------------------------------------------------------------------


def test_it_ends_when_it_expires(owner):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = token_of(owner, expires_at=timezone.now() + timedelta(days=1))
        clock.shift(86_399)
        assert client.get(USERS).status_code == 200
        clock.shift(1)
        assert client.get(USERS).status_code == 401


def test_it_ends_with_its_owners_work_here_and_wakes_with_it(owner, admin):
    client = token_of(owner)
    deactivate_person(owner, by=admin)
    assert client.get(USERS).status_code == 401


def test_a_new_password_does_not_stop_machines(owner):
    client = token_of(owner)
    sign_out_everywhere(owner)
    assert client.get(USERS).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text[:6] + "00000000" + text[14:],
        lambda text: text.upper(),
        lambda text: text.replace("prosa_", "prosa-"),
        lambda text: text.split("_", 1)[1],
        lambda text: text + "\n",
        lambda text: "prosa_" + "\0" * 52,
        lambda text: "prosa__" + "%" * 43,
    ],
)
def test_one_with_a_wrong_secret_is_refused(owner, change):
    _, text = machine.create_token(name="CRM", scopes=["users:read"], expires_at=None, by=owner)
    answer = Api(change(text)).get(USERS)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:prosa:problem:invalid-token"


def test_last_use_is_kept_to_the_minute(owner, django_assert_num_queries):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client, began = token_of(owner), timezone.now()
        client.get(USERS, REMOTE_ADDR="203.0.113.7")
        token = ApiToken.objects.get()
        assert (token.last_used_at, token.last_used_from) == (began, "203.0.113.7")
        clock.shift(59)
        with django_assert_num_queries(3):
            client.get(USERS, REMOTE_ADDR="203.0.113.8")
        assert ApiToken.objects.get().last_used_from == "203.0.113.7"
        clock.shift(1)
        client.get(USERS, REMOTE_ADDR="203.0.113.8")
        token.refresh_from_db()
        assert (token.last_used_at, token.last_used_from) == (timezone.now(), "203.0.113.8")


def test_a_refused_use_is_no_use(owner):
    client = token_of(owner)
    machine.revoke_token(ApiToken.objects.get(), by=owner)
    client.get(USERS)
    assert ApiToken.objects.get().last_used_at is None


# --- On one's own page, and in the admin --------------------------------------------------------------

PAGE = "/account/tokens/"


def test_the_page_makes_one_and_shows_it_once(signed_in, owner):
    page = signed_in(owner)
    made = page.post(PAGE, {"name": "CRM", "scopes": ["users:read"], "lifetime": "90"})
    token = ApiToken.objects.get()
    text = made.context["token_text"]
    assert text in made.text and text.startswith(f"prosa_{token.prefix}_")
    assert "no-store" in made.headers["Cache-Control"]
    assert (token.owner, token.scopes) == (owner, ["users:read"])
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=91)
    again = page.get(PAGE)
    assert token.prefix in again.text and text not in again.text
    assert Api(text).get(USERS).status_code == 200


@pytest.mark.parametrize(
    "form", [{}, {"name": "CRM"}, {"name": "CRM", "scopes": ["x:read"]}, {"name": "", "scopes": ["users:read"]}]
)
def test_the_page_says_what_is_missing(signed_in, owner, form):
    answer = signed_in(owner).post(PAGE, form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert not ApiToken.objects.exists()


def test_the_page_revokes_ones_own_and_nobody_elses(signed_in, owner, teammate):
    token_of(owner)
    token = ApiToken.objects.get()
    address = f"{PAGE}{token.pk}/revoke/"
    assert signed_in(teammate).post(address).status_code == 404
    assert signed_in(teammate).get(PAGE).text.count(token.prefix) == 0
    assert signed_in(owner).get(address).status_code == 405
    assert signed_in(owner).post(address).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_administrators_see_all_and_revoke_them(signed_in, admin, owner):
    client = token_of(owner)
    token = ApiToken.objects.get()
    changelist = "/admin/accounts/apitoken/"
    page = signed_in(admin).get(changelist)
    assert token.prefix in page.text and token.digest not in page.text
    assert token.digest not in signed_in(admin).get(f"{changelist}{token.pk}/change/").text
    signed_in(admin).post(changelist, {"action": "revoke", "_selected_action": [token.pk]})
    assert client.get(USERS).status_code == 401
    assert AuditLog.objects.get(action="token.revoked").actor == admin


@pytest.mark.parametrize("who", ["owner", "supervisor"])
def test_nobody_else_opens_that_page_of_the_admin(request, signed_in, who):
    answer = signed_in(request.getfixturevalue(who)).get("/admin/accounts/apitoken/")
    assert answer.status_code in (302, 403)
