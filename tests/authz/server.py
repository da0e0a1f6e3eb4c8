"""The product as it is served, for the table to knock at: `python -m tests.authz.server PORT [HOLE]`.

A hole is damage planted on purpose (`holes.py`), to show that the table finds it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests


@contextmanager
def servers(count: int, *, database: str, media: str, hole: str = "") -> Iterator[list[str]]:
    """Run `count` processes of the product on a database; yield their addresses."""
    ports = [_free_port() for _ in range(count)]
    user, password, host, port, name = (
        _database(database)[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    )
    url = f"postgres://{user}:{password}@{host}:{port}/{name}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "MEDIA_ROOT": media,
        "PRODUCTION": "false",
        "DEBUG": "false",
        "HTTPS": "false",
    }
    environment |= {"LOG_LEVEL": "ERROR", "GRAPH_BASE_URL": "http://127.0.0.1:9", "METRICS_TOKEN": "for-prometheus"}
    environment |= {"API_RATE": "100000", "SECOND_FACTOR_REQUIRED": "", "SECURITY_CONTACT": "mailto:a@b.c"}
    # Each visit comes from an address of its own: the brake on guessing counts them.
    environment |= {"TRUST_PROXY": "true"}
    command = [sys.executable, "-m", "tests.authz.server"]
    os.makedirs(media, exist_ok=True)
    log = open(f"{media}/server.log", "a")  # noqa: SIM115
    running = [subprocess.Popen([*command, str(p), hole], env=environment, stdout=log, stderr=log) for p in ports]
    try:
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            _wait_for(address)
        yield addresses
    finally:
        for process in running:
            process.kill()
            process.wait()
        log.close()


def _database(alias: str) -> dict[str, str]:
    from django.db import connections

    return connections[alias].settings_dict


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


def main() -> None:
    """Serve config.asgi, damaged where a hole is named."""
    import uvicorn

    from tests.authz import holes

    port, hole = sys.argv[1:3]
    application = holes.application(hole)
    uvicorn.run(application, host="127.0.0.1", port=int(port), log_level="error", ws="websockets-sansio")


if __name__ == "__main__":
    main()
