"""Valkey as the launcher runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from local.valkey import Valkey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    yield server
    server.remove()


def test_it_works_and_forgets_over_a_kill_but_keeps_its_address(server: Valkey):
    with server:
        address = server.url
        client = redis.Redis.from_url(address)
        client.set("wake", "up")
        server.kill()
        server.start()
        assert server.url == address
        assert client.get("wake") is None
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(address, retry=None).ping()


def test_only_its_password_opens_it(server: Valkey):
    with server, pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port, retry=None).ping()
