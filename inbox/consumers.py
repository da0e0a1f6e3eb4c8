"""The page's one socket: authorise what it wants to watch, relay what is pushed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from numbers.models import PhoneNumber
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.models import User
from inbox import broadcasts
from inbox.models import Conversation
from teams.models import Team

log = structlog.get_logger(__name__)

RECHECK_SECONDS = 5.0
"""How long a person who lost a right may still be pushed to."""
NOT_ALLOWED, NOT_UNDERSTOOD, TRY_AGAIN = 4403, 4400, 1013


class InboxConsumer(AsyncWebsocketConsumer):
    """Relays pushes of the lists a person may see, and of the thread their page shows."""

    groups_joined: frozenset[str] = frozenset()
    watched: int | None = None
    recheck: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        if not self.scope["user"].is_authenticated:
            await self.close(code=NOT_ALLOWED)
            return
        await self.accept()
        if await self._join():
            await self.send(text_data=await sync_to_async(broadcasts.list_signal)())
            self.recheck = asyncio.create_task(self._keep_checking())

    async def disconnect(self, code: int) -> None:
        if self.recheck:
            self.recheck.cancel()
        for group in self.groups_joined:
            # Without Redis there is nothing to leave.
            with contextlib.suppress(Exception):
                await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take `{"watch": <conversation id or null>}`: the thread that the page shows now.

        The page is told to ask for changes once the group is joined, so that nothing falls between.
        """
        match _parsed(text_data):
            case {"watch": int() | None as watched}:
                self.watched = watched
                if await self._join() and watched:
                    await self.send(text_data=await sync_to_async(broadcasts.thread_signal)(watched))
            case _:
                await self.close(code=NOT_UNDERSTOOD)

    async def live_push(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["html"])

    async def live_heartbeat(self, _: dict[str, Any]) -> None:
        """Came back from Redis: pushes arrive."""

    async def _keep_checking(self) -> None:
        """Look again at what the person may see, and whether pushes would come; close when either fails."""
        await asyncio.sleep(RECHECK_SECONDS)
        while await self._join():
            await asyncio.sleep(RECHECK_SECONDS)

    async def _join(self) -> bool:
        """Be in exactly the groups that the person's rights allow now; close when there are none."""
        try:
            allowed = await sync_to_async(_allowed_groups)(self.scope["user"].pk, self.watched)
            if not allowed:
                await self.close(code=NOT_ALLOWED)
                return False
            for group in allowed - self.groups_joined:
                await self.channel_layer.group_add(group, self.channel_name)
            for group in self.groups_joined - allowed:
                await self.channel_layer.group_discard(group, self.channel_name)
            self.groups_joined = allowed
            await self.channel_layer.send(self.channel_name, {"type": "live.heartbeat"})
        except Exception as error:
            log.warning("socket.degraded", error=type(error).__name__)
            await self.close(code=TRY_AGAIN)
            return False
        return True


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        return None


def _allowed_groups(user_pk: int, watched: int | None) -> frozenset[str]:
    """The groups a person may be in: their lists and, if they may see it, the watched thread."""
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    if user is None:
        return frozenset()
    groups = {broadcasts.list_group(scope, user.language) for scope in _list_scopes(user)}
    if watched and Conversation.objects.visible_to(user).filter(pk=watched).exists():
        groups.add(broadcasts.conversation_group(watched, user.language))
    return frozenset(groups)


def _list_scopes(user: User) -> list[str]:
    if user.is_admin:
        return ["everything"]
    teams = Team.objects.visible_to(user).values_list("pk", flat=True)
    numbers = PhoneNumber.objects.visible_to(user).values_list("pk", flat=True)
    return [f"user.{user.pk}", *(f"team.{pk}" for pk in teams), *(f"number.{pk}" for pk in numbers)]
