"""The simulator and its webhook for one module of tests."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from tests.simulator.harness import Process, Webhook, free_port, handler_for


@pytest.fixture(scope="module")
def receiver() -> Iterator[Webhook]:
    webhook = Webhook()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(webhook))
    server.daemon_threads = True
    webhook.url = f"http://127.0.0.1:{server.server_port}/webhook/whatsapp"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield webhook
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def running(receiver: Webhook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    database = tmp_path_factory.mktemp("simulator") / "ledger.sqlite3"
    process = Process(free_port(), database, receiver.url)
    process.start()
    yield process
    assert process.stop() == 0


@pytest.fixture
def simulator(running: Process) -> Process:
    """The module's simulator with an empty ledger, no faults and quick statuses."""
    running.control("POST", "/reset")
    running.faults(sent_ms=1, delivered_ms=2, read_ms=3)
    return running


@pytest.fixture
def webhook(receiver: Webhook, simulator: Process) -> Webhook:
    """The module's webhook, empty and answering 200."""
    receiver.answers.clear()
    receiver.deliveries.clear()
    return receiver
