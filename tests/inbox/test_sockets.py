"""The inbox's socket: who may listen to what, through the real ASGI program and a real Valkey."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_thread
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Session, User
from accounts.sign_out import sign_out_everywhere
from config.asgi import application
from inbox import consumers, rights
from inbox.models import Conversation
from teams.models import Team, TeamMember
from tests.conftest import Writes

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = (b"origin", b"http://localhost")


@pytest.fixture(autouse=True)
def quick_rechecks(monkeypatch) -> None:
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.2)


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test in an event loop of its own."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def cookie(user: User | None) -> tuple[bytes, bytes]:
    client = Client()
    if user is None:
        return b"cookie", b"sessionid=made-up"
    client.force_login(user)
    return b"cookie", f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()


@asynccontextmanager
async def socket(user: User | None, *, origin=ORIGIN) -> AsyncIterator[WebsocketCommunicator]:
    headers = [await in_thread(cookie)(user), (b"host", b"localhost"), origin]
    communicator = WebsocketCommunicator(application, "/ws/inbox/", headers=headers)
    try:
        yield communicator
    finally:
        await communicator.disconnect()


async def next_frame(communicator: WebsocketCommunicator, wanted: str, *, seconds: float = 5.0) -> str:
    """Return the next frame with `wanted` in it; fail when none comes in time."""
    async with asyncio.timeout(seconds):
        while wanted not in (frame := await communicator.receive_from(timeout=seconds)):
            pass
    return frame


async def watch(communicator: WebsocketCommunicator, conversation: Conversation) -> None:
    await communicator.send_to(text_data=json.dumps({"watch": conversation.pk}))


async def closed_with(communicator: WebsocketCommunicator) -> int:
    """Return the code the server closes with, letting frames before it pass."""
    async with asyncio.timeout(5):
        while (output := await communicator.receive_output(timeout=5))["type"] != "websocket.close":
            pass
    return output["code"]


@in_loop
async def test_a_teammate_sees_messages_arrive(teammate: User, conversation: Conversation, customer_writes: Writes):
    async with socket(teammate) as page:
        assert (await page.connect())[0]
        await next_frame(page, "list-signal")
        await watch(page, conversation)
        await next_frame(page, f"thread-signal-{conversation.pk}")
        message = await in_thread(customer_writes)("Ainda está aí?")
        assert "Ainda está aí?" in await next_frame(page, f'id="message-{message.pk}"')
        await next_frame(page, f'id="conversation-{conversation.pk}"')


@in_loop
async def test_a_stranger_hears_nothing(stranger: User, conversation: Conversation, customer_writes: Writes):
    async with socket(stranger) as page:
        assert (await page.connect())[0]
        await next_frame(page, "list-signal")
        await watch(page, conversation)
        await next_frame(page, f"thread-signal-{conversation.pk}")
        await in_thread(customer_writes)("Segredo")
        assert await page.receive_nothing(timeout=1.0)


@in_loop
async def test_leaving_the_team_ends_the_pushes(teammate: User, conversation: Conversation, customer_writes: Writes):
    async with socket(teammate) as page:
        await page.connect()
        await watch(page, conversation)
        await next_frame(page, f"thread-signal-{conversation.pk}")
        await in_thread(TeamMember.objects.filter(user=teammate).delete)()
        assert await closed_with(page) == consumers.NOT_ALLOWED


@in_loop
async def test_a_deactivated_person_is_shut_out(teammate: User, conversation: Conversation):
    async with socket(teammate) as page:
        await page.connect()
        await in_thread(User.objects.filter(pk=teammate.pk).update)(is_active=False)
        assert await closed_with(page) == consumers.NOT_ALLOWED


@in_loop
async def test_nobody_listens_without_a_session(db):
    async with socket(None) as page:
        assert await page.connect() == (False, consumers.NOT_ALLOWED)


@in_loop
async def test_another_origin_is_refused(teammate: User):
    async with socket(teammate, origin=(b"origin", b"https://evil.example")) as page:
        assert not (await page.connect())[0]


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        '{"watch": "1"}',
        '{"watch": [1]}',
        "[" * 60_000,
        '{"other": 1}',
        '{"watch": 9223372036854775808}',
        '{"watch": -1}',
    ],
)
@in_loop
async def test_what_is_not_understood_closes_the_socket(teammate: User, frame: str):
    async with socket(teammate) as page:
        await page.connect()
        await page.send_to(text_data=frame)
        assert await closed_with(page) == consumers.NOT_UNDERSTOOD


def end_sessions(user: User) -> None:
    sign_out_everywhere(user)


def let_session_expire(user: User) -> None:
    Session.objects.filter(user=user).update(expire_date=timezone.now())


def change_password(user: User) -> None:
    actions.set_password(user, password="a-quite-different-one", by=user)


@pytest.mark.parametrize("end", [end_sessions, let_session_expire, change_password])
@in_loop
async def test_a_socket_does_not_outlive_its_session(teammate: User, end: Callable[[User], None]):
    async with socket(teammate) as page:
        assert (await page.connect())[0]
        await in_thread(end)(teammate)
        assert await closed_with(page) == consumers.NOT_ALLOWED


@in_loop
async def test_ending_one_session_leaves_the_sockets_of_others(teammate: User):
    async with socket(teammate) as here, socket(teammate) as there:
        await here.connect()
        await there.connect()
        newest = await in_thread(Session.objects.filter(user=teammate).latest)("started_at")
        await in_thread(sign_out_everywhere)(teammate, but=newest.pk)
        assert await closed_with(here) == consumers.NOT_ALLOWED
        await next_frame(there, "list-signal")
        assert await there.receive_nothing(timeout=1.0)


@in_loop
async def test_who_must_set_up_a_second_factor_first_listens_to_nothing(teammate: User, settings):
    async with socket(teammate) as open_before:
        await open_before.connect()
        settings.SECOND_FACTOR_REQUIRED = ["AGENT"]
        assert await closed_with(open_before) == consumers.NOT_ALLOWED
        async with socket(teammate) as page:
            assert await page.connect() == (False, consumers.NOT_ALLOWED)


def test_the_lists_of_all_people_take_three_queries(
    owner: User, teammate: User, stranger: User, admin: User, django_assert_num_queries
):
    views = set()
    for user in (owner, teammate, stranger, admin):
        client = Client()
        client.force_login(user)
        views.add(rights.View(user.pk, str(client.session.session_key), None))
    with django_assert_num_queries(3):
        assert all(rights.groups_of(views).values())


def test_a_session_is_worth_nothing_to_somebody_else(owner: User, teammate: User):
    client = Client()
    client.force_login(owner)
    view = rights.View(teammate.pk, str(client.session.session_key), None)
    assert rights.groups_of([view]) == {view: None}


@in_loop
async def test_who_is_in_no_team_yet_may_wait(teammate: User, team: Team):
    """Closing would make the page reload, again and again."""
    await in_thread(TeamMember.objects.filter(user=teammate).delete)()
    async with socket(teammate) as page:
        assert (await page.connect())[0]
        await next_frame(page, "list-signal")
        assert await page.receive_nothing(timeout=0.5)
