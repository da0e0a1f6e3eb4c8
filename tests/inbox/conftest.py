"""A fake Meta beside the tests: what we send is in its ledger, what it tells of it comes by webhook."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer

import pytest
from django.db import connections

from accounts.models import User
from inbox import actions
from inbox.delivery import Sender
from inbox.models import Conversation, Message
from lib import graph
from messaging import outgoing
from tests.deliveries import store
from tests.simulator.harness import TOKEN, Process, Webhook, free_port, handler_for
from tests.waiting import wait_for
from webhooks import drain


class Meta:
    """The simulator, and the webhooks it posted."""

    def __init__(self, process: Process, webhook: Webhook) -> None:
        self.process, self.webhook = process, webhook
        self.faults = process.faults

    def accepted(self, **filters: str) -> list[dict]:
        return self.process.calls(outcome="accepted", **filters)

    def calls(self) -> list[dict]:
        return self.process.calls()

    def tells_until(self, condition: Callable[[], object]) -> None:
        """Apply what Meta posts until the condition holds."""

        def look() -> object:
            if came := [self.webhook.deliveries.pop(0).body for _ in range(len(self.webhook.deliveries))]:
                store(*came)
                drain.drain_due()
            return condition()

        wait_for(look)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meta]:
    webhook = Webhook()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(webhook))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    database = tmp_path_factory.mktemp("meta") / "ledger.sqlite3"
    process = Process(free_port(), database, f"http://127.0.0.1:{server.server_port}/webhook/whatsapp")
    process.start()
    yield Meta(process, webhook)
    process.stop()
    server.shutdown()
    server.server_close()


@pytest.fixture
def meta(simulator: Meta, transactional_db, settings, monkeypatch) -> Meta:
    """Meta with an empty ledger and nothing wrong, to which this test's senders speak."""
    settings.GRAPH_BASE_URL, settings.WHATSAPP_TOKEN = simulator.process.url, TOKEN
    settings.SEND_CONCURRENCY = 16
    monkeypatch.setattr(graph, "READ_TIMEOUT", 1.0)
    simulator.process.control("POST", "/reset")
    simulator.faults(latency_ms=0, sent_ms=1, delivered_ms=2, read_ms=3, window="off")
    simulator.webhook.deliveries.clear()
    return simulator


@pytest.fixture
def types(owner: User) -> Callable[..., Message]:
    """Let somebody of ours write: `types(conversation, "Bom dia")` returns the queued message."""

    def types(conversation: Conversation, text: str = "Bom dia", by: User = owner) -> Message:
        return actions.send_message(conversation, outgoing.text(text), client_key=str(uuid.uuid4()), by=by)

    return types


def send_due() -> None:
    """Do what a worker of the replies lane does at a wake-up."""
    Sender("replies").run()


def in_threads(count: int, work: Callable[[], object], *, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Let several workers do the same at once, and something else happen beside them."""

    def one() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        working = [pool.submit(one) for _ in range(count)]
        meanwhile()
        for each in working:
            each.result()


def fresh(message: Message) -> Message:
    """The message as the database has it now."""
    message.refresh_from_db()
    return message
