"""Working in a thread: keys, older pages, drafts, and pushes that leave the typing person alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import NewCustomer, NewTab
from tests.e2e.pages import Inbox
from tests.e2e.people import AGENT, Customer, Teammate

TOP_OF = """id => document.getElementById(id).getBoundingClientRect().top"""


def test_keys_take_close_and_write(inbox: Inbox, conversation: int):
    inbox.open(conversation)
    inbox.page.keyboard.press("a")
    expect(inbox.page.locator("#assignee-user option:checked")).to_have_text("Ana Agente")
    inbox.page.keyboard.press("r")
    expect(inbox.composer).to_be_focused()
    inbox.page.keyboard.type("aberto")
    inbox.page.keyboard.press("Escape")
    expect(inbox.composer).not_to_be_focused()
    inbox.page.keyboard.press("e")
    expect(inbox.composer).to_be_disabled()
    inbox.page.locator("#reopen").press("Enter")
    expect(inbox.composer).to_be_enabled()
    expect(inbox.composer).to_have_value("aberto")
    expect(inbox.page.locator("#messages [id^=event-]")).to_have_count(3)


def test_keys_go_through_the_list(inbox: Inbox, new_customer: NewCustomer):
    first, second = new_customer(), new_customer()
    for one in (first, second):
        one.writes(f"Sou {one.name}")
        one.conversation()
    inbox.open_list()
    expect(inbox.page.locator("#rows > li").first).to_contain_text(second.name)
    inbox.page.keyboard.press("j")
    inbox.page.keyboard.press("j")
    expect(inbox.page.locator(f"#open-{first.conversation()}")).to_be_focused()
    inbox.page.keyboard.press("k")
    inbox.page.keyboard.press("Enter")
    expect(inbox.message(f"Sou {second.name}")).to_be_visible()
    inbox.page.keyboard.press("?")
    expect(inbox.page.locator("#shortcuts")).to_be_visible()


def test_older_messages_come_above_without_moving_what_is_read(inbox: Inbox, stack: Stack, customer: Customer):
    texts = [f"mensagem {number:03}" for number in range(120)]
    customer.writes(*texts)
    conversation = customer.conversation()
    known = "SELECT count(*)::int FROM inbox_message WHERE conversation_id = %s"
    wait_for(lambda: stack.query(known, conversation) == [(120,)], "all messages arrive")
    inbox.open(conversation)
    expect(inbox.entries).to_have_count(40)
    expect(inbox.entries.last).to_be_in_viewport()
    for shown in (80, 120):
        before = _scroll_to_the_first(inbox)
        expect(inbox.entries).to_have_count(shown)
        assert inbox.page.evaluate(TOP_OF, before["id"]) == pytest.approx(before["top"], abs=2)
    order = [entry[0] for entry in inbox.thread()]
    ids = stack.query("SELECT id FROM inbox_message WHERE conversation_id = %s ORDER BY sent_at, id", conversation)
    assert order == [f"message-{pk}" for (pk,) in ids]


def _scroll_to_the_first(inbox: Inbox) -> dict[str, str]:
    """Scroll to the top of what is loaded; return which message is there, and where it is seen."""
    return inbox.page.evaluate(
        """() => {
            document.getElementById("scroller").scrollTop = 0
            const first = document.querySelector("#messages > [data-at]")
            return { id: first.id, top: first.getBoundingClientRect().top }
        }"""
    )


def test_typing_goes_on_through_pushes(inbox: Inbox, customer: Customer, conversation: int, teammate: Teammate):
    inbox.open(conversation)
    inbox.composer.press_sequentially("Bom dia!")
    for _ in range(4):
        inbox.composer.press("ArrowLeft")
    customer.writes("Alô?")
    expect(inbox.message("Alô?")).to_be_visible()
    inbox.page.locator("#composer-form").evaluate("form => { form.isTheSame = true }")
    teammate.replies(conversation, "Já respondo")
    expect(inbox.message("Já respondo")).to_be_visible()
    with inbox.page.expect_response("**/changes/**"):
        teammate.closes(conversation)
    expect(inbox.composer).to_be_disabled()
    expect(inbox.composer).to_have_value("Bom dia!")
    assert inbox.page.locator("#composer-form").evaluate("form => form.isTheSame")


def test_the_caret_stays_through_pushes_and_catching_up(inbox: Inbox, customer: Customer, conversation: int):
    inbox.open(conversation)
    inbox.composer.press_sequentially("Bom !")
    inbox.composer.press("ArrowLeft")
    customer.writes("Alô?")
    expect(inbox.message("Alô?")).to_be_visible()
    with inbox.page.expect_response("**/changes/**"):
        inbox.look_again()
    customer.writes("Tem alguém?")
    expect(inbox.message("Tem alguém?")).to_be_visible()
    expect(inbox.composer).to_be_focused()
    inbox.page.keyboard.type("dia")
    expect(inbox.composer).to_have_value("Bom dia!")


def test_a_draft_waits_in_its_conversation(inbox: Inbox, new_customer: NewCustomer):
    first, second = new_customer(), new_customer()
    for one in (first, second):
        one.writes(f"Sou {one.name}")
    mine, other = first.conversation(), second.conversation()
    inbox.open(mine)
    inbox.composer.fill("meio escrito")
    inbox.row(other).click()
    expect(inbox.message(f"Sou {second.name}")).to_be_visible()
    expect(inbox.composer).to_have_value("")
    inbox.row(mine).click()
    expect(inbox.message(f"Sou {first.name}")).to_be_visible()
    expect(inbox.composer).to_have_value("meio escrito")
    inbox.page.reload()
    expect(inbox.composer).to_have_value("meio escrito")


def test_on_a_phone_there_is_one_pane_and_a_way_back(new_tab: NewTab, stack: Stack, conversation: int):
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    inbox = Inbox(new_tab(AGENT, **phone), stack)
    inbox.open_list()
    expect(inbox.composer).to_have_count(0)
    inbox.row(conversation).tap()
    expect(inbox.message("Oi!")).to_be_visible()
    expect(inbox.page.locator("#list")).to_be_hidden()
    assert _fits(inbox.page)
    inbox.composer.fill("do celular")
    inbox.page.locator("#send").tap()
    expect(inbox.message("do celular")).to_be_visible()
    inbox.page.locator("#show-contact").tap()
    expect(inbox.page.locator("#contact")).to_be_visible()
    inbox.page.locator("#contact [data-toggles=contact]").tap()
    inbox.page.locator("#back").tap()
    expect(inbox.page.locator("#list")).to_be_visible()
    expect(inbox.page.locator("#messages")).to_be_hidden()
    assert _fits(inbox.page)


def _fits(page: Page) -> bool:
    """Tell whether nothing sticks out sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")
