"""Connections break while people write: the page says so, and in the end shows what a fresh load shows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import NewCustomer
from tests.e2e.pages import Complaints, Inbox
from tests.e2e.people import Customer, Teammate

READ = 60


@pytest.fixture
def open_inbox(
    inbox: Inbox, stack: Stack, conversation: int, complaints: Complaints, customer: Customer
) -> Iterator[Inbox]:
    """An agent's open thread with a few messages, in a place where connections break."""
    complaints.expect("WebSocket|Failed to load resource|ERR_|htmx:(send|afterRequest)|/ws/inbox/")
    customer.writes("um", "dois")
    wait_for(lambda: stack.query("SELECT 1 FROM inbox_message WHERE text = 'dois' AND conversation_id = %s", conversation), "dois")
    inbox.open(conversation)
    yield inbox
    stack.run_all()


def shows_what_a_fresh_load_shows(inbox: Inbox) -> None:
    """Compare the page with its reload: same entries and rows, in the same order, none twice."""
    thread, rows = inbox.thread(), inbox.rows()
    assert len({entry[0] for entry in thread}) == len(thread)
    inbox.page.reload()
    inbox.is_live()
    assert (thread, rows) == (inbox.thread(), inbox.rows())


def test_the_network_is_away(
    open_inbox: Inbox, customer: Customer, conversation: int, teammate: Teammate, new_customer: NewCustomer
):
    open_inbox.page.context.set_offline(True)
    open_inbox.is_offline()
    customer.writes("três")
    teammate.replies(conversation, "resposta de outra pessoa")
    teammate.releases(conversation)
    customer.writes("quatro")
    other = new_customer()
    other.writes("Oi, sou outra pessoa")
    newest = other.conversation()
    open_inbox.page.context.set_offline(False)
    open_inbox.is_live()
    expect(open_inbox.message("quatro")).to_be_visible()
    open_inbox.has_status("resposta de outra pessoa", READ)
    expect(open_inbox.row(newest)).to_be_visible()
    shows_what_a_fresh_load_shows(open_inbox)


def test_the_server_is_killed_and_comes_back(open_inbox: Inbox, stack: Stack, customer: Customer):
    stack.live.kill()
    customer.writes("três", "quatro")
    open_inbox.is_offline()
    stack.run_all()
    stack.oracle.retry_webhooks()
    open_inbox.is_live()
    expect(open_inbox.message("três")).to_be_visible()
    expect(open_inbox.message("quatro")).to_be_visible()
    customer.writes("cinco")
    expect(open_inbox.message("cinco")).to_be_visible()
    shows_what_a_fresh_load_shows(open_inbox)


def test_redis_is_away(open_inbox: Inbox, stack: Stack, customer: Customer, conversation: int, teammate: Teammate):
    stack.valkey.stop()
    open_inbox.is_offline()
    customer.writes("três")
    teammate.replies(conversation, "resposta sem Redis")
    wait_for(lambda: stack.query("SELECT 1 FROM inbox_message WHERE text = 'três' AND conversation_id = %s", conversation), "três")
    open_inbox.look_again()
    expect(open_inbox.message("três")).to_be_visible()
    expect(open_inbox.message("resposta sem Redis")).to_be_visible()
    open_inbox.send("escrito sem Redis")
    expect(open_inbox.message("escrito sem Redis")).to_be_visible()
    stack.valkey.start()
    open_inbox.is_live()
    open_inbox.watches(conversation)
    open_inbox.has_status("escrito sem Redis", READ)
    customer.writes("quatro")
    expect(open_inbox.message("quatro")).to_be_visible()
    shows_what_a_fresh_load_shows(open_inbox)
