"""Looking changes nothing: GET, HEAD and OPTIONS of every address, as every role."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.authz.world import World
from tests.config.every_page import addresses, changed, contents

LOOKS = ("get", "get", "head", "options")
ROLES = ("anonymous", "agent", "supervisor", "admin")


def visitor(world: World, role: str, *, api: bool) -> tuple[Client, dict[str, str]]:
    """Return a client and the headers by which it is somebody."""
    client = Client(raise_request_exception=False)
    if role == "anonymous":
        return client, {}
    if api:
        return client, {"Authorization": f"Bearer {world.bearer(role)}"}
    client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[role]
    return client, {}


@pytest.mark.parametrize("api", [False, True], ids=["pages", "api"])
@pytest.mark.parametrize("role", ROLES)
def test_looking_changes_nothing(world: World, role: str, api: bool):
    places = list(addresses(world, api=api))
    client, headers = visitor(world, role, api=api)
    client.get("/inbox/all/", headers=headers)  # what belongs to the first visit of a session
    before = contents()
    answers = {path: look(client, url, headers) for path, url in places}
    assert changed(before, contents()) == [], [path for path, url in places if touches(client, url, headers)]
    assert [path for path, statuses in answers.items() if statuses & {500, 501, 502}] == []


def look(client: Client, url: str, headers: dict[str, str]) -> set[int]:
    return {getattr(client, method)(url, headers=headers).status_code for method in LOOKS}


def touches(client: Client, url: str, headers: dict[str, str]) -> bool:
    before = contents()
    look(client, url, headers)
    return bool(changed(before, contents()))


def test_it_would_notice(world: World):
    before = contents()
    world.people["agent"].name = "Outra"
    world.people["agent"].save()
    assert changed(before, contents()) == ["accounts_user"]
