"""The 24 hours in which one may answer freely: how much is left, what ends soon, and what is left to do after."""

import re

from playwright.sync_api import expect

from messaging import formatting
from tests.chaos.stack import Stack
from tests.e2e.pages import Inbox
from tests.e2e.people import Customer
from tests.messaging.test_formatting import EXAMPLES

WROTE = "UPDATE inbox_conversation SET last_inbound_at = now() - %s::interval WHERE id = %s"


def test_a_window_is_counted_down_to_its_end(inbox: Inbox, stack: Stack, customer: Customer, conversation: int):
    page = inbox.page
    page.clock.install()
    stack.query(WROTE, "21 hours 40 minutes", conversation)
    inbox.open_list("ending")
    row = inbox.row(conversation)
    expect(row.locator("[data-soon] time")).to_have_text(re.compile("^2 h 1[89] min$"))
    row.click()
    page.mouse.move(900, 300)  # what is pointed at is not moved
    left = page.locator("#thread-header [data-window]")
    expect(left).to_contain_text(re.compile("janela 2 h 1[89] min"))
    page.clock.fast_forward("01:30:00")
    expect(left).to_contain_text(re.compile("janela 4[789] min"))
    expect(inbox.composer).to_be_enabled()

    stack.query(WROTE, "27 hours 5 minutes", conversation)
    page.clock.fast_forward("01:00:00")
    state = page.locator("#composer-state")
    expect(state).to_contain_text(re.compile("A janela de 24 h fechou há [45] h"))
    expect(inbox.composer).to_be_hidden()
    expect(row).to_have_count(0)

    customer.writes("Voltei")
    expect(state).to_be_empty()
    expect(inbox.composer).to_be_enabled()


def test_marks_are_shown_while_they_are_typed_as_they_are_once_sent(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    drawn = inbox.page.evaluate(
        """async texts => {
            const { formatted } = await import("/static/js/formatting.js")
            return texts.map(text => {
                const box = document.createElement("p")
                box.append(formatted(text))
                return box.innerHTML
            })
        }""",
        list(EXAMPLES),
    )
    assert drawn == [str(formatting.to_html(text)) for text in EXAMPLES]

    inbox.composer.fill("são ")
    inbox.composer.press("End")
    inbox.composer.press("Control+b")
    inbox.composer.press_sequentially("dez reais")
    expect(inbox.page.locator("#preview strong")).to_have_text("dez reais")
    inbox.composer.press("Enter")
    expect(inbox.message("dez reais").locator(".bubble strong")).to_have_text("dez reais")
    expect(inbox.page.locator("#preview")).to_be_hidden()
    assert stack.query("SELECT text FROM inbox_message WHERE text LIKE '%%dez reais%%'") == [("são *dez reais*",)]
