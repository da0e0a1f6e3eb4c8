"""What a socket must pass before the product hears it: it is from our own page, small, and not too often."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from typing import Any

import structlog
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

log = structlog.get_logger(__name__)

MAX_FRAME = 64 * 1024
"""Bytes of a frame; the page's own have some 30. uvicorn is told the same (--ws-max-size)."""
MAX_FRAMES, SECONDS = 100, 60.0
"""Frames that one person may send in so many seconds to one process, over all their sockets."""
TOO_LARGE, TOO_MANY = 1009, 4429


class OwnOrigin:
    """Refuse the handshake of a page that is not ours: scheme, host and port must be those it was sent to."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.denier = WebsocketDenier()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        origins, hosts = (
            [value.decode("latin-1") for given, value in scope["headers"] if given == name]
            for name in (b"origin", b"host")
        )
        is_ours = len(origins) == len(hosts) == 1 and is_own(origins[0], hosts[0])
        await (self.app if is_ours else self.denier)(scope, receive, send)


def is_own(origin: str, host: str) -> bool:
    """Tell whether `origin` is the page of `host`, which is one of ours, or is trusted like it."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    schemes = ("https",) if settings.HTTPS else ("http", "https")
    domain, _ = split_domain_port(host)
    is_ours = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    return is_ours and origin.lower() in [f"{scheme}://{host.lower()}" for scheme in schemes]


class Bounded:
    """Close the sockets of a person who sends too much: a frame too large, or too many of them."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._sent: defaultdict[int, deque[float]] = defaultdict(lambda: deque(maxlen=MAX_FRAMES))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        person = scope["user"].pk
        is_closed = False

        async def bounded_receive() -> dict[str, Any]:
            nonlocal is_closed
            message = await receive()
            if message["type"] != "websocket.receive" or not (code := self._wrong(person, message)):
                return message
            log.warning("socket.bounded", person=person, code=code)
            is_closed = True
            await send({"type": "websocket.close", "code": code})
            return {"type": "websocket.disconnect", "code": code}

        async def send_while_open(message: dict[str, Any]) -> None:
            if not is_closed:
                await send(message)

        await self.app(scope, bounded_receive, send_while_open)

    def _wrong(self, person: int | None, message: dict[str, Any]) -> int:
        """Return the code to close with, or 0; the frame is counted."""
        size = len(message.get("bytes") or b"") or len((message.get("text") or "").encode(errors="surrogatepass"))
        if size > MAX_FRAME:
            return TOO_LARGE
        sent, now = self._sent[person or 0], time.monotonic()
        is_many = len(sent) == MAX_FRAMES and now - sent[0] < SECONDS
        sent.append(now)
        return TOO_MANY if is_many else 0
