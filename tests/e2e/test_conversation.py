"""The whole loop: a customer writes, an agent answers, the customer reads it, and no page is ever reloaded."""

from playwright.sync_api import expect

from tests.chaos.stack import Stack
from tests.e2e.conftest import NewTab
from tests.e2e.pages import Inbox
from tests.e2e.people import AGENT, Customer, fill_sign_in

SENT, DELIVERED, READ = 30, 50, 60


def test_a_customer_is_answered(new_tab: NewTab, stack: Stack, customer: Customer):
    stack.oracle.faults(read_ms=2_500)
    inbox = Inbox(new_tab(), stack)
    inbox.page.goto(stack.url)
    fill_sign_in(inbox.page, stack, AGENT)
    inbox.is_live()
    inbox.page.evaluate("window.neverReloaded = true")

    customer.writes("Vocês abrem no sábado?")
    conversation = customer.conversation()
    if inbox.page.locator("#folder-mine[aria-current]").count():
        inbox.page.locator("#folder-unassigned").click()
    expect(inbox.row(conversation)).to_contain_text("Vocês abrem no sábado?")
    inbox.row(conversation).click()
    expect(inbox.message("Vocês abrem no sábado?")).to_be_visible()
    inbox.page.locator("#take").click()
    expect(inbox.page.locator("#assignee-user option:checked")).to_have_text("Ana Agente")
    expect(inbox.page.locator("#take")).to_have_count(0)

    stack.oracle.faults(webhook_paused=True)
    inbox.send("Abrimos às 9h!")
    inbox.has_status("Abrimos às 9h!", SENT)
    expect(inbox.composer).to_have_value("")
    phone = new_tab()
    phone.goto(stack.oracle.url)
    phone.locator(f"#people [data-id={customer.id}]").click()
    expect(phone.locator("#chat")).to_contain_text("Abrimos às 9h!")

    stack.oracle.faults(webhook_paused=False)
    inbox.has_status("Abrimos às 9h!", READ)
    customer.writes("Ótimo, obrigada!")
    expect(inbox.message("Ótimo, obrigada!")).to_be_visible()
    assert inbox.page.evaluate("window.neverReloaded")


def test_ticks_move_one_by_one(stack: Stack, inbox: Inbox, conversation: int):
    stack.oracle.faults(webhook_paused=True, delivered_ms=100, read_ms=2_000)
    inbox.open(conversation)
    inbox.records_statuses()
    inbox.send("Um momento")
    inbox.has_status("Um momento", SENT)
    stack.oracle.faults(webhook_paused=False)
    inbox.has_status("Um momento", READ)
    shown = inbox.recorded_statuses
    assert shown == sorted(shown)
    assert shown[-3:] == [SENT, DELIVERED, READ]


def test_a_message_read_on_the_page_counts_as_read(inbox: Inbox, customer: Customer, conversation: int):
    inbox.open(conversation)
    customer.writes("E no domingo?")
    expect(inbox.row(conversation)).to_contain_text("E no domingo?")
    expect(inbox.row(conversation).locator(".unread-count")).to_have_count(0)
