"""A template outside the window: chosen and filled by keyboard, seen before it is sent; and one written anew."""

import pytest
from playwright.sync_api import Page, expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import NewTab
from tests.e2e.pages import Inbox
from tests.e2e.people import ADMIN

DELIVERED = "SELECT status FROM inbox_message WHERE kind = 'template' AND conversation_id = %s AND status >= 50"


@pytest.fixture
def catalogue(stack: Stack) -> None:
    """The templates of the simulated business, read by the worker."""
    wait_for(
        lambda: stack.query("SELECT 1 FROM messaging_template WHERE name = 'pedido_enviado'"), "templates are read"
    )


@pytest.fixture
def late(stack: Stack, conversation: int) -> int:
    """A conversation whose window has closed, here and at Meta."""
    stack.query(
        "UPDATE inbox_conversation SET last_inbound_at = now() - interval '27 hours' WHERE id = %s", conversation
    )
    return conversation


@pytest.mark.parametrize("width", [1280, 360])
def test_a_template_is_sent_by_keyboard(inbox: Inbox, stack: Stack, catalogue: None, late: int, width: int):
    page = inbox.page
    page.set_viewport_size({"width": width, "height": 740})
    inbox.open(late)
    page.locator("#send-template").press("Enter")
    expect(page.locator("#picker-search")).to_be_focused()
    page.keyboard.type("saiu para entrega")
    row = page.locator(".picker-row")
    expect(row).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    stage = page.locator("#picker-stage")
    expect(stage).to_contain_text("Olá, {{1}}!")
    expect(page.locator("[name='value.body.1']")).to_be_focused()
    for said in ("Ana <3", "8812", "quinta"):
        page.keyboard.type(said)
        page.keyboard.press("Tab")
    expect(stage).to_contain_text("Olá, Ana <3! Seu pedido 8812 saiu para entrega e chega até quinta.")
    page.keyboard.press("Enter")
    expect(page.locator("#template-picker")).to_be_hidden()
    expect(inbox.message("Seu pedido 8812 saiu")).to_have_count(1)
    wait_for(lambda: stack.query(DELIVERED, late), "it is delivered")


def test_a_template_is_written_with_a_live_look(new_tab: NewTab, stack: Stack, catalogue: None):
    page: Page = new_tab(ADMIN)
    page.goto(f"{stack.url}/templates/new/")
    page.locator("#name").fill("troca_aceita")
    page.locator("#body").fill("Olá, {{cliente}}! Sua troca foi aceita.")
    page.locator("[name='example.body.cliente']").fill("Ana")
    expect(page.locator("#template-stage")).to_contain_text("Olá, Ana! Sua troca foi aceita.")
    page.get_by_role("button", name="+ Link").click()
    page.locator("[name='button.0.text']").fill("Acompanhar")
    page.locator("[name='button.0.value']").fill("https://aurora.example/trocas/{{1}}")
    page.locator("[name='button.0.example']").fill("77")
    expect(page.locator("#template-stage")).to_contain_text("https://aurora.example/trocas/77")
    page.get_by_role("button", name="Enviar para a Meta").click()
    expect(page.locator("h1")).to_contain_text("troca_aceita")
    approved = "SELECT 1 FROM messaging_template WHERE name = 'troca_aceita' AND status = 'APPROVED'"
    wait_for(lambda: stack.query(approved), "Meta approves it")
