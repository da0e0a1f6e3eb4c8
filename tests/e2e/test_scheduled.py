"""A message for later waits above the composer and leaves at its time; the customer sees that somebody types."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import NewTab
from tests.e2e.pages import Inbox
from tests.e2e.people import TEAMMATE

HERE = ZoneInfo("America/Sao_Paulo")


def schedule(page: Page, text: str) -> None:
    form = page.locator("#schedule-form")
    form.locator("summary").click()
    form.locator("textarea").fill(text)
    form.locator("[name=due_at]").fill((datetime.now(HERE) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))
    form.locator("button").click()


def test_a_message_for_later(inbox: Inbox, stack: Stack, conversation: int, new_tab: NewTab):
    inbox.open(conversation)
    inbox.watches(conversation)
    other = Inbox(new_tab(TEAMMATE), stack)
    other.open(conversation)
    other.watches(conversation)
    schedule(inbox.page, "para depois")
    for page in (inbox.page, other.page):
        expect(page.locator("#scheduled li")).to_contain_text("para depois")
    expect(inbox.page.locator("#schedule-form textarea")).to_be_hidden()
    inbox.page.locator("#scheduled button").first.click()
    inbox.page.locator("#schedule-form textarea").fill("para mais tarde")
    inbox.page.locator("#schedule-form form button").click()
    expect(other.page.locator("#scheduled li")).to_contain_text("para mais tarde")
    stack.query("UPDATE inbox_scheduledmessage SET due_at = now() RETURNING id")
    for page in (inbox, other):
        expect(page.message("para mais tarde")).to_have_count(1)
        expect(page.page.locator("#scheduled li")).to_have_count(0)
    assert stack.oracle.accepted("para mais tarde") == ["para mais tarde"]


def test_the_customer_sees_that_somebody_types(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    inbox.composer.press_sequentially("Um momento")

    [(theirs,)] = stack.query("SELECT wamid FROM inbox_message WHERE conversation_id = %s", conversation)

    def told() -> list[str]:
        calls = stack.oracle.control("GET", "/ledger")["data"]
        return [call["kind"] for call in calls if call["kind"] in ("read", "typing") and call["wamid"] == theirs]

    wait_for(lambda: "typing" in told(), "the customer is told")
    inbox.composer.press_sequentially(", já vejo")
    inbox.send("Um momento, já vejo.")
    inbox.has_status("Um momento, já vejo.", 60)
    assert told().count("typing") == 1
