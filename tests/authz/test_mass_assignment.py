"""Whatever else stands in a body or a form than its fields: the API refuses it, pages and the admin never take it.

Every door that writes is visited as the table visits it, with members added that some model somewhere has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Role, User
from config.api import openapi
from messaging.models import CatalogueReading
from numbers.models import PhoneNumber, WabaAccount
from tests.authz import routes, table
from tests.authz.table import Cell
from tests.authz.visits import Answer, Visitor
from tests.authz.world import World

MARK = "taken-by-mistake"
"""Stands for text: no column of any row may hold it."""
LONG_AGO = "1999-12-31T23:59:59Z"
NOBODYS = 1_999_999_999
"""An id that a row would have if it let others choose it."""
WRITES = ("POST", "PUT", "PATCH", "ACTION")
FIELDS = {
    "POST /conversations/<int:pk>/assignee/": {"user"},
    "PUT /conversations/<int:pk>/assignee/": {"user"},
    "POST /numbers/connect/": {"access_token", "app_secret"},
    "POST /numbers/<int:pk>/steps/<slug:name>/": {"access_token", "app_secret"},
    "POST /numbers/accounts/<int:pk>/steps/<slug:name>/": {"access_token", "app_secret"},
}
"""Fields of forms that their bodies in `bodies.py` leave out, and that are members of the trap."""
REFUSED = {"POST /admin/accounts/auditlog/export/": 400}
"""Doors that refuse what they do not know instead of passing it over."""


class Trap:
    """A team, people, a number and a customer that nothing refers to: whatever names one of them was taken."""

    def __init__(self, world: World) -> None:
        made = {
            kind: world.make(kind, "none", "") for kind in ("team", "user", "phonenumber", "contact", "wabaaccount")
        }
        # The readings of all accounts are asked for by a button; this one's is there already.
        CatalogueReading.objects.create(waba=made["wabaaccount"])
        self.things = list(made.values())
        person = made["user"].pk
        of = {"team": made["team"].pk, "number": made["phonenumber"].pk, "contact": made["contact"].pk}
        of |= {"waba": made["wabaaccount"].pk, "kept": made["contact"].pk}
        of |= dict.fromkeys(("user", "assignee", "author", "actor", "owner", "created_by"), person)
        self.extras: dict[str, Any] = {
            **of,
            **{f"{name}_id": pk for name, pk in of.items()},
            **dict.fromkeys(("id", "pk"), NOBODYS),
            **dict.fromkeys(("is_superuser", "is_staff", "lead"), True),
            **dict.fromkeys(("created_at", "sent_at", "closed_at", "last_login", "checked_at"), LONG_AGO),
            **dict.fromkeys(("status", "state", "kind", "direction", "wamid", "password", "access_token"), MARK),
            **dict.fromkeys(("app_secret", "blocked_reason", "verified_name", "quality", "secret", "key"), MARK),
            "role": Role.ADMIN,
        }
        self._known = self._shown()

    def taken(self) -> list[str]:
        """Say what the database shows of the extras and did not when it was asked last."""
        before, self._known = self._known, self._shown()
        return sorted(self._known - before)

    def _shown(self) -> set[str]:
        found = {f"{thing._meta.label} {relation.name}" for thing in self.things for relation in _referring(thing)}
        found |= {f"{email} is an administrator" for email in _emails(role=Role.ADMIN) if email[:6] != "admin-"}
        found |= {f"{email} leads" for email in _emails(role=Role.AGENT, memberships__lead=True)}
        found |= {f"{table} holds a mark" for table in _marked()}
        found |= {f"token of {waba}" for waba in WabaAccount.objects.all() if waba.access_token == MARK}
        # What is encrypted shows its mark to nobody but the model.
        with_secrets = [*WabaAccount.objects.all(), *PhoneNumber.objects.all()]
        return found | {f"secret of {one}" for one in with_secrets if one.app_secret == MARK}


def _emails(**of: Any) -> list[str]:
    return list(User.objects.filter(**of).values_list("email", flat=True))


def _referring(thing: Any) -> Iterator[Any]:
    for relation in thing._meta.related_objects:
        if relation.related_model.objects.filter(**{relation.field.name: thing}).exists():
            yield relation


def _marked() -> list[str]:
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    looks = f"to_jsonb(t)::text ~ '{MARK}|1999-12-31|\"id\": {NOBODYS}'"
    question = " UNION ALL ".join(f"SELECT '{name}' FROM {name} AS t WHERE {looks}" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(question)
        return sorted({name for (name,) in cursor.fetchall()})


class Greedy(Visitor):
    """A visitor whose bodies and forms hold more than was asked for."""

    more: dict[str, Any] = {}
    forced: frozenset[str] = frozenset()

    def call(self, method: str, url: str, bearer: str, data: Any = None) -> Answer:
        return super().call(method, url, bearer, data if method == "GET" else {**(data or {}), **self.more})

    def send(self, method: str, url: str, cookie: str, data: Any = None, **headers: str) -> Answer:
        if method != "GET":
            fields = list(data.items()) if isinstance(data, dict) else list(data or [])
            kept = [(name, value) for name, value in fields if name not in self.forced]
            named = {name for name, _value in kept}
            data = kept + [(name, value) for name, value in self.more.items() if name not in named]
        return super().send(method, url, cookie, data, **headers)


@pytest.fixture
def greedy(visitor: Visitor) -> Greedy:
    return Greedy(visitor.world, visitor.served)


def doors(*, api: bool) -> list[tuple[str, int]]:
    """Every door that writes and lets an administrator do it, with the status they get for a thing of North's."""
    offered = routes.doors()
    rows = [row for row in table.read() if row.door in offered and row.door.startswith(WRITES)]
    return [
        (row.door, row.statuses["admin"][0])
        for row in rows
        if row.statuses["admin"][0] < 400 and ("/api/" in row.door) == api
    ]


def writable(door: str) -> set[str]:
    """The members that the OpenAPI document lets a body of this door have."""
    method, path = door.replace("<pk>", "{id}").replace("<", "{").replace(">", "}").split()
    document = openapi()
    body = document["paths"][path][method.lower()].get("requestBody", {}).get("content", {}).get("application/json", {})
    name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return set(document["components"]["schemas"].get(name, {}).get("properties", {}))


@pytest.mark.timeout(300)
def test_the_api_refuses_every_member_it_does_not_document(greedy: Greedy) -> None:
    trap, wrong = Trap(greedy.world), {}
    found = doors(api=True)
    assert len(found) > 15
    for door, status in found:
        greedy.more = {name: value for name, value in trap.extras.items() if name not in writable(door)}
        answer = greedy.visit(Cell(door, "admin", "own" if greedy.kind(door) else "", status), greedy.kind(door))
        named = set(json.loads(answer.text).get("errors", {})) if answer.text.startswith("{") else set()
        if answer.status != 400 or named != greedy.more.keys():
            wrong[door] = f"{answer.status} {sorted(greedy.more.keys() - named)}"
        if taken := trap.taken():
            wrong[door] = f"took {taken}"
    assert wrong == {}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", ["admin", "supervisor", "agent"])
def test_pages_and_the_admin_take_nothing_but_their_fields(greedy: Greedy, role: str) -> None:
    trap, wrong = Trap(greedy.world), {}
    # What only some may write is put in place of what the administrator's own form holds.
    greedy.forced = frozenset() if role == "admin" else frozenset({"role"})
    found = doors(api=False)
    assert len(found) > 60
    for door, status in found:
        greedy.more = {name: value for name, value in trap.extras.items() if name not in FIELDS.get(door, ())}
        answer = greedy.visit(Cell(door, role, "own" if greedy.kind(door) else "", status), greedy.kind(door))
        if answer.status >= 500 or (role == "admin" and answer.status != REFUSED.get(door, status)):
            wrong[door] = str(answer.status)
        if taken := trap.taken():
            wrong[door] = f"took {taken}"
    assert wrong == {}
