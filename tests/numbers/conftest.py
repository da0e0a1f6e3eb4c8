"""Graph beside the tests: what it believes of the account and its numbers can be changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from numbers.models import PhoneNumber, WabaAccount
from tests.simulator.harness import NUMBER, TOKEN, WABA, Process, Webhook, free_port, handler_for

SPARE, SPARE_WABA = "105551234560003", "102938475610002"
"""The simulator's second account, with a number that nobody has connected."""
WEBHOOK = "http://127.0.0.1:9/webhook/whatsapp"
"""Where the simulated app sends webhooks; nobody is there."""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    running = Process(free_port(), tmp_path_factory.mktemp("graph") / "ledger.sqlite3", WEBHOOK)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def graph(process: Process, settings) -> Process:
    """The simulator with nothing wrong, which this test's calls go to."""
    process.control("POST", "/reset")
    process.control("PUT", "/callbacks", {"verify": False})
    settings.GRAPH_BASE_URL, settings.WHATSAPP_TOKEN = process.url, TOKEN
    settings.WHATSAPP_APP_ID = settings.PUBLIC_URL = ""
    return process


@pytest.fixture
def account(db) -> WabaAccount:
    return WabaAccount.objects.create(waba_id=WABA, name="Loja", portfolio_id="700")


@pytest.fixture
def line(account: WabaAccount) -> PhoneNumber:
    """A number that the simulator knows."""
    return PhoneNumber.objects.create(
        waba=account, phone_number_id=NUMBER, display_phone="+55 11 4002-0001", name="Loja"
    )


def override(graph: Process, address: str) -> Any:
    """Give the number a webhook address of its own, or none."""
    body = {"webhook_configuration": {"override_callback_uri": address}}
    return graph.graph("POST", f"/{NUMBER}", json=body).json()


@pytest.fixture(scope="module")
def our_address() -> Iterator[str]:
    """An address that answers Meta's challenge, as our receiver does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(Webhook()))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
