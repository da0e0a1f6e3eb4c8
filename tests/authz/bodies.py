"""What stands behind each path, and a valid body for each door, so that a refusal refuses something real."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone

from tests.authz.world import ABSENT, World

Body = dict[str, Any]

KINDS = {
    "/attachments/<int:pk>/tries/": "failed_attachment",
    "/attachments/": "attachment",
    "/conversations/<int:pk>/closure/": "conversation",
    "/conversations/": "conversation",
    "/files/": "stagedfile",
    "/inbox/<folder:folder>/<int:pk>/": "conversation",
    "/scheduled-messages/": "scheduled_message",
    "/messages/<int:pk>/confirmation/": "unconfirmed_message",
    "/messages/<int:pk>/reaction/": "message",
    "/messages/<int:pk>/resend/": "failed_message",
    "/numbers/<int:pk>/resume/": "paused_phonenumber",
    "/numbers/<int:pk>/": "phonenumber",
    "/numbers/accounts/<int:pk>/resume/": "paused_wabaaccount",
    "/numbers/accounts/": "wabaaccount",
    "/campaigns/<int:pk>/unschedule/": "scheduled_campaign",
    "/campaigns/<int:pk>/pause/": "running_campaign",
    "/campaigns/<int:pk>/resume/": "paused_campaign",
    "/campaigns/<int:pk>/stop/": "running_campaign",
    "/campaigns/<int:pk>/progress/": "running_campaign",
    "/campaigns/<int:pk>/export/": "running_campaign",
    "/campaigns/<int:pk>/columns/": "campaign",
    "/campaigns/<int:pk>/check/": "campaign",
    "/campaigns/<int:pk>/discard/": "campaign",
    "/campaigns/<int:pk>/list/": "campaign",
    "/campaigns/<int:pk>/setup/": "campaign",
    "/campaigns/<int:pk>/start/": "campaign",
    "/campaigns/<int:pk>/": "running_campaign",
    "/templates/<": "template",
    "/account/sessions/<": "session",
    "/account/tokens/<": "apitoken",
    "/admin/accounts/user/<int:pk>/activate/": "deactivated_user",
    "/admin/accounts/user/<int:pk>/second-factor/": "enrolled_user",
    "/admin/contacts/contact/merges/": "merge",
    "/admin/r/": "contact",
    "/api/v1/users/<pk>/activate": "deactivated_user",
    "/api/v1/users/": "user",
    "/api/v1/teams/<team_id>/members/": "member",
    "/api/v1/teams/": "team",
    "/api/v1/numbers/<pk>/activate": "paused_phonenumber",
    "/api/v1/numbers/": "phonenumber",
    "/api/v1/waba-accounts/<pk>/activate": "paused_wabaaccount",
    "/api/v1/waba-accounts/": "wabaaccount",
    "/api/v1/contacts/": "contact",
    "/api/v1/conversations/<conversation_id>/scheduled-messages/": "scheduled_message",
    "/api/v1/conversations/": "conversation",
    "/api/v1/messages/": "message",
    "/api/v1/media/": "attachment",
    "/api/v1/templates/": "template",
    "/api/v1/tokens/": "apitoken",
}
"""The kind of thing (of `world.py`) that a path's id names, by how the path begins."""

KINDS_OF_DOORS = {
    "ACTION numbers.phonenumber.resume": "paused_phonenumber",
    "ACTION numbers.wabaaccount.resume": "paused_wabaaccount",
    "PATCH /api/v1/teams/<team_id>/members/<pk>": "supervising_member",
    "POST /api/v1/messages/send": "conversation",
}
"""Doors that need another kind than their path's, or that name their thing in the body."""

FEWER_SCOPES = {
    "wabaaccount": ("own", "absent"),
    "paused_wabaaccount": ("own", "absent"),
    "auditlog": ("own", "absent"),
    "price": ("own", "absent"),
    "webhookevent": ("own", "absent"),
    "apitoken": ("own", "other", "absent"),
    "session": ("own", "other", "absent"),
    "stagedfile": ("own", "other", "absent"),
}
"""What belongs to no team: there is one, or there is none; a token or a file is the person's own or another's."""


def kind_of(path: str) -> str:
    """Return the kind of thing a path's id names; empty where the path names none."""
    if "<" not in path or path in NO_THING:
        return ""
    if path.endswith("/members"):
        return "team"
    found = next((kind for start, kind in KINDS.items() if path.startswith(start)), "")
    return found or re.match(r"/admin/\w+/(\w+)/", path)[1]  # type: ignore[index]


NO_THING = (
    "/password-reset/<str:uid>/<str:token>/",
    "/inbox/<folder:folder>/",
    "/inbox/<folder:folder>/rows/",
    "/admin/<app_label>/",
    "/admin/<url>",
)


def scopes_of(kind: str, all_scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes things of a kind can be in."""
    return FEWER_SCOPES.get(kind, all_scopes) if kind else ()


def address(path: str, thing: Any, world: World) -> str:
    """Fill a path's parameters in: with the thing's id, or with one that nobody has."""
    pk = thing.pk if thing else ABSENT
    values: dict[str, Any] = {
        "folder": "all",
        "kind": "buttons",
        "handle": getattr(thing, "handle", uuid.UUID(int=0)),
        "key": getattr(thing, "key", uuid.UUID(int=0)),
        "name": "token",
        "uid": "MQ",
        "token": "made-up",
        "app_label": "accounts",
        "url": "nothing/here",
        "content_type_id": world.contact_type,
    }
    if "<int:merged>" in path:
        values["merged"] = world.merging.pk
    if kind_of(path) == "scheduled_message":
        values["conversation_id"] = thing.conversation_id if thing else ABSENT
    if "<int:template>" in path:
        values["template"] = world.sendable(thing.number).pk if thing else ABSENT
    if kind_of(path) == "member":
        values["team_id"] = thing.team_id if thing else ABSENT
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], pk)), path)


def _scheduled() -> Body:
    return {"text": "Oi", "due_at": (timezone.now() + timedelta(hours=1)).isoformat()}


def _new_campaign(world: World, scope: str) -> Body:
    return {"name": "Nova", "number": world.numbers[scope].pk, "template": world.make("template", scope, "").pk}


DRAFT: Body = {"name": "novo", "language": "pt_BR", "category": "UTILITY", "body": "Seu pedido saiu."}
BODIES: dict[str, Callable[[World, Any], Body]] = {
    "POST /conversations/<int:pk>/messages/": lambda *_: {"text": "Oi", "client_key": uuid.uuid4()},
    "POST /conversations/<int:pk>/scheduled-messages/": lambda *_: _scheduled() | {"client_key": uuid.uuid4()},
    "POST /scheduled-messages/<int:pk>/": lambda *_: _scheduled() | {"client_key": uuid.uuid4()},
    **dict.fromkeys(
        (
            "POST /conversations/<int:pk>/compositions/<slug:kind>/",
            "POST /conversations/<int:pk>/compositions/<slug:kind>/preview/",
        ),
        lambda *_: {
            "composition-body": "Pode ser?",
            "composition-first": "Sim",
            "composition-client_key": uuid.uuid4(),
        },
    ),
    "POST /conversations/<int:pk>/templates/<int:template>/": lambda *_: {"client_key": uuid.uuid4()},
    "POST /templates/new/": lambda world, _: DRAFT | {"account": world.numbers["own"].waba_id},
    "POST /templates/draft/": lambda *_: DRAFT,
    "POST /templates/<int:pk>/edit/": lambda *_: DRAFT,
    "POST /messages/<int:pk>/reaction/": lambda *_: {"emoji": "👍"},
    "POST /account/": lambda *_: {"name": "Nova", "language": "pt-br", "time_zone": "America/Sao_Paulo"},
    "POST /account/password/": lambda *_: {"old": "wrong", "new": uuid.uuid4(), "again": "wrong"},
    "POST /account/second-factor/remove/": lambda *_: {"password": "wrong"},
    "POST /account/second-factor/confirm/": lambda *_: {"code": "x"},
    "POST /account/tokens/": lambda *_: {"name": "CRM", "scopes": ["contacts:read"]},
    "POST /password-reset/": lambda *_: {"email": f"{uuid.uuid4().hex}@prosa.example"},
    "POST /numbers/connect/": lambda *_: {"waba_id": str(uuid.uuid4().int)[:15]},
    "POST /numbers/<int:pk>/steps/<slug:name>/": lambda *_: {"do": "secrets", "access_token": "new"},
    "POST /numbers/accounts/<int:pk>/steps/<slug:name>/": lambda *_: {"do": "secrets", "access_token": "new"},
    "POST /numbers/<int:pk>/move/": lambda world, _: {
        "to": world.make("wabaaccount", "own", "").pk,
        "phone_number_id": str(uuid.uuid4().int)[:15],
    },
    "POST /campaigns/new/": lambda world, _: _new_campaign(world, "own"),
    "POST /campaigns/<int:pk>/setup/": lambda world, _: _new_campaign(world, "own"),
    "POST /campaigns/<int:pk>/list/": lambda *_: {"since": "2026-11-01", "until": "2026-11-02"},
    "POST /campaigns/<int:pk>/columns/": lambda *_: {"address": "column:telefone"},
    "POST /admin/accounts/user/<int:pk>/password/": lambda *_: {"new_password": uuid.uuid4(), "password": uuid.uuid4()},
    "POST /admin/accounts/user/<int:pk>/role/": lambda *_: {"role": "SUPERVISOR"},
    "POST /login/": lambda *_: {"username": "nobody@prosa.example", "password": "wrong"},
    "POST /api/v1/auth/login": lambda *_: {"email": f"{uuid.uuid4().hex}@prosa.example", "password": "wrong"},
    "POST /api/v1/auth/refresh": lambda *_: {"refresh": "made-up"},
    "POST /api/v1/users": lambda world, _: NEW["user"]() | {"team": world.north.pk},
    "PATCH /api/v1/users/<pk>": lambda *_: {"name": "Nova"},
    "POST /api/v1/teams": lambda *_: NEW["team"](),
    "PATCH /api/v1/teams/<pk>": lambda *_: NEW["team"](),
    "POST /api/v1/teams/<team_id>/members": lambda world, _: {"user": world.newcomer.pk},
    "PATCH /api/v1/teams/<team_id>/members/<pk>": lambda *_: {"lead": True},
    "POST /api/v1/numbers": lambda world, _: NEW["phonenumber"]() | {"waba": world.numbers["own"].waba_id},
    "PATCH /api/v1/numbers/<pk>": lambda *_: {"name": "Nova"},
    "POST /api/v1/waba-accounts": lambda *_: NEW["wabaaccount"](),
    "PATCH /api/v1/waba-accounts/<pk>": lambda *_: {"name": "Nova"},
    "POST /api/v1/contacts": lambda *_: {"phone": f"+55119{uuid.uuid4().int % 10**8:08}", "name": "Nova"},
    "POST /api/v1/conversations/<pk>/assign": lambda *_: {"user": None},
    "POST /api/v1/conversations/<pk>/transfer": lambda world, _: {"team": world.west.pk},
    "POST /api/v1/conversations/<conversation_id>/scheduled-messages": lambda *_: _scheduled(),
    "POST /api/v1/messages/send": lambda _, conversation: {
        "conversation": conversation.pk if conversation else ABSENT,
        "type": "text",
        "text": {"body": "Oi"},
    },
    "POST /api/v1/messages/template": lambda world, _: {
        "number": world.numbers["own"].pk,
        "to": f"+55119{uuid.uuid4().int % 10**8:08}",
        "template": world.sendable(world.numbers["own"]).pk,
    },
    "POST /api/v1/tokens": lambda *_: {"name": "CRM", "scopes": ["contacts:read"]},
}
"""The bodies that are not empty; forms of the admin are read from the page (`Form`)."""

NEW: dict[str, Callable[[], Body]] = {
    "user": lambda: {"name": "Nova", "email": f"{uuid.uuid4().hex}@prosa.example", "role": "AGENT"},
    "team": lambda: {"name": uuid.uuid4().hex},
    "wabaaccount": lambda: {"waba_id": str(uuid.uuid4().int)[:15], "name": "Nova"},
    "phonenumber": lambda: {"phone_number_id": str(uuid.uuid4().int)[:15], "display_phone": "+1", "name": "Nova"},
}
"""What a new thing of the admin needs beyond what its empty form holds."""


class Form(HTMLParser):
    """The fields of a page's main form, with what they hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self._name = ""
        self._first: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = (given.get("id") or "").endswith("_form")
        elif not self._inside or "__prefix__" in name:
            return
        elif tag == "input" and name and given.get("type") not in ("submit", "file"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.fields.append((name, value or "on" * (given.get("type") == "checkbox")))
        elif tag == "select":
            self._name, self._first = name, None
        elif tag == "option" and self._name and value:
            self._first = self._first or value
            if "selected" in given:
                self.fields.append((self._name, value))
                self._first = self._name = ""
        elif tag == "textarea":
            self.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._name:
            if self._first:
                self.fields.append((self._name, self._first))
            self._name = ""
        elif tag == "form":
            self._inside = False
