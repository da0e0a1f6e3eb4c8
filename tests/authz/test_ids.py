"""Ids of what is outside, wherever one can be put: nothing tells them from ids that nobody has."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.authz.visits import Visitor
from tests.authz.world import ABSENT

AUTOCOMPLETE = "/admin/autocomplete/?app_label={app}&model_name={model}&field_name={field}&term={term}"


def answer_to(visitor: Visitor, method: str, url: str, pk: int, body: dict[str, Any] | None = None) -> tuple[int, str]:
    """Call as an agent with an id in the address or the body; return status and text without the id itself."""
    body = {name: pk if value == "{pk}" else value for name, value in body.items()} if body else None
    answer = visitor.call(method, url.format(pk=pk), visitor.world.bearers["supervisor"], body)
    return answer.status, re.sub(rf"\b{pk}\b", "#", answer.text)


IN_QUERIES = [
    ("/api/v1/conversations?team={pk}", "team"),
    ("/api/v1/conversations?number={pk}", "phonenumber"),
    ("/api/v1/conversations?assignee={pk}", "user"),
    ("/api/v1/users?team={pk}", "team"),
    ("/api/v1/numbers?waba={pk}", "wabaaccount"),
    ("/api/v1/templates?waba={pk}", "wabaaccount"),
]


@pytest.mark.parametrize(("url", "kind"), IN_QUERIES)
def test_a_filter_does_not_tell_what_exists(url: str, kind: str, visitor: Visitor) -> None:
    other = visitor.world.make(kind, "other", "supervisor")
    assert answer_to(visitor, "GET", url, other.pk) == answer_to(visitor, "GET", url, ABSENT)


def test_a_body_does_not_tell_what_exists(visitor: Visitor) -> None:
    world = visitor.world
    conversation, team, own = (world.make(kind, "own", "") for kind in ("conversation", "team", "user"))
    stranger, their_team = world.make("user", "other", ""), world.make("team", "other", "")
    person = {"name": "Nova", "email": "nova@prosa.example", "role": "AGENT"}
    bodies = [
        (f"/api/v1/conversations/{conversation.pk}/assign", {"user": "{pk}"}, stranger),
        (f"/api/v1/teams/{team.pk}/members", {"user": "{pk}"}, stranger),
        ("/api/v1/users", {**person, "team": "{pk}"}, their_team),
    ]
    for url, body, thing in bodies:
        assert answer_to(visitor, "POST", url, thing.pk, body) == answer_to(visitor, "POST", url, ABSENT, body), url
    assert answer_to(visitor, "POST", f"/api/v1/teams/{team.pk}/members", own.pk, {"user": "{pk}"})[0] == 201


def test_what_was_deleted_is_as_what_never_was(visitor: Visitor) -> None:
    for kind, path in (("team", "teams"), ("phonenumber", "numbers"), ("contact", "contacts")):
        thing = visitor.world.make(kind, "none", "")
        pk = thing.pk
        thing.delete()
        url = f"/api/v1/{path}/{{pk}}"
        assert answer_to(visitor, "GET", url, pk) == answer_to(visitor, "GET", url, ABSENT)


@pytest.mark.parametrize(
    ("app", "model", "field"), [("teams", "teammember", "user"), ("accounts", "auditlog", "actor"), ("x", "y", "z")]
)
def test_autocomplete_names_nobody_outside(app: str, model: str, field: str, visitor: Visitor) -> None:
    visitor.world.make("user", "other", "")
    url = AUTOCOMPLETE.format(app=app, model=model, field=field, term="other-colleague")
    assert "other-colleague" not in visitor.send("GET", url, visitor.world.cookies["supervisor"]).text


def test_lists_of_the_admin_name_nothing_outside(visitor: Visitor) -> None:
    world = visitor.world
    things = {kind: world.make(kind, "other", "") for kind in ("contact", "user", "team", "phonenumber", "template")}
    urls = ["contacts/contact", "inbox/conversation", "accounts/user", "teams/team", "numbers/phonenumber"]
    for url in [*urls, "numbers/alert", "messaging/template"]:
        page = visitor.send("GET", f"/admin/{url}/", world.cookies["supervisor"])
        assert page.status == 200
        for thing in things.values():
            assert str(getattr(thing, "email", thing)) not in page.text, url


@pytest.mark.parametrize("query", ["_to_field=password", "_to_field=email&_popup=1", "team__members__user__email=x"])
def test_the_admin_looks_nothing_up_by_columns_it_does_not_offer(query: str, visitor: Visitor) -> None:
    found = visitor.send("GET", f"/admin/accounts/user/?{query}", visitor.world.cookies["supervisor"])
    assert found.status in (302, 400)
