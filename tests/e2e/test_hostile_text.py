"""What customers call themselves and write is text, wherever a page shows it."""

from playwright.sync_api import Page, expect

from tests.chaos.stack import Stack
from tests.e2e.conftest import NewCustomer, NewTab
from tests.e2e.pages import Inbox
from tests.e2e.people import ADMIN

NAME = """<img src=x onerror="window.hurt='name'">"""
TEXT = """<script>window.hurt='text'</script><img src=x onerror=window.hurt='text'> javascript:hurt()"""
QUOTES = """https://loja.example/?a="onmouseover="window.hurt='link' '><svg onload=window.hurt=1>"""
ADMIN_PAGES = ["inbox/conversation/", "contacts/contact/", "webhooks/webhookevent/", "accounts/auditlog/"]


def is_unhurt(page: Page) -> bool:
    """Tell whether nothing of what a customer wrote ran or became an element."""
    planted = "img[src=x], svg[onload], [onerror], [onmouseover], a[href^='javascript:']"
    return page.evaluate("window.hurt === undefined") and page.locator(planted).count() == 0


def test_names_and_texts_stay_text(inbox: Inbox, new_tab: NewTab, stack: Stack, new_customer: NewCustomer):
    inbox.open_list()
    customer = new_customer(NAME)
    customer.writes(QUOTES, TEXT)
    conversation = customer.conversation()
    expect(inbox.row(conversation)).to_contain_text(NAME)
    expect(inbox.row(conversation)).to_contain_text("<script>window.hurt")
    inbox.row(conversation).click()
    expect(inbox.message("<script>window.hurt='text'</script><img src=x")).to_be_visible()
    inbox.watches(conversation)
    customer.writes(f"agora ao vivo {TEXT}")
    expect(inbox.message("agora ao vivo <script>")).to_be_visible()
    expect(inbox.page.locator("#contact h2")).to_have_text(NAME)
    expect(inbox.page.locator("#thread-header h2")).to_have_text(NAME)
    expect(inbox.page).to_have_title(f"{NAME} · Prosa")
    assert is_unhurt(inbox.page)
    inbox.page.reload()
    inbox.is_live()
    assert is_unhurt(inbox.page)
    links = inbox.message("loja.example").locator("a").evaluate_all("links => links.map(link => link.rel)")
    assert links == ["noopener nofollow"]

    admin = new_tab(ADMIN)
    for path in [*ADMIN_PAGES, f"inbox/conversation/{conversation}/change/"]:
        admin.goto(f"{stack.url}/admin/{path}")
        expect(admin.locator("#content")).to_be_visible()
        assert is_unhurt(admin), path
