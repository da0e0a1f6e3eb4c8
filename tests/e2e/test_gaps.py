"""Connections break while people write: the page says so, and in the end shows what a fresh load shows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import NewCustomer, NewTab
from tests.e2e.network import Network
from tests.e2e.pages import Complaints, Inbox
from tests.e2e.people import AGENT, Customer, Teammate

READ = 60


@pytest.fixture
def network(stack: Stack) -> Iterator[Network]:
    network = Network(int(stack.url.rpartition(":")[2]))
    yield network
    network.close()


@pytest.fixture
def inbox(
    new_tab: NewTab, stack: Stack, network: Network, conversation: int, customer: Customer, complaints: Complaints
) -> Iterator[Inbox]:
    """An agent's open thread with a few messages, in a place where connections break."""
    complaints.expect(r"WebSocket|Failed to load resource|htmx:(sendError|afterRequest)|\[object Event\]")
    customer.writes("um", "dois")
    arrives(stack, conversation, "dois")
    inbox = Inbox(new_tab(AGENT), stack, network.url)
    inbox.open(conversation)
    yield inbox
    stack.run_all()


def arrives(stack: Stack, conversation: int, text: str) -> None:
    """Wait until the product has taken in what a customer wrote, whatever pages show."""
    sql = "SELECT 1 FROM inbox_message WHERE conversation_id = %s AND text = %s"
    wait_for(lambda: stack.query(sql, conversation, text), f"{text} arrives")


def shows_what_a_fresh_load_shows(inbox: Inbox) -> None:
    """Compare the page with its reload: same entries and rows, in the same order, none twice."""
    thread, rows = inbox.thread(), inbox.rows()
    assert len({entry[0] for entry in thread}) == len(thread)
    inbox.page.reload()
    inbox.is_live()
    assert (thread, rows) == (inbox.thread(), inbox.rows())


def test_the_network_is_cut(
    inbox: Inbox,
    network: Network,
    stack: Stack,
    customer: Customer,
    conversation: int,
    teammate: Teammate,
    new_customer: NewCustomer,
):
    network.cut()
    inbox.is_offline()
    customer.writes("três")
    arrives(stack, conversation, "três")
    teammate.takes(conversation)
    teammate.replies(conversation, "resposta de outra pessoa")
    customer.writes("quatro")
    other = new_customer()
    other.writes("Oi, sou outra pessoa")
    newest = other.conversation()
    arrives(stack, conversation, "quatro")
    expect(inbox.message("três")).to_have_count(0)
    network.mend()
    inbox.is_live()
    expect(inbox.message("quatro")).to_be_visible()
    inbox.has_status("resposta de outra pessoa", READ)
    expect(inbox.page.locator("#messages > [id^=event-]")).to_have_count(1)
    expect(inbox.page.locator("#assignee-user option:checked")).to_have_text("Bruno Agente")
    expect(inbox.row(newest)).to_be_visible()
    shows_what_a_fresh_load_shows(inbox)


def test_a_device_that_loses_its_network_says_so_at_once(inbox: Inbox):
    inbox.page.context.set_offline(True)
    inbox.is_offline()
    inbox.page.context.set_offline(False)
    inbox.is_live()


def test_the_server_is_killed_and_comes_back(inbox: Inbox, stack: Stack, customer: Customer):
    stack.live.kill()
    customer.writes("três", "quatro")
    inbox.is_offline()
    stack.run_all()
    stack.oracle.retry_webhooks()
    inbox.is_live()
    expect(inbox.message("três")).to_be_visible()
    expect(inbox.message("quatro")).to_be_visible()
    customer.writes("cinco")
    expect(inbox.message("cinco")).to_be_visible()
    shows_what_a_fresh_load_shows(inbox)


def test_redis_is_away(inbox: Inbox, stack: Stack, customer: Customer, conversation: int, teammate: Teammate):
    stack.valkey.stop()
    customer.writes("três")
    teammate.replies(conversation, "resposta sem Redis")
    arrives(stack, conversation, "três")
    inbox.look_again()
    expect(inbox.message("três")).to_be_visible()
    expect(inbox.message("resposta sem Redis")).to_be_visible()
    inbox.send("escrito sem Redis")
    expect(inbox.message("escrito sem Redis")).to_be_visible()
    customer.writes("quatro")
    arrives(stack, conversation, "quatro")
    stack.valkey.start()
    expect(inbox.message("quatro")).to_be_visible()
    inbox.has_status("escrito sem Redis", READ)
    inbox.is_live()
    inbox.watches(conversation)
    customer.writes("cinco")
    expect(inbox.message("cinco")).to_be_visible()
    shows_what_a_fresh_load_shows(inbox)
