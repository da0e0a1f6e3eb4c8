"""The webhook endpoint on a real socket, in a thread of the tests, on the tests' database."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import uvicorn
from django.db import connection

from config import asgi
from tests.deliveries import sign
from tests.waiting import wait_for
from webhooks.receiver import Receiver

SECRET = "secret-of-the-tests"


@dataclass
class Endpoint:
    """How Meta sees us."""

    url: str
    receiver: Receiver

    def post(self, raw: bytes, *, signature: str | None = None, secret: str = SECRET, **more: Any) -> requests.Response:
        """Deliver `raw`, signed with `secret` unless a signature is given; the empty one sends no header."""
        signature = sign(raw, secret) if signature is None else signature
        headers = {"X-Hub-Signature-256": signature} if signature else {}
        return requests.post(self.url, data=raw, headers=headers | more.pop("headers", {}), timeout=10, **more)

    def hang_up(self) -> None:
        """End the receiver's own session with PostgreSQL, as a restart of PostgreSQL does."""
        held = self.receiver.ledger._connection
        if held is not None and not held.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [held.info.backend_pid])

    def get(self, **query: str) -> requests.Response:
        return requests.get(self.url, params={f"hub.{name}": value for name, value in query.items()}, timeout=5)


@pytest.fixture
def endpoint(transactional_db, settings, monkeypatch) -> Iterator[Endpoint]:
    """The ASGI program under uvicorn, with a receiver that has read no secrets yet."""
    settings.WHATSAPP_APP_SECRETS = [SECRET, "older-secret"]
    settings.WHATSAPP_VERIFY_TOKEN = "verify-me"
    receiver = Receiver()
    monkeypatch.setattr(asgi, "receiver", receiver)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(asgi.application, lifespan="off", ws="none", log_level="warning"))
        thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
        thread.start()
        wait_for(lambda: server.started)
        endpoint = Endpoint(f"http://127.0.0.1:{bound.getsockname()[1]}/webhook/whatsapp", receiver)
        yield endpoint
        endpoint.hang_up()
        server.should_exit = True
        thread.join(10)
