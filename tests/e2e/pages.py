"""The inbox as a person sees and uses it, and what the browser has to say about it."""

import re
from typing import Any

import redis
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.chaos.stack import Stack, wait_for

ENTRIES = """entries => entries.map(entry => [entry.id, entry.dataset.status ?? "", entry.innerText])"""

RECORD_STATUSES = """() => {
    window.statuses = []
    new MutationObserver(() => {
        const shown = Number(document.querySelector("#messages [data-status]")?.dataset.status ?? NaN)
        if (!isNaN(shown) && shown !== window.statuses.at(-1)) window.statuses.push(shown)
    }).observe(document.getElementById("messages"), { childList: true })
}"""


LEAVING = r"^uncaught: undefined$|^htmx:(sendAbort|afterRequest)\b"
"""What htmx says of a request that was under way when its page was left; a request that failed is told otherwise."""


class Complaints:
    """Errors in the console (refusals by the content security policy among them) and uncaught exceptions."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._expected = [LEAVING]

    def listen_to(self, context: BrowserContext) -> None:
        """Note what any page of this browser complains about."""
        context.on("console", self._said)
        context.on("weberror", lambda error: self._heard.append(f"uncaught: {error.error}"))

    def expect(self, pattern: str) -> None:
        """Let complaints pass in which the pattern is found."""
        self._expected.append(pattern)

    def unexpected(self) -> list[str]:
        """Return the complaints that the test did not cause on purpose."""
        return [text for text in self._heard if not any(re.search(pattern, text) for pattern in self._expected)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._heard.append(f"{message.text} ({message.location.get('url', '')})")


class Inbox:
    """The inbox in one tab."""

    def __init__(self, page: Page, stack: Stack, url: str = "") -> None:
        self.page = page
        self._stack = stack
        self._url = url or stack.url
        self.composer = page.locator("#text")
        self.notice = page.locator("#notice")
        self.entries = page.locator("#messages > [data-at]")

    def open_list(self, folder: str = "all") -> None:
        """Load a folder with no thread."""
        self.page.goto(f"{self._url}/inbox/{folder}/")
        self.is_live()

    def open(self, conversation: int) -> None:
        """Load a thread and wait until pushes of it arrive here."""
        self.page.goto(f"{self._url}/inbox/all/{conversation}/")
        self.is_live()
        self.watches(conversation)

    def is_live(self) -> None:
        """Wait until the page says that its socket is open."""
        expect(self.page.locator("html")).to_have_attribute("data-live", "on")
        expect(self.page.locator("#offline")).to_be_hidden()

    def is_offline(self) -> None:
        """Wait until the page says that it has no connection."""
        expect(self.page.locator("#offline")).to_be_visible()

    def watches(self, conversation: int) -> None:
        """Wait until the server pushes this thread to somebody."""
        with redis.Redis.from_url(self._stack.valkey.url) as connection:
            wait_for(
                lambda: connection.pubsub_channels(f"*__group__conversation.{conversation}.*"), "the thread is watched"
            )

    def row(self, conversation: int) -> Locator:
        """The conversation's row of the list."""
        return self.page.locator(f"#conversation-{conversation}")

    def message(self, text: str) -> Locator:
        """The thread's message with this text."""
        return self.page.locator("#messages article[id^=message-]").filter(has_text=text)

    def send(self, text: str) -> None:
        """Write a text and press Enter."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def has_status(self, text: str, status: int) -> None:
        """Wait until the message shows this rung of the status ladder."""
        expect(self.message(text)).to_have_attribute("data-status", str(status))

    def records_statuses(self) -> None:
        """Note from now on each status that an outbound message shows, however briefly."""
        self.page.evaluate(RECORD_STATUSES)

    @property
    def recorded_statuses(self) -> list[int]:
        """The statuses shown since `records_statuses`, in their order."""
        return self.page.evaluate("window.statuses")

    def look_again(self) -> None:
        """Come back to the tab from another one: it asks for what it missed."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def thread(self) -> list[Any]:
        """Id, status and words of everything in the thread, in its order."""
        return self.entries.evaluate_all(ENTRIES)

    def rows(self) -> list[str]:
        """The ids of the list's rows, in their order."""
        return self.page.locator("#rows > [id^=conversation-]").evaluate_all("rows => rows.map(row => row.id)")
