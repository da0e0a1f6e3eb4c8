"""What an agent writes with, besides plain words."""

from playwright.sync_api import expect

from tests.chaos.stack import Stack
from tests.e2e.pages import Inbox
from tests.e2e.people import Customer


def test_an_answer_quotes_the_message_it_is_about(inbox: Inbox, stack: Stack, customer: Customer, conversation: int):
    inbox.open(conversation)
    customer.writes("Qual o prazo?", "E o frete?")
    page, asked = inbox.page, inbox.message("Qual o prazo?")
    asked.locator("[data-message-menu]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#message-menu [data-reply]")).to_be_focused()
    page.keyboard.press("Enter")
    chip = page.locator("#quoting")
    expect(chip).to_contain_text("Cliente")
    expect(chip).to_contain_text("Qual o prazo?")
    expect(inbox.composer).to_be_focused()
    page.keyboard.press("Escape")
    expect(chip).to_be_hidden()
    expect(inbox.composer).to_be_focused()

    asked.hover()
    asked.locator("[data-message-menu]").click()
    page.locator("#message-menu [data-reply]").click()
    inbox.send("Dois dias")
    expect(inbox.message("Dois dias").locator(".quote")).to_contain_text("Qual o prazo?")
    expect(chip).to_be_hidden()
    inbox.send("O frete é grátis")
    expect(inbox.message("O frete é grátis").locator(".quote")).to_have_count(0)
    sql = (
        "SELECT q.text FROM inbox_message m JOIN inbox_message q ON q.wamid = m.quoted_wamid WHERE m.text = 'Dois dias'"
    )
    assert stack.query(sql) == [("Qual o prazo?",)]


def test_an_emoji_is_found_by_a_word_and_put_where_the_text_stands(inbox: Inbox, conversation: int):
    inbox.open(conversation)
    page = inbox.page
    inbox.composer.fill("Pronto!  Até")
    inbox.composer.evaluate("field => field.setSelectionRange(8, 8)")
    page.locator("#emoji-for-text").press("Enter")
    search = page.locator("#emoji input")
    expect(search).to_be_focused()
    search.fill("confusão nenhuma")
    expect(page.locator("#emoji [data-nothing]")).to_be_visible()
    search.fill("coração ver")
    search.press("ArrowDown")
    expect(page.locator("#emoji button:focus")).to_have_text("❤️")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(inbox.composer).to_have_value("Pronto! 💚 Até")
    expect(inbox.composer).to_be_focused()

    page.locator("#emoji-for-text").click()
    expect(search).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("#emoji")).to_be_hidden()
    expect(page.locator("#emoji-for-text")).to_be_focused()
