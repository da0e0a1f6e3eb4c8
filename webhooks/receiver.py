"""The webhook endpoint: size cap, signature, one durable INSERT, 200. Bare ASGI, before Django.

Answers (Meta: section 1.7): 200 once the delivery is committed; 401 when the signature is wrong, without
parsing; 413 above the cap; 503 when it could not be stored or nobody knows, so that Meta sends it again.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from typing import Any
from urllib.parse import parse_qs

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

from lib.after_commit import wake
from webhooks.ledger import Ledger, Unavailable
from webhooks.signatures import is_signed, known_secrets

log = structlog.get_logger(__name__)

MAX_BODY = 3 * 1024 * 1024 + 64 * 1024
"""Bytes of a delivery: Meta sends up to 3 MB."""
SECRETS_LIVE = 5.0
"""Seconds after which app secrets are read again."""
WAKE_EVERY = 0.05
"""Seconds between two wake-ups of the drain."""
NUMBER_ID = re.compile(rb'"phone_number_id"\s*:\s*"(\d{1,32})"')

JSON = (b"content-type", b"application/json")
TEXT = (b"content-type", b"text/plain; charset=utf-8")


class Receiver:
    """The ASGI application at /webhook/whatsapp."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._secrets: list[bytes] = []
        self._secrets_read_at: float | None = None
        self._reading: asyncio.Task[None] | None = None
        self._wake_promised = False

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            await _answer(send, *await self._post(scope, receive))
        elif scope["method"] == "GET":
            await _answer(send, *_handshake(scope["query_string"]))
        else:
            await _answer(send, 405, b"")

    async def _post(self, scope: dict[str, Any], receive: Any) -> tuple[int, bytes]:
        body = await _read(receive)
        if body is None:
            return 413, b'{"error": "A delivery has at most 3 MB."}'
        signatures = [value for name, value in scope["headers"] if name == b"x-hub-signature-256"]
        if not await self._is_signed(body, signatures):
            return 401, b'{"error": "The signature is missing or does not fit."}'
        number = NUMBER_ID.search(body)
        try:
            await self.ledger.append(body, routing_key=number[1].decode() if number else "")
        except Unavailable:
            return 503, b'{"error": "Not stored. Send it again."}'
        self._wake_drain()
        return 200, b'{"stored": true}'

    async def _is_signed(self, body: bytes, signatures: list[bytes]) -> bool:
        if self._secrets_read_at is None:
            await self._read_secrets()
        elif time.monotonic() - self._secrets_read_at > SECRETS_LIVE and self._reading is None:
            self._reading = asyncio.create_task(self._read_secrets())
        return is_signed(body, signatures, self._secrets)

    async def _read_secrets(self) -> None:
        """Read the secrets in use; without a database the last ones, or the installation's, go on."""
        try:
            self._secrets = await sync_to_async(_secrets_now, thread_sensitive=False)()
            self._secrets_read_at = time.monotonic()
        except Exception as error:
            log.warning("receiver.secrets_not_read", error=type(error).__name__)
            self._secrets = self._secrets or [secret.encode() for secret in settings.WHATSAPP_APP_SECRETS]
        finally:
            self._reading = None

    def _wake_drain(self) -> None:
        if not self._wake_promised:
            self._wake_promised = True
            wake("inbound")
            asyncio.get_running_loop().call_later(WAKE_EVERY, self._wake_again)

    def _wake_again(self) -> None:
        """Cover the deliveries that came since: their wake-up was saved."""
        self._wake_promised = False
        if self.ledger.appended_since_asked():
            self._wake_drain()


def _secrets_now() -> list[bytes]:
    """Read the secrets, and give the connection back to the pool: the thread keeps nothing."""
    try:
        return known_secrets()
    finally:
        connection.close()


async def _read(receive: Any) -> bytes | None:
    """Collect the body; None when it is larger than the cap (the rest is not read)."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts) if len(parts) > 1 else parts[0]


def _handshake(query_string: bytes) -> tuple[int, bytes]:
    """Answer Meta's verification: the challenge for the right token, else 403 (Meta: section 1.1)."""
    query = {key: values[0] for key, values in parse_qs(query_string.decode("latin-1")).items()}
    expected = settings.WHATSAPP_VERIFY_TOKEN.encode()
    given = query.get("hub.verify_token", "").encode()
    fits = bool(expected) and hmac.compare_digest(given, expected)
    if fits and query.get("hub.mode") == "subscribe":
        return 200, query.get("hub.challenge", "").encode()
    return 403, b""


async def _answer(send: Any, status: int, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode()), JSON if body.startswith(b"{") else TEXT]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
