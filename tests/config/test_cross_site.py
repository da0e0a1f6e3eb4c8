"""What another site makes a browser send changes nothing, on every page there is."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.authz.world import World
from tests.config.every_page import addresses, changed, contents
from tests.conftest import PASSWORD

METHODS = ("post", "put", "patch", "delete")
SECRET = "t" * 32
TRUE = {"X-CSRFToken": SECRET}
FOREIGN = {
    "without a token": {},
    "with another token": {"X-CSRFToken": "f" * 32},
    "from another origin": TRUE | {"Origin": "https://evil.example"},
    "from no origin": TRUE | {"Origin": "null"},
    "from another port": TRUE | {"Origin": "http://testserver:81"},
    "cross-site": TRUE | {"Sec-Fetch-Site": "cross-site"},
    "from a sister host": TRUE | {"Sec-Fetch-Site": "same-site"},
    "as htmx does, without a token": {"HX-Request": "true"},
    "as JSON": {"Content-Type": "text/plain"},
}


@pytest.fixture
def victim(world: World) -> Client:
    """An administrator's browser, which adds its cookies to whatever it is made to send."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies["admin"]
    client.cookies[settings.CSRF_COOKIE_NAME] = SECRET
    client.get("/inbox/all/")  # what belongs to the first visit of a session
    return client


@pytest.mark.parametrize("how", FOREIGN)
def test_every_page_refuses(world: World, victim: Client, how: str):
    places = list(addresses(world))
    before = contents()
    methods = METHODS if how == "without a token" else METHODS[:1]
    answers = {
        (method, path): getattr(victim, method)(url, headers=FOREIGN[how]).status_code
        for path, url in places
        for method in methods
    }
    assert {door: status for door, status in answers.items() if status != 403} == {}
    assert changed(before, contents()) == []


def test_our_own_page_is_let_through(world: World, victim: Client):
    conversation = world.make("conversation", "own", "admin")
    headers = TRUE | {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert victim.post(f"/conversations/{conversation.pk}/closure/", headers=headers).status_code == 200
    conversation.refresh_from_db()
    assert conversation.is_closed


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, TRUE | {"Sec-Fetch-Site": "cross-site"}])
def test_nobody_is_signed_in_by_another_site(world: World, headers: dict[str, str]):
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = SECRET
    form = {"username": world.people["agent"].email, "password": PASSWORD}
    answer = client.post("/login/", form, headers=headers)
    assert answer.status_code == 403
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", ""])
def test_the_api_asks_for_a_token_and_not_for_an_origin(client, db, site: str):
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert client.get("/api/v1/users/me", headers=headers).status_code == 401
    assert client.post("/api/v1/teams", {}, headers=headers, content_type="application/json").status_code == 401


def test_a_session_opens_nothing_in_the_api(world: World, victim: Client):
    for path, url in addresses(world, api=True):
        assert victim.get(url).status_code in (401, 404, 405), path


def test_other_sites_may_follow_links(world: World, victim: Client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert victim.get("/inbox/all/", headers=headers).status_code == 200
