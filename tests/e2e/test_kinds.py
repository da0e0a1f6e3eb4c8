"""Pictures, voice messages, quotes and what is said about messages, as they are used in a browser."""

import time
from typing import Any

from playwright.sync_api import Locator, Route, expect

from tests.chaos.stack import wait_for
from tests.e2e.pages import Inbox
from tests.e2e.people import Customer

IS_DRAWN = "image => image.complete && image.naturalWidth > 0"
PLAYED = "audio => audio.currentTime"


def sends(customer: Customer, **values: Any) -> str:
    """Let the customer do what the simulator's control API knows; return the wamid."""
    return customer.stack.oracle.control("POST", f"/customers/{customer.id}/messages", values)["id"]


def says_about(customer: Customer, wamid: str, **values: Any) -> None:
    """Let the customer react, edit or delete; in a second of its own, as Meta's clock counts in seconds."""
    before = int(time.time())
    wait_for(lambda: int(time.time()) > before, "the next second")
    sends(customer, to=wamid, of=wamid, **values)


def is_drawn(image: Locator) -> None:
    """Wait until the browser has drawn a picture."""
    wait_for(lambda: image.evaluate(IS_DRAWN), "the picture is drawn")


def test_a_picture_opens_large_and_its_neighbours_are_a_key_away(inbox: Inbox, customer: Customer, conversation: int):
    inbox.open(conversation)
    sends(customer, image="Primeira")
    sends(customer, image="Segunda")
    pictures = inbox.page.locator("#messages [data-picture]")
    expect(pictures).to_have_count(2)
    is_drawn(pictures.last.locator("img"))

    pictures.first.click()
    viewer = inbox.page.locator("#viewer")
    expect(viewer).to_contain_text("Primeira")
    is_drawn(viewer.locator("img"))
    expect(viewer.locator("[data-viewer=back]")).to_be_disabled()
    inbox.page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("Segunda")
    is_drawn(viewer.locator("img"))
    expect(viewer.locator("[data-viewer=on]")).to_be_disabled()
    with inbox.page.expect_download() as download:
        viewer.locator("[data-viewer=download]").click()
    assert download.value.suggested_filename == pictures.last.get_attribute("data-picture")
    inbox.page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(pictures.last).to_be_focused()
    assert inbox.page.url.endswith(f"/{conversation}/")


def test_a_picture_has_its_size_before_it_comes(inbox: Inbox, customer: Customer, conversation: int):
    held: list[Route] = []
    inbox.open(conversation)
    inbox.page.route("**/thumbnail/", lambda route: held.append(route))
    sends(customer, image="Olha")
    image = inbox.page.locator("#messages [data-picture] img")
    expect(image).to_have_count(1)
    wait_for(lambda: inbox.page.evaluate("1") and held, "the picture was asked for")
    empty = image.bounding_box()
    for route in held:
        route.continue_()
    is_drawn(image)
    assert empty and empty["height"] > 40
    assert image.bounding_box() == empty


def test_a_voice_message_plays_on_while_its_message_changes(inbox: Inbox, customer: Customer, conversation: int):
    inbox.open(conversation)
    wamid = sends(customer, voice=True)
    player = inbox.page.locator("#messages .player")
    audio = player.locator("audio")
    expect(player.locator("[data-elapsed]")).to_contain_text("0:00 / ")
    player.locator("[data-play]").click()
    wait_for(lambda: audio.evaluate(PLAYED) > 0, "it plays")
    player.locator("[data-speed]").click()
    expect(player.locator("[data-speed]")).to_have_text("1,5×")

    says_about(customer, wamid, reaction="😂")
    expect(inbox.page.locator("#messages .reactions")).to_contain_text("😂")
    expect(player).to_have_attribute("data-playing", "")
    assert not audio.evaluate("audio => audio.paused")
    player.locator("[data-play]").press("Enter")
    expect(player).not_to_have_attribute("data-playing", "")

    player.locator("[data-seek]").fill("500")
    expect(player.locator("[data-elapsed]")).to_contain_text(" / ")
    assert audio.evaluate("audio => Math.abs(audio.currentTime / audio.duration - 0.5) < 0.05")


def test_a_quote_leads_to_a_message_that_was_not_loaded(inbox: Inbox, customer: Customer, conversation: int):
    first = sends(customer, text="O começo de tudo")
    customer.writes(*(f"linha {n}" for n in range(45)))
    sends(customer, text="Lembra disto?", context=first)
    inbox.open_list()
    inbox.row(conversation).click()
    expect(inbox.message("Lembra disto?")).to_be_visible()
    expect(inbox.message("linha 44")).to_be_visible()
    original = inbox.page.locator("#messages article:not(:has(.quote))").filter(has_text="O começo de tudo")
    expect(original).to_have_count(0)
    inbox.message("Lembra disto?").locator(".quote").click()
    expect(original).to_be_in_viewport()
    expect(original).to_be_focused()

    address = f"{inbox.page.url}#{original.get_attribute('id')}"
    inbox.page.goto("about:blank")
    inbox.page.goto(address)
    expect(original).to_be_in_viewport()


def test_a_quote_of_a_message_that_is_gone_says_so(inbox: Inbox, customer: Customer, conversation: int):
    first = sends(customer, text="Apagada depois")
    sends(customer, text="Lembra disto?", context=first)
    inbox.open(conversation)
    quote = inbox.message("Lembra disto?").locator(".quote")
    expect(quote).to_be_visible()
    original = inbox.page.locator("#messages article:not(:has(.quote))").filter(has_text="Apagada")
    # In one go: a catch-up in between would bring it back.
    original.evaluate("(it, quote) => { it.remove(); quote.click() }", quote.element_handle())
    expect(inbox.notice.locator("span")).not_to_be_empty()


def test_a_phone_of_a_contact_card_is_copied(inbox: Inbox, customer: Customer, conversation: int):
    inbox.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    inbox.open(conversation)
    sends(customer, contacts=True)
    button = inbox.page.locator("#messages [data-copy]").first
    button.click()
    expect(inbox.page.locator("#announcer")).not_to_be_empty()
    assert inbox.page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")


def test_what_is_said_about_a_message_appears_under_it(inbox: Inbox, customer: Customer, conversation: int):
    inbox.open(conversation)
    wamid = sends(customer, text="Quero duas")
    message = inbox.message("Quero")
    expect(message).to_be_visible()
    chip = inbox.page.locator("#messages .reactions li")
    says_about(customer, wamid, reaction="👍")
    expect(chip).to_contain_text("👍")
    says_about(customer, wamid, reaction="")
    expect(chip).to_have_count(0)
    says_about(customer, wamid, edit="Quero três")
    expect(message.locator(":not(details) > .text").first).to_have_text("Quero três")
    expect(inbox.row(conversation)).to_contain_text("Quero três")
    message.locator("details summary").click()
    says_about(customer, wamid, reaction="❤️")
    expect(chip).to_contain_text("❤️")
    expect(message.get_by_text("Quero duas")).to_be_visible()
    says_about(customer, wamid, revoke=wamid)
    expect(message.locator(".bubble > .text")).to_have_count(0)
