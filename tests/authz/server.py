"""The product as production serves it, for the table to knock at: granian for pages, uvicorn for what is live.

A hole is damage planted on purpose (`holes.py`), to show that the table finds it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import requests
from django.db import connection

LIVE_PATHS = ("/webhook/", "/ws/")
"""What production gives to the live process; the rest is pages."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where the two kinds of processes answer; `live` is empty where only pages are served."""

    pages: str
    live: str = ""

    def origin(self, path: str) -> str:
        """Return the address that answers a path."""
        return self.live if path.startswith(LIVE_PATHS) else self.pages


@contextmanager
def serving(*, media: str, hole: str = "", workers: int = 1, live: bool = False) -> Iterator[Served]:
    """Run the product on the tests' database: pages in so many processes, the live one if asked for."""
    ports = [str(_free_port()) for _ in range(1 + live)]
    environment = _environment(media) | {"HOLE": hole}
    os.makedirs(media, exist_ok=True)
    with ExitStack() as stack:
        log = stack.enter_context(open(f"{media}/server.log", "a"))
        for command, port in zip((_pages(workers), _live()), ports, strict=False):
            command = [sys.executable, "-m", *command, "--port", port]
            stack.callback(_end, subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            _wait_for(address)
        yield Served(*addresses)


def _pages(workers: int) -> list[str]:
    options = ["--no-ws", "--host", "127.0.0.1", "--workers", str(workers), "--blocking-threads", "2"]
    return ["granian", "--interface", "wsgi", "tests.authz.damaged:pages", *options]


def _live() -> list[str]:
    return ["uvicorn", "tests.authz.damaged:live", "--log-level", "error", "--ws", "websockets-sansio"]


def _environment(media: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(connection.settings_dict),
        "MEDIA_ROOT": media,
        "PRODUCTION": "false",
        "DEBUG": "false",
        "HTTPS": "false",
        "LOG_LEVEL": "ERROR",
        "GRAPH_BASE_URL": "http://127.0.0.1:9",
        "METRICS_TOKEN": "for-prometheus",
        "API_RATE": "100000",
        "SECOND_FACTOR_REQUIRED": "",
        "SECURITY_CONTACT": "mailto:a@b.c",
        # Each visit comes from an address of its own: the brake on guessing counts them.
        "TRUST_PROXY": "true",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a server with its children; one that holds sockets is not waited for."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(address: str, *, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            requests.get(f"{address}/healthz", timeout=5).raise_for_status()
            return
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
