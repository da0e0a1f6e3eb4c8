"""Who takes part: customers at their phones, and a teammate who changes things from elsewhere."""

import uuid
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, StorageState

from tests.chaos.stack import Stack, wait_for

AGENT, TEAMMATE, ADMIN = "agent@demo.prosa", "bruno@demo.prosa", "admin@demo.prosa"


def sign_in(browser: Browser, stack: Stack, email: str) -> StorageState:
    """Sign somebody in through the form; return their cookies."""
    context = browser.new_context(locale="pt-BR")
    page = context.new_page()
    page.goto(f"{stack.url}/login/")
    fill_sign_in(page, stack, email)
    page.wait_for_selector("#list")
    state = context.storage_state()
    context.close()
    return state


def fill_sign_in(page: Page, stack: Stack, email: str) -> None:
    """Fill in the form that is open, and send it."""
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(stack.password)
    page.locator("[name=password]").press("Enter")


@dataclass(frozen=True)
class Customer:
    """Somebody who writes from a simulated phone."""

    stack: Stack
    id: str
    name: str

    def writes(self, *texts: str) -> None:
        """Send texts; each is on its way once this returns."""
        for text in texts:
            self.stack.oracle.write(self.id, text)

    def conversation(self) -> int:
        """Wait until the product knows the customer; return the id of the newest conversation."""
        sql = (
            "SELECT max(c.id) FROM inbox_conversation c JOIN contacts_contact k ON k.id = c.contact_id "
            "WHERE k.profile_name = %s"
        )
        return wait_for(lambda: self.stack.query(sql, self.name)[0][0], f"a conversation of {self.name}")


class Teammate:
    """Another person whose page we do not look at: what they do reaches the server as their page sends it."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self._request = page.context.request
        self._stack = stack
        cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        self._headers = {"X-CSRFToken": cookies["csrftoken"]}

    def replies(self, conversation: int, text: str) -> None:
        """Send a text."""
        self._post(f"{conversation}/messages/", text=text, client_key=str(uuid.uuid4()))

    def closes(self, conversation: int) -> None:
        """Close the conversation."""
        self._post(f"{conversation}/closure/")

    def takes(self, conversation: int) -> None:
        """Become the one who looks after the conversation."""
        [(user,)] = self._stack.query("SELECT id FROM accounts_user WHERE email = %s", TEAMMATE)
        self._post(f"{conversation}/assignee/", user=str(user))

    def _post(self, path: str, **fields: str) -> None:
        answer = self._request.post(f"{self._stack.url}/conversations/{path}", form=fields, headers=self._headers)
        assert answer.ok, answer.text()
