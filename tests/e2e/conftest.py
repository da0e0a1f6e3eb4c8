"""A browser before the whole product: one stack for this directory, new customers and tabs for each test."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.chaos.stack import Stack
from tests.e2e.pages import Complaints, Inbox
from tests.e2e.people import AGENT, TEAMMATE, Customer, Teammate, sign_in

CANDIDATES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 15_000
"""Milliseconds an expectation may take: a page that lost its socket tries again after up to 8 s."""
QUICK_STATUSES = {"sent_ms": 20, "delivered_ms": 50, "read_ms": 80}

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)
    return found or pytest.skip("no Chromium found: install it, or name one in CHROMIUM")


@pytest.fixture(scope="session")
def whole_stack(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("e2e"))
    try:
        stack.set_up()
        yield stack
    finally:
        stack.tear_down()


@pytest.fixture
def stack(whole_stack: Stack) -> Stack:
    """Prosa with all its parts running, and a Meta that behaves."""
    whole_stack.run_all()
    whole_stack.oracle.control("DELETE", "/faults")
    whole_stack.oracle.faults(latency_ms=10, **QUICK_STATUSES)
    return whole_stack


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser a module: Playwright's event loop must be gone when other tests use the database."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """The cookies of people who signed in before."""
    return {}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What browsers complained about in this test; what it did not expect fails it."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []


NewTab = Callable[..., Page]


@pytest.fixture
def new_tab(
    browser: Browser, stack: Stack, signed_in: dict[str, StorageState], complaints: Complaints
) -> Iterator[NewTab]:
    """Open an empty tab of a browser of its own, signed in as somebody or as nobody."""
    contexts = []

    def open_tab(email: str = "", **options: Any) -> Page:
        if email and email not in signed_in:
            signed_in[email] = sign_in(browser, stack, email)
        context = browser.new_context(storage_state=signed_in.get(email), locale="pt-BR", **options)
        contexts.append(context)
        complaints.listen_to(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def inbox(new_tab: NewTab, stack: Stack) -> Inbox:
    """The inbox of an agent, nothing opened yet."""
    return Inbox(new_tab(AGENT), stack)


@pytest.fixture
def teammate(new_tab: NewTab, stack: Stack) -> Teammate:
    """Another agent of the same team, who works in a browser of their own."""
    return Teammate(new_tab(TEAMMATE), stack)


NewCustomer = Callable[..., Customer]


@pytest.fixture
def new_customer(stack: Stack) -> NewCustomer:
    """Make customers who have not written yet."""

    def make(name: str = "") -> Customer:
        number = next(_numbers)
        values = {"id": f"c{number}", "name": name or f"Cliente {number:03}", "wa_id": f"55119{60000000 + number}"}
        made = stack.oracle.control("POST", "/customers", values)
        return Customer(stack, made["id"], made["name"])

    return make


@pytest.fixture
def customer(new_customer: NewCustomer) -> Customer:
    """A customer who has not written yet."""
    return new_customer()


@pytest.fixture
def conversation(customer: Customer) -> int:
    """A conversation whose customer just wrote "Oi!"."""
    customer.writes("Oi!")
    return customer.conversation()
