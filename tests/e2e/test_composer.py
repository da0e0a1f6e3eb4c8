"""What an agent writes with, besides plain words."""

import re

from playwright.sync_api import expect

from tests.chaos.stack import Stack
from tests.e2e.pages import Inbox
from tests.e2e.people import Customer

READ = 60


def test_an_answer_quotes_the_message_it_is_about(inbox: Inbox, stack: Stack, customer: Customer, conversation: int):
    inbox.open(conversation)
    customer.writes("Qual o prazo?", "E o frete?")
    page, asked = inbox.page, inbox.message("Qual o prazo?")
    asked.locator("[data-message-menu]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#message-menu [data-react]").first).to_be_focused()
    page.keyboard.press("ArrowUp")
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


def test_a_reaction_is_given_and_taken_away(inbox: Inbox, conversation: int):
    inbox.open(conversation)
    page, asked = inbox.page, inbox.message("Oi!")
    ours = asked.locator(".reactions [data-whose=OUTBOUND]")
    for shown in (1, 0):
        asked.hover()
        asked.locator("[data-message-menu]").click()
        page.locator("#message-menu [data-react='❤️']").click()
        expect(ours).to_have_count(shown)


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


def test_buttons_are_filled_in_seen_mended_and_sent(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    page = inbox.page
    page.locator("#compose-more").press("Enter")
    for _ in ("files", "place", "card"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog, preview = page.locator("#composition"), page.locator("#composition-preview")
    expect(dialog.locator("#id_composition-body")).to_be_focused()
    page.keyboard.type("Qual *turno* prefere?")
    dialog.locator("#id_composition-first").fill("Manhã")
    expect(dialog.locator("[data-field=first] [data-count]")).to_have_text("5/20")
    expect(preview.locator("strong")).to_have_text("turno")
    expect(preview.locator(".asked-buttons")).to_have_text(re.compile("Manhã"))
    dialog.locator("#id_composition-second").fill("Manhã")
    dialog.locator("#send-composition").click()
    expect(dialog.locator("[data-field=first] [role=alert]")).to_be_visible()
    expect(dialog.locator("#id_composition-first")).to_be_focused()
    dialog.locator("#id_composition-second").fill("Tarde")
    # htmx gives the new button the attributes of the old one, which was disabled, for its first 20 ms.
    expect(dialog.locator("#send-composition")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#compose-more")).to_be_focused()
    sent = inbox.message("prefere?")
    expect(sent.locator(".asked-buttons li")).to_have_text([re.compile("Manhã"), re.compile("Tarde")])
    inbox.has_status("prefere?", READ)


def test_a_place_is_sent_from_where_one_is(inbox: Inbox, conversation: int):
    inbox.page.context.grant_permissions(["geolocation"])
    inbox.page.context.set_geolocation({"latitude": -23.5505, "longitude": -46.6333})
    inbox.open(conversation)
    page = inbox.page
    page.locator("#compose-more").click()
    page.locator("#compose-menu [hx-get$='/place/']").click()
    page.locator("[data-locate]").click()
    expect(page.locator("#id_composition-place")).to_have_value("-23.550500, -46.633300")
    expect(page.locator("#composition-preview .place")).to_be_visible()
    page.locator("#send-composition").click()
    expect(page.locator("#messages .message.out .place")).to_contain_text("-46.63330")
