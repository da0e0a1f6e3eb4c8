"""One press of "send" is one message, whatever breaks; a refused text stays and the page says why."""

import pytest
from playwright.sync_api import Route, expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.pages import Complaints, Inbox
from tests.e2e.people import Teammate

UNKNOWN, SENT, DELIVERED, READ = 20, 30, 50, 60
SENDING = "**/conversations/*/messages/"


def left_once(stack: Stack, text: str) -> None:
    """Wait until Meta has the message, and check that there is one, there and here."""
    wait_for(lambda: stack.oracle.accepted(text), f"{text} leaves")
    assert stack.query("SELECT count(*)::int FROM inbox_message WHERE text = %s", text) == [(1,)]
    assert stack.oracle.accepted(text) == [text]


def test_a_double_click_is_one_message(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    inbox.composer.fill("dois cliques")
    inbox.page.locator("#send").dblclick()
    inbox.has_status("dois cliques", READ)
    left_once(stack, "dois cliques")
    expect(inbox.message("dois cliques")).to_have_count(1)


def test_enter_pressed_twice_is_one_message(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    inbox.composer.fill("dois Enter")
    inbox.page.evaluate(
        """() => { for (const _ of [1, 2]) document.getElementById("text").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })) }"""
    )
    inbox.has_status("dois Enter", READ)
    left_once(stack, "dois Enter")


@pytest.mark.parametrize("reloaded", [False, True], ids=["on the same page", "after a reload"])
def test_a_lost_answer_tried_again_is_one_message(
    inbox: Inbox, stack: Stack, conversation: int, complaints: Complaints, reloaded: bool
):
    complaints.expect("ERR_FAILED|htmx:(sendError|afterRequest)")
    text = f"resposta perdida {reloaded}"
    inbox.open(conversation)
    inbox.page.route(SENDING, _lose_the_answer, times=1)
    inbox.send(text)
    problem = inbox.page.locator("#composer-problem")
    expect(problem).to_be_visible()
    expect(inbox.composer).to_have_value(text)
    if reloaded:
        inbox.page.reload()
        expect(inbox.composer).to_have_value(text)
        inbox.composer.press("Enter")
    else:
        problem.locator("button").click()
    expect(inbox.composer).to_have_value("")
    inbox.has_status(text, READ)
    expect(inbox.message(text)).to_have_count(1)
    left_once(stack, text)


def _lose_the_answer(route: Route) -> None:
    assert route.fetch().ok
    route.abort()


def test_a_text_for_a_closed_conversation_stays(
    inbox: Inbox, stack: Stack, conversation: int, teammate: Teammate, complaints: Complaints
):
    def close_first(route: Route) -> None:
        teammate.closes(conversation)
        route.continue_()

    complaints.expect("409")
    inbox.open(conversation)
    inbox.page.route(SENDING, close_first, times=1)
    inbox.send("tarde demais")
    expect(inbox.notice).not_to_be_empty()
    expect(inbox.composer).to_have_value("tarde demais")
    expect(inbox.composer).to_be_disabled()
    inbox.page.locator("#reopen-to-write").click()
    expect(inbox.composer).to_be_enabled()
    expect(inbox.composer).to_have_value("tarde demais")
    inbox.composer.press("Enter")
    inbox.has_status("tarde demais", READ)
    left_once(stack, "tarde demais")


def test_a_text_outside_the_window_stays(inbox: Inbox, stack: Stack, conversation: int, complaints: Complaints):
    complaints.expect("409")
    inbox.open(conversation)
    yesterday = "UPDATE inbox_conversation SET last_inbound_at = now() - interval '25 hours' WHERE id = %s"
    stack.query(yesterday, conversation)
    inbox.send("fora da janela")
    # The refusal says so, or the page's own catch-up, whichever comes first.
    expect(inbox.page.locator("#notice, #composer-state").filter(has_text="24 h").first).to_be_visible()
    expect(inbox.composer).to_have_value("fora da janela")
    assert stack.query("SELECT 1 FROM inbox_message WHERE text = 'fora da janela'") == []
    inbox.page.reload()
    expect(inbox.composer).to_be_disabled()
    expect(inbox.page.locator("#composer-state")).not_to_be_empty()


def send_and_lose_the_worker(inbox: Inbox, stack: Stack, text: str, *, at: str) -> None:
    """Send; the worker dies at the failpoint and starts again."""
    stack.replies.kill()
    inbox.send(text)
    expect(inbox.message(text)).to_be_visible()
    stack.replies.start(FAILPOINT=at)
    stack.replies.wait_killed()
    stack.replies.start()


def becomes_unknown(inbox: Inbox, stack: Stack, text: str) -> None:
    sql = "SELECT 1 FROM inbox_message WHERE text = %s AND status = %s"
    wait_for(lambda: stack.sweep() or stack.query(sql, text, UNKNOWN), "the lost call is unconfirmed")
    inbox.has_status(text, UNKNOWN)


def test_a_worker_killed_after_the_call_leaves_a_page_that_rights_itself(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    send_and_lose_the_worker(inbox, stack, "chamada feita", at="send.called")
    inbox.has_status("chamada feita", READ)
    left_once(stack, "chamada feita")


def test_an_unconfirmed_message_is_sent_again_once(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    send_and_lose_the_worker(inbox, stack, "de novo", at="send.claimed")
    becomes_unknown(inbox, stack, "de novo")
    inbox.message("de novo").locator("[id^=resend-]").dblclick()
    expect(inbox.message("de novo")).to_have_count(2)
    expect(inbox.message("de novo").first.locator("button")).to_have_count(0)
    stack.let_holds_pass()
    expect(inbox.message("de novo").last).to_have_attribute("data-status", str(READ))
    assert stack.oracle.accepted("de novo") == ["de novo"]


def test_an_unconfirmed_message_is_marked_as_sent(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    send_and_lose_the_worker(inbox, stack, "foi sim", at="send.claimed")
    becomes_unknown(inbox, stack, "foi sim")
    inbox.message("foi sim").locator("[id^=confirm-]").click()
    inbox.has_status("foi sim", SENT)
    expect(inbox.message("foi sim").locator("button")).to_have_count(0)
    assert stack.oracle.accepted("foi sim") == []
