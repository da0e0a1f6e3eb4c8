"""Knock at a door as a role and say what came back, over real HTTP and real WebSockets."""

from __future__ import annotations

import ipaddress
import itertools
import json
import re
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from django.apps import apps
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts.models import AuditLog
from tests.authz.bodies import BODIES, KINDS_OF_DOORS, NEW, Form, address, kind_of, scopes_of
from tests.authz.server import Served
from tests.authz.table import SCOPES, Cell, Row
from tests.authz.world import ABSENT, World

TOKEN = "t" * 32
NOTHING = {"csrfmiddlewaretoken": TOKEN}
"""What a form without fields sends."""
PERSONAL = ("/logout/", "/account/", "/admin/logout/", "/admin/password_change/")
"""Doors behind which the person's own things are: each visit is by a new person, whom it may well sign out."""
VARIES = re.compile(r'nonce="[^"]*"|"X-CSRFToken": *"[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f-]{32,36}')
FIRST_ADDRESS = int(ipaddress.ip_address("198.18.0.0"))
_visits = itertools.count()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, without what differs from one request to the next."""

    status: int
    text: str = ""
    location: str = ""


class Visitor:
    """Visits the cells of rows where the product answers."""

    def __init__(self, world: World, served: Served) -> None:
        self.world, self.served = world, served
        self._own = threading.local()
        self._shared: dict[tuple[str, str], Any] = {}
        self._found_there: dict[str, Answer] = {}
        self._forms: dict[str, list[tuple[str, str]]] = {}
        self._lock = threading.Lock()

    def violations(self, row: Row, role: str) -> Iterator[tuple[Cell, str]]:
        """Visit a row's cells as a role; yield each with what is wrong about it, empty if nothing."""
        kind = self.kind(row.door)
        cells = [cell for cell in row.cells(scopes_of(kind, SCOPES)) if cell.role == role]
        absent: Answer | None = None
        for cell in reversed(cells):
            answer = self.visit(cell, kind)
            absent = answer if cell.scope == "absent" else absent
            yield cell, self._wrong(cell, answer, absent, [c.status for c in cells][-1])

    def kind(self, door: str) -> str:
        """Return the kind of thing a door is about; empty for none."""
        verb, path = door.split(" ")
        if door in KINDS_OF_DOORS:
            return KINDS_OF_DOORS[door]
        if verb == "ACTION":
            return path.split(".")[1]
        return "conversation" if verb == "WATCH" else "" if verb == "CONNECT" else kind_of(path)

    def visit(self, cell: Cell, kind: str) -> Answer:
        """Knock once, with a valid body and a thing of the cell's scope: a fresh one where it may change."""
        verb, path = cell.door.split(" ")
        thing = self._thing(kind, cell.scope, cell.role, fresh=verb != "GET" and cell.status < 400) if kind else None
        cookie = self._cookie(cell.role, path)
        if verb in ("CONNECT", "WATCH"):
            return self._socket(path, cookie, thing.pk if thing else ABSENT if cell.scope else None)
        if verb == "ACTION":
            return self._action(path, cookie, thing)
        url = address(path, thing, self.world)
        if path.startswith("/api/v1/"):
            return self.call(verb, url, self._bearer(cell.role, path), self._body(verb, path, url, thing))
        answer = self.send(verb, url, cookie, self._body(verb, path, url, thing))
        if answer.location.startswith("/admin/login/"):
            answer = self._sent_on(answer.location, cookie)
        if "object_id" in path and answer.location == "/admin/":
            # What Django's admin answers where nothing is.
            answer = Answer(404, answer.text, answer.location)
        return answer

    def _sent_on(self, location: str, cookie: str) -> Answer:
        """Return what somebody finds where the admin sends whom it does not know: the same wherever they came from."""
        if cookie not in self._found_there:
            self._found_there[cookie] = self.send("GET", location, cookie)
        return self._found_there[cookie]

    def call(self, method: str, url: str, bearer: str, data: Any = None) -> Answer:
        """Call the API with a bearer's token."""
        base = self.served.origin(url)
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        headers |= {"Authorization": f"Bearer {bearer}"} if bearer else {}
        body = {"json": data} if data is not None else {}
        response = self._http.request(method, base + url, headers=headers, timeout=30, **body)
        return Answer(response.status_code, VARIES.sub("", response.text))

    def send(self, method: str, url: str, cookie: str, data: Any = None, **headers: str) -> Answer:
        """Send one request as the person of a session."""
        base = self.served.origin(url)
        cookies = f"csrftoken={TOKEN}" + (f"; {settings.SESSION_COOKIE_NAME}={cookie}" if cookie else "")
        given = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Origin": base, "Sec-Fetch-Site": "same-origin"}
        given["X-Forwarded-For"] = str(ipaddress.ip_address(FIRST_ADDRESS + next(_visits)))
        response = self._http.request(
            method, base + url, data=data, headers=given | headers, allow_redirects=False, timeout=30
        )
        self._http.cookies.clear()
        location = response.headers.get("Location", "")
        text = VARIES.sub("", response.text) if response.headers.get("Content-Type", "").startswith("text") else ""
        return Answer(response.status_code, text, VARIES.sub("", location.removeprefix(base)))

    @property
    def _http(self) -> requests.Session:
        if not hasattr(self._own, "http"):
            self._own.http = requests.Session()
            # No proxy stands between us and ourselves: to look for one at each request is a third of its time.
            self._own.http.trust_env = False
        return self._own.http

    def _wrong(self, cell: Cell, answer: Answer, absent: Answer | None, for_absent: int) -> str:
        if answer.status != cell.status:
            return f"{answer.status} instead of {cell.status}"
        if absent and cell.scope != "absent" and cell.status == for_absent and answer.status >= 300:
            ours, theirs = (re.sub(r"\d+", "#", f"{found.location} {found.text}") for found in (answer, absent))
            if ours != theirs:
                return "what is outside differs from what is not there"
        return ""

    def _thing(self, kind: str, scope: str, role: str, *, fresh: bool) -> Any:
        if fresh or kind in ("apitoken", "session", "stagedfile"):
            return self.world.make(kind, scope, role)
        with self._lock:
            if (kind, scope) not in self._shared:
                self._shared[kind, scope] = self.world.make(kind, scope, role)
            return self._shared[kind, scope]

    def _cookie(self, role: str, path: str) -> str:
        if path.startswith(PERSONAL) and "<" not in path and role != "anonymous":
            return self.world.cookie(role, self.world.person(role))
        return self.world.cookies[role]

    def _bearer(self, role: str, path: str) -> str:
        if path == "/api/v1/auth/logout" and role not in ("anonymous", "deactivated"):
            return self.world.bearer(role, self.world.people[role])
        return self.world.bearers[role]

    def _body(self, method: str, path: str, url: str, thing: Any) -> Any:
        door = f"{method} {path}"
        if method == "GET":
            return None
        if path.startswith("/admin/") and path.endswith(("/add/", "/change/")):
            form = self._form(url)
            new = NEW.get(path.split("/")[3], dict)() if path.endswith("/add/") else {}
            return [(name, value) for name, value in form if name not in new] + list(new.items())
        if path.startswith("/admin/") and path.endswith("/delete/"):
            return {"post": "yes"}
        return BODIES[door](self.world, thing) if door in BODIES else None if "/api/" in path else NOTHING

    def _form(self, url: str) -> list[tuple[str, str]]:
        """Return what an administrator finds in a form: read once, as whoever is refused changes nothing."""
        if url not in self._forms:
            self._forms[url] = Form(self.send("GET", url, self.world.cookies["admin"]).text).fields
        return self._forms[url]

    def _action(self, name: str, cookie: str, thing: Any) -> Answer:
        """Run a bulk action on one thing: 200 if it was carried out, 404 if nothing happened, 403 if refused."""
        app, model, action = name.split(".")
        url = f"/admin/{app}/{model}/"
        data = {"action": action, "_selected_action": [thing.pk if thing else ABSENT], "index": 0, "post": "yes"}
        if action == "merge":
            data["_selected_action"] = [*data["_selected_action"], self.world.merging.pk]  # type: ignore[misc]
        before = self._state(app, model, thing)
        answer = self.send("POST", url, cookie, data)
        if answer.status != 302 or answer.location.startswith(("/login/", "/admin/login/")):
            answer = self._sent_on(answer.location, cookie) if "/admin/login/" in answer.location else answer
            return Answer(404 if answer.status == 200 else answer.status)
        happened = self._state(app, model, thing) != before or "/merge/" in answer.location
        return Answer(200 if happened else 404)

    def _state(self, app: str, model: str, thing: Any) -> Any:
        if thing is None:
            return None
        told = AuditLog.objects.filter(entity_type=model, entity_id=thing.pk).count()
        return told, apps.get_model(app, model).objects.filter(pk=thing.pk).values().first()

    def _socket(self, path: str, cookie: str, watched: int | None) -> Answer:
        """Open a socket, and watch a conversation with it: 200 if its pushes come, 404 if not, 403 if refused."""
        base = self.served.origin(path)
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}
        try:
            with connect(base.replace("http", "ws") + path, origin=base, additional_headers=headers) as socket:  # type: ignore[arg-type]
                socket.recv(timeout=5)
                if watched is None:
                    return Answer(200)
                socket.send(json.dumps({"watch": watched}))
                socket.recv(timeout=5)
                return Answer(200 if self._hears(socket, watched) else 404)
        except InvalidStatus as refused:
            return Answer(refused.response.status_code)
        except (ConnectionClosed, TimeoutError):
            return Answer(403)

    def _hears(self, socket: ClientConnection, watched: int) -> bool:
        """Let somebody write in the watched conversation; say whether the words come through the socket."""
        words = uuid.uuid4().hex
        url = f"/conversations/{watched}/messages/"
        self.send("POST", url, self.world.cookies["admin"], {"text": words, "client_key": uuid.uuid4()})
        with suppress(TimeoutError):
            while True:
                frame = str(socket.recv(timeout=1))
                if words in frame:
                    return True
        return False


def tally(found: list[tuple[Cell, str]]) -> dict[str, list[str]]:
    """Group violations by what is wrong, for a message people can read."""
    wrong = defaultdict(list)
    for cell, problem in found:
        if problem:
            wrong[problem].append(str(cell))
    return dict(wrong)
