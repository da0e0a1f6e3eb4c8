"""Ids of what is outside, wherever one can be put: nothing tells them from ids that nobody has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from config.api import openapi
from tests.authz.bodies import BODIES, address
from tests.authz.visits import Visitor
from tests.authz.world import ABSENT

AUTOCOMPLETE = "/admin/autocomplete/?app_label={app}&model_name={model}&field_name={field}&term={term}"


def answer_to(visitor: Visitor, method: str, url: str, pk: int) -> tuple[int, str]:
    """Call as a supervisor with an id in the address; return status and text without the id itself."""
    answer = visitor.call(method, url.format(pk=pk), visitor.world.bearers["supervisor"])
    return answer.status, re.sub(rf"(?<![\w-]){pk}\b", "#", answer.text)


NAMES = {"team": "team", "number": "phonenumber", "user": "user", "assignee": "user", "contact": "contact",
         "waba": "wabaaccount", "teams": "team", "conversation": "conversation", "template": "template",
         "quoted": "message"}  # fmt: skip
"""How filters and bodies call an id, and the kind of thing it names."""


def documented() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (method, path in the table's notation, operation) of the whole API."""
    for path, item in openapi()["paths"].items():
        written = re.sub(r"\{(\w+)\}", r"<\1>", path).replace("<id>", "<pk>")
        yield from ((method.upper(), written, operation) for method, operation in item.items())


def in_queries() -> list[tuple[str, str]]:
    """Every filter by somebody's or something's id."""
    return [
        (path, parameter["name"])
        for method, path, operation in documented()
        for parameter in operation.get("parameters", [])
        if method == "GET" and parameter["in"] == "query" and parameter["name"] in NAMES
    ]


def in_bodies() -> list[tuple[str, str]]:
    """Every member of a body that is somebody's or something's id."""
    found = []
    for method, path, operation in documented():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        members = openapi()["components"]["schemas"].get(name, {}).get("properties", {})
        found += [(f"{method} {path}", member) for member, schema in members.items() if _holds_ids(member, schema)]
    return [(door, member) for door, member in found if door != GOES_ANYWHERE]


def _holds_ids(name: str, schema: dict[str, Any]) -> bool:
    kinds = [schema.get("type"), schema.get("items", {}).get("type")]
    assert name in NAMES or "integer" not in kinds or name in NO_IDS, f"say in NAMES what {name} names, or in NO_IDS"
    return name in NAMES


NO_IDS = {"sends_per_second"}
GOES_ANYWHERE = "POST /api/v1/conversations/<pk>/transfer"
"""A conversation is passed on to any active team or person of the house: whoever passes it on knows of them."""


@pytest.mark.parametrize(("path", "name"), in_queries())
def test_a_filter_does_not_tell_what_exists(path: str, name: str, visitor: Visitor) -> None:
    other = visitor.world.make(NAMES[name], "other", "supervisor")
    url = f"{path}?{name}={{pk}}"
    assert answer_to(visitor, "GET", url, other.pk) == answer_to(visitor, "GET", url, ABSENT)
    assert answer_to(visitor, "GET", url, other.pk)[0] == 200


@pytest.mark.parametrize(("door", "name"), in_bodies())
def test_a_body_does_not_tell_what_exists(door: str, name: str, visitor: Visitor) -> None:
    world, (method, path) = visitor.world, door.split()
    kind = visitor.kind(door)
    thing = world.make(kind, "own", "") if kind else None
    other = world.make(NAMES[name], "other", "")
    body, url = BODIES.get(door, lambda *_: {})(world, thing), address(path, thing, world)
    answers = []
    for pk in (other.pk, ABSENT):
        given = body | {name: [pk] if name.endswith("s") else pk}
        answer = visitor.call(method, url, world.bearers["supervisor"], given)
        answers.append((answer.status, re.sub(rf"(?<![\w-]){pk}\b", "#", answer.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] in (400, 403, 404, 409)


def test_a_body_takes_what_is_ones_own(visitor: Visitor) -> None:
    team, own = (visitor.world.make(kind, "own", "") for kind in ("team", "user"))
    url = f"/api/v1/teams/{team.pk}/members"
    assert visitor.call("POST", url, visitor.world.bearers["supervisor"], {"user": own.pk}).status == 201


IN_FORMS = [
    ("/conversations/{own}/assignee/", "conversation", "user", "user"),
    ("/admin/contacts/contact/{own}/merge/{pk}/", "contact", "", "contact"),
    ("/admin/autocomplete/?app_label=teams&model_name=teammember&field_name=user&term={pk}", "", "", "user"),
]
"""Pages that take an id besides the one of their own thing: its address, that thing, the field, what it names."""


@pytest.mark.parametrize(("path", "kind", "field", "names"), IN_FORMS)
def test_a_form_does_not_tell_what_exists(path: str, kind: str, field: str, names: str, visitor: Visitor) -> None:
    world = visitor.world
    own = world.make(kind, "own", "").pk if kind else 0
    answers = []
    for pk in (world.make(names, "other", "").pk, ABSENT):
        answer = visitor.send("POST" if kind else "GET", path.format(own=own, pk=pk), world.cookies["supervisor"],
                              {field: pk} if field else {"post": "yes"} if kind else None)  # fmt: skip
        answers.append(re.sub(rf"(?<![\w-]){pk}\b", "#", f"{answer.status} {answer.location} {answer.text}"))
    assert answers[0] == answers[1]


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


@pytest.mark.parametrize(
    "query",
    [
        "_to_field=password",
        "_to_field=email&_popup=1",
        "_popup=1&password__startswith=a",
        "team__members__user__email=x",
        "memberships__team__name__startswith=a",
    ],
)
def test_the_admin_looks_nothing_up_by_columns_it_does_not_offer(query: str, visitor: Visitor) -> None:
    found = visitor.send("GET", f"/admin/accounts/user/?{query}", visitor.world.cookies["supervisor"])
    assert found.status in (302, 400)
