"""Handshakes and frames that must be refused, through the real ASGI program."""

from __future__ import annotations

import asyncio
import json

import pytest
from channels.db import database_sync_to_async as in_thread
from channels.testing import WebsocketCommunicator
from django.test import Client

from accounts.models import User
from config import sockets
from config.asgi import application
from config.sockets import is_own
from inbox.consumers import NOT_UNDERSTOOD
from tests.inbox.test_sockets import closed_with, cookie, in_loop, socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_sent_yet(monkeypatch) -> None:
    """The count is kept in the process, by person; ids of people come again in another test."""
    bounded = application.application_mapping["websocket"].app.app
    monkeypatch.setattr(bounded, "_sent", type(bounded)(None)._sent)


# --- The origin -----------------------------------------------------------------------------------------

OWN = {
    "the same": ("http://localhost", "localhost"),
    "the same port": ("http://localhost:8000", "localhost:8000"),
    "https": ("https://localhost", "localhost"),
    "in capitals": ("http://LOCALHOST", "localhost"),
}
FOREIGN = {
    "none": ("", "localhost"),
    "null": ("null", "localhost"),
    "another site": ("https://evil.example", "localhost"),
    "another port": ("http://localhost:9000", "localhost:8000"),
    "no port": ("http://localhost", "localhost:8000"),
    "ours as its subdomain": ("http://localhost.evil.example", "localhost"),
    "ours as its user": ("http://localhost@evil.example", "localhost"),
    "ours as its path": ("http://evil.example/localhost", "localhost"),
    "a subdomain of ours": ("http://x.localhost", "localhost"),
    "a file": ("file://localhost", "localhost"),
    "another scheme": ("chrome-extension://localhost", "localhost"),
    "with a path": ("http://localhost/", "localhost"),
    "a host that is not ours": ("http://evil.example", "evil.example"),
    "no host": ("http://", ""),
    "nul": ("http://localhost\x00", "localhost"),
    "two": ("http://localhost, http://evil.example", "localhost"),
}


@pytest.mark.parametrize("name", OWN)
def test_our_own_page_may(name: str):
    assert is_own(*OWN[name])


@pytest.mark.parametrize("name", FOREIGN)
def test_another_page_may_not(name: str):
    assert not is_own(*FOREIGN[name])


def test_where_https_is_on_plain_pages_may_not(settings):
    settings.HTTPS = True
    assert is_own("https://localhost", "localhost")
    assert not is_own("http://localhost", "localhost")


def test_what_is_trusted_to_send_forms_may(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://inbox.example.com"]
    assert is_own("https://inbox.example.com", "localhost")
    assert not is_own("https://inbox.example.com.evil.example", "localhost")


Headers = list[tuple[bytes, bytes]]


async def is_let_in(user: User, *, origins: list[bytes] | None = None, path: str = "/ws/inbox/") -> bool:
    origins = [b"http://localhost"] if origins is None else origins
    headers: Headers = [await in_thread(cookie)(user), (b"host", b"localhost"), *((b"origin", o) for o in origins)]
    page = WebsocketCommunicator(application, path, headers=headers)
    try:
        return (await page.connect())[0]
    finally:
        await page.disconnect()


@pytest.mark.parametrize(
    "origins", [[], [b"null"], [b"https://evil.example"], [b"http://localhost", b"https://evil.example"]]
)
@in_loop
async def test_the_handshake_is_refused(teammate: User, origins: list[bytes]):
    assert await is_let_in(teammate)
    assert not await is_let_in(teammate, origins=origins)


# --- The session ----------------------------------------------------------------------------------------


async def connects(*headers: tuple[bytes, bytes], query: str = "") -> bool:
    given = [(b"host", b"localhost"), (b"origin", b"http://localhost"), *headers]
    page = WebsocketCommunicator(application, f"/ws/inbox/{query}", headers=given)
    try:
        return (await page.connect())[0]
    finally:
        await page.disconnect()


@in_loop
async def test_only_the_cookie_of_a_living_session_opens_it(teammate: User):
    name, value = await in_thread(cookie)(teammate)
    key = value.decode().partition("=")[2]
    assert await connects((name, value))
    assert not await connects()
    assert not await connects(query=f"?sessionid={key}")
    assert not await connects((b"authorization", f"Bearer {key}".encode()))
    assert not await connects((name, value + b"x"))
    assert not await connects((name, b"sessionid="))
    assert not await connects((name, b"sessionid=\xff\xfe; ;;=,"))


@in_loop
async def test_a_session_that_ended_opens_nothing(teammate: User):
    client = Client()
    await in_thread(client.force_login)(teammate)
    header = (b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode())
    assert await connects(header)
    await in_thread(client.post)("/logout/")
    assert not await connects(header)


# --- Frames ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [sockets.MAX_FRAME + 1, 1_000_000])
@in_loop
async def test_a_large_frame_closes_the_socket(teammate: User, size: int):
    async with socket(teammate) as page:
        await page.connect()
        await page.send_to(text_data="a" * size)
        assert await closed_with(page) == sockets.TOO_LARGE


@pytest.mark.parametrize(
    "frame", [{"bytes_data": b'{"watch": 1}'}, {"text_data": "a" * 60_000}, {"text_data": "é\ud800"}], ids=str
)
@in_loop
async def test_what_is_no_frame_of_ours_closes_the_socket(teammate: User, frame: dict):
    async with socket(teammate) as page:
        await page.connect()
        await page.send_to(**frame)
        assert await closed_with(page) == NOT_UNDERSTOOD


@in_loop
async def test_a_large_frame_of_few_characters_is_large(teammate: User):
    async with socket(teammate) as page:
        await page.connect()
        await page.send_to(text_data="é" * (sockets.MAX_FRAME // 2 + 1))
        assert await closed_with(page) == sockets.TOO_LARGE


@in_loop
async def test_too_many_frames_close_the_sockets_of_that_person(teammate: User, owner: User, monkeypatch):
    monkeypatch.setattr(sockets, "MAX_FRAMES", 6)
    bounded = application.application_mapping["websocket"].app.app
    monkeypatch.setattr(bounded, "_sent", type(bounded)(None)._sent)
    frame = json.dumps({"watch": None})
    async with socket(teammate) as first, socket(teammate) as second, socket(owner) as other:
        for page in (first, second, other):
            await page.connect()
        for page in (first, second) * 3:
            await page.send_to(text_data=frame)
        async with asyncio.timeout(5):
            while len(bounded._sent[teammate.pk]) < 6:
                await asyncio.sleep(0.01)
        await other.send_to(text_data=frame)
        await first.send_to(text_data=frame)
        assert await closed_with(first) == sockets.TOO_MANY
        await other.send_to(text_data=frame)
        assert not other.future.done()
