"""The page's one socket: authorise what it wants to watch, relay what is pushed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import connection

from inbox import broadcasts
from inbox.rights import View, groups_of

log = structlog.get_logger(__name__)

RECHECK_SECONDS = 4.0
"""Between two looks at everybody's rights: with the look itself, less than the 5 s in which a lost right ends."""
MAX_ID = 2**63 - 1
"""The largest id there can be: a greater one would fail the check of everybody's rights."""
NOT_ALLOWED, NOT_UNDERSTOOD, TRY_AGAIN = 4403, 4400, 1013


class InboxConsumer(AsyncWebsocketConsumer):
    """Relays pushes of the lists a person may see, and of the thread their page shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups_joined: frozenset[str] = frozenset()
        self.watched: int | None = None
        self.joining = asyncio.Lock()

    async def connect(self) -> None:
        if not self.scope["user"].is_authenticated:
            await self.close(code=NOT_ALLOWED)
            return
        await self.accept()
        if await self._join_allowed():
            await self.send(text_data=await sync_to_async(broadcasts.list_signal, thread_sensitive=False)())
            _checker.watch_over(self)

    async def disconnect(self, code: int) -> None:
        _checker.forget(self)
        await self._leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take `{"watch": <conversation id or null>}`: the thread that the page shows now.

        The page is told to ask for changes once the group is joined, so that nothing falls between.
        """
        match _parsed(text_data):
            case {"watch": int() | None as watched} if watched is None or 0 < watched <= MAX_ID:
                self.watched = watched
                if await self._join_allowed() and watched:
                    await self.send(
                        text_data=await sync_to_async(broadcasts.thread_signal, thread_sensitive=False)(watched)
                    )
            case _:
                await self.close(code=NOT_UNDERSTOOD)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Relay pushes at once: channels would visit a thread, to close database connections, before each."""
        if message["type"] == "live.push":
            await self.send(text_data=message["html"])
        elif message["type"] != "live.heartbeat":
            await super().dispatch(message)

    @property
    def view(self) -> View:
        return View(self.scope["user"].pk, self.scope["session_key"], self.watched)

    async def join(self, view: View, allowed: frozenset[str] | None) -> bool:
        """Be in exactly the groups allowed for `view`, and see that Redis carries pushes; close when it fails.

        Who is nobody any more (None), or has lost all they listened to, is closed out, and their page asks anew;
        who is in no team yet stays, and hears nothing until they are. Nothing happens when the page has turned to
        another thread meanwhile: that one was asked for by itself.
        """
        if allowed is None or (self.groups_joined and not allowed):
            await self.end(NOT_ALLOWED)
            return False
        try:
            async with self.joining:
                if view == self.view:
                    await self._be_in(allowed)
                    await self.channel_layer.send(self.channel_name, {"type": "live.heartbeat"})
        except Exception as error:
            log.warning("socket.degraded", error=type(error).__name__)
            await self.end(TRY_AGAIN)
            return False
        return True

    async def end(self, code: int) -> None:
        """Close the socket, wherever it stands; what is closed already is no error."""
        _checker.forget(self)
        with contextlib.suppress(Exception):
            await self.close(code=code)
        # Not all clients hang up at once, and what is pushed from now on is not theirs.
        await self._leave()

    async def _leave(self) -> None:
        groups, self.groups_joined = self.groups_joined, frozenset()
        for group in groups:
            # Without Redis there is nothing to leave.
            with contextlib.suppress(Exception):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def _be_in(self, allowed: frozenset[str]) -> None:
        # Each step is written down as it is done: a failure midway leaves nothing that nobody knows of.
        for group in allowed - self.groups_joined:
            self.groups_joined |= {group}
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self.groups_joined - allowed:
            await self.channel_layer.group_discard(group, self.channel_name)
            self.groups_joined -= {group}

    async def _join_allowed(self) -> bool:
        view = self.view
        try:
            allowed = await _allowed([view])
        except Exception as error:
            log.warning("socket.rights_unknown", error=type(error).__name__)
            await self.end(TRY_AGAIN)
            return False
        return await self.join(view, allowed[view])


class RightsChecker:
    """One task per process that looks again, every few seconds, at what all open sockets may see."""

    def __init__(self) -> None:
        self._sockets: set[InboxConsumer] = set()
        self._task: asyncio.Task[None] | None = None

    def watch_over(self, socket: InboxConsumer) -> None:
        self._sockets.add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def forget(self, socket: InboxConsumer) -> None:
        self._sockets.discard(socket)

    async def _run(self) -> None:
        while self._sockets:
            await asyncio.sleep(RECHECK_SECONDS)
            await self._check(list(self._sockets))

    async def _check(self, sockets: list[InboxConsumer]) -> None:
        views = {socket: socket.view for socket in sockets}
        try:
            allowed = await _allowed(views.values())
        except Exception as error:
            # Without an answer nobody is known to have a right: they come again when there is one.
            log.warning("socket.rights_unknown", error=type(error).__name__)
            await asyncio.gather(*(socket.end(TRY_AGAIN) for socket in sockets))
            return
        await asyncio.gather(*(socket.join(view, allowed[view]) for socket, view in views.items()))


_checker = RightsChecker()


async def _allowed(views: Iterable[View]) -> dict[View, frozenset[str] | None]:
    """Ask PostgreSQL in a thread of its own, so that no socket waits behind a page."""
    return await sync_to_async(_ask, thread_sensitive=False)(list(views))


def _ask(views: list[View]) -> dict[View, frozenset[str] | None]:
    try:
        return groups_of(views)
    finally:
        connection.close()


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        return None
