"""Store deliveries durably: those that arrive together share one INSERT and one commit.

There is no timer. While a statement runs, what arrives waits; when the connection is idle again, all of
it goes in at once, so that one delivery alone is as quick as the disk and many are as cheap as one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from django.db import connection

log = structlog.get_logger(__name__)

MAX_GROUP_BYTES = 8 * 1024 * 1024
"""Bytes of one INSERT; one delivery may exceed it alone."""
MAX_WAITING_BYTES = 64 * 1024 * 1024
"""Bytes that may wait for the database before deliveries are refused at once."""
STATEMENT_SECONDS = 5.0
"""Seconds after which a statement counts as failed, and Meta is asked to send again."""

INSERT = """
INSERT INTO webhooks_webhookevent (body, routing_key) SELECT * FROM unnest(%b::bytea[], %b::text[])
"""


class Unavailable(Exception):
    """The delivery was not stored, or nobody knows: it has to be sent again."""


@dataclass(slots=True)
class _Delivery:
    body: bytes
    routing_key: str
    stored: asyncio.Future[None]


class Ledger:
    """Append deliveries from one event loop over one connection of its own."""

    def __init__(self) -> None:
        self._waiting: deque[_Delivery] = deque()
        self._waiting_bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection | None = None
        self._appended = 0

    async def append(self, body: bytes, *, routing_key: str) -> None:
        """Return when the delivery is committed; raise Unavailable when that cannot be said."""
        if self._waiting_bytes > MAX_WAITING_BYTES:
            raise Unavailable
        delivery = _Delivery(body, routing_key, asyncio.get_running_loop().create_future())
        self._waiting.append(delivery)
        self._waiting_bytes += len(body)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        # A caller that goes away cancels only its own future, not the group's statement.
        await delivery.stored
        self._appended += 1

    def appended_since_asked(self) -> int:
        """How many deliveries were stored since this was last asked."""
        count, self._appended = self._appended, 0
        return count

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._write(self._next_group())
        finally:
            self._writer = None

    def _next_group(self) -> list[_Delivery]:
        group: list[_Delivery] = []
        size = 0
        while self._waiting and (not group or size + len(self._waiting[0].body) <= MAX_GROUP_BYTES):
            group.append(self._waiting.popleft())
            size += len(group[-1].body)
        self._waiting_bytes -= size
        return group

    async def _write(self, group: list[_Delivery]) -> None:
        try:
            async with asyncio.timeout(STATEMENT_SECONDS):
                await self._insert(group)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("ledger.unavailable", deliveries=len(group), error=type(error).__name__)
            await self._drop_connection()
            _settle(group, Unavailable())
        except BaseException:
            _settle(group, Unavailable())
            raise
        else:
            _settle(group, None)

    async def _insert(self, group: list[_Delivery]) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
        await self._connection.execute(INSERT, [[d.body for d in group], [d.routing_key for d in group]])

    async def _drop_connection(self) -> None:
        broken, self._connection = self._connection, None
        if broken is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await broken.close()


def _settle(group: list[_Delivery], error: Unavailable | None) -> None:
    for delivery in group:
        if not delivery.stored.done():
            delivery.stored.set_exception(error) if error else delivery.stored.set_result(None)


def _parameters() -> dict[str, Any]:
    """The parameters of Django's own connection, without its pool."""
    parameters = connection.get_connection_params()
    for ours in ("pool", "cursor_factory", "context", "server_side_binding", "prepare_threshold"):
        parameters.pop(ours, None)
    return parameters | {"connect_timeout": 2, "prepare_threshold": 1}
