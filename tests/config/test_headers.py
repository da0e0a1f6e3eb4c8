"""What every answer says to browsers and caches, and what no page holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.authz.world import World
from tests.config.every_page import addresses
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
CODE = [file for app in ("accounts", "config", "contacts", "inbox", "lib", "messaging", "numbers", "teams", "webhooks")
        for file in (ROOT / app).rglob("*.py")]  # fmt: skip
PUBLIC = ("/robots.txt", "/.well-known/security.txt")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
EXECUTABLE = {"", "text/javascript", "application/javascript", "module"}


class Inline(HTMLParser):
    """What of a page would run or dress it without coming from a file of ours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip().lower() for name, value in attributes}
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type", "") in EXECUTABLE):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in given if name.startswith(("on", "hx-on")) or name == "style"]
        self.found += [f"{tag} {name}={v[:20]}" for name, v in given.items() if v.startswith(("javascript:", "js:"))]
        if tag in ("base", "object", "embed", "iframe"):
            self.found.append(f"<{tag}>")


def pages(world: World, role: str) -> Iterator[tuple[str, object]]:
    """Yield (path, answer) of every address outside the API, for a role or nobody."""
    client = Client(raise_request_exception=False)
    if role:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[role]
    for path, url in addresses(world):
        yield path, client.get(url)


@pytest.mark.parametrize("role", ["", "admin"])
def test_every_answer_is_closed_to_others(world: World, role: str):
    wrong: dict[str, object] = {}
    for path, answer in pages(world, role):
        headers = {name: answer.headers.get(name) for name in ALWAYS}
        missing = {name: headers[name] for name in ALWAYS if headers[name] != ALWAYS[name]}
        if path not in PUBLIC and not {"private", "no-store"} & set(re.split(", *", answer.headers["Cache-Control"])):
            missing["Cache-Control"] = answer.headers.get("Cache-Control")
        vary = answer.headers.get("Vary", "")
        if path not in PUBLIC and not ("Cookie" in vary and "HX-Request" in vary):
            missing["Vary"] = vary
        if missing:
            wrong[path] = missing
    assert wrong == {}


@pytest.mark.parametrize("role", ["", "admin"])
def test_every_page_has_the_strict_policy_and_nothing_inline(world: World, role: str):
    wrong = {}
    for path, answer in pages(world, role):
        policy = answer.headers.get("Content-Security-Policy", "")
        found = [policy] if "default-src" not in policy or re.search(r"unsafe|\*|https?:", policy) else []
        if "text/html" in answer.headers.get("Content-Type", ""):
            found += Inline(answer.content.decode()).found
        if found:
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<style>a{}</style>",
        "<a style='x'>",
        "<a onclick='x'>",
        "<a hx-on:click='x'>",
        "<a href=' JavaScript:x'>",
        "<base href=x>",
    ],
)
def test_what_is_inline_is_found(html: str):
    assert Inline(html).found


def break_it(*_: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500])
def test_errors_are_closed_as_well(signed_in, owner, monkeypatch, status: int):
    client = signed_in(owner)
    client.raise_request_exception = False
    if status == 500:
        monkeypatch.setattr("inbox.selectors.folder_counts", break_it)
    url = {400: "/inbox/all/", 403: "/admin/login/", 404: "/no/such/page/", 405: "/conversations/1/closure/"}
    host = {"HTTP_HOST": "evil.example"} if status == 400 else {}
    answer = client.get(url.get(status, "/inbox/all/"), **host)
    assert answer.status_code == status
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    assert Inline(answer.content.decode()).found == []


# --- Cookies ------------------------------------------------------------------------------------------


def test_cookies_are_ours_alone(client, owner):
    client.get("/login/")
    answer = client.post("/login/", {"username": owner.email, "password": PASSWORD})
    assert answer.status_code == 302
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


# --- htmx ---------------------------------------------------------------------------------------------


def test_htmx_may_not_do_more_than_it_must():
    base = (ROOT / "templates/base.html").read_text()
    for rule in ('"allowEval": false', '"selfRequestsOnly": true', '"historyCacheSize": 0'):
        assert rule in base


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_no_template_holds_code(file: Path):
    html = file.read_text()
    assert re.findall(r"hx-on|(?:hx-vals|hx-headers|hx-vars)=['\"]\s*js:|javascript:|\sstyle=|\son[a-z]+=", html) == []
    assert re.findall(r"hx-trigger=\"[^\"]*\[", html) == [], "a filter of a trigger is evaluated"
    assert re.findall(r"\|safe\b|autoescape off|\|safeseq", html) == []


@pytest.mark.parametrize("line", ["<a hx-on:click=1>", '<a hx-vals="js:1">', "<a onclick=1>"])
def test_code_in_a_template_is_found(line: str, tmp_path: Path):
    file = tmp_path / "x.html"
    file.write_text(line)
    with pytest.raises(AssertionError):
        test_no_template_holds_code(file)


HTMX = re.compile(r"request\.htmx|HX-Request|HTTP_HX")


def test_htmx_decides_how_an_answer_looks_and_nothing_else():
    """Anybody can send HX-Request: it is read where a page chooses between its whole and a part."""
    found = {str(file.relative_to(ROOT)) for file in CODE if HTMX.search(file.read_text())}
    views = {"inbox/views.py", "messaging/views.py"}
    assert found == {*views, "config/middleware.py", "accounts/middleware.py", "accounts/views/sign_in.py"}
    lines = [line.strip() for view in views for line in (ROOT / view).read_text().splitlines()]
    uses = [line for line in lines if HTMX.search(line)]
    assert [line for line in uses if "render(" not in line and line != "if request.htmx:"] == []


# --- What is for everybody ------------------------------------------------------------------------------


def test_robots_are_asked_to_stay_away(client):
    answer = client.get("/robots.txt")
    assert answer.content.decode() == "User-agent: *\nDisallow: /\n"
    assert answer["Cache-Control"].startswith("public") or "public" in answer["Cache-Control"]


def test_it_says_where_to_report_a_weakness(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@prosa.example"
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:security@prosa.example\n" in text
    assert re.search(r"^Expires: 20\d\d-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)
