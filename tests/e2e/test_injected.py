"""Texts that mean harm, in every field that people and outsiders fill, on every page that shows it: none runs."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route, StorageState, expect

from tests.chaos.stack import Stack, wait_for
from tests.deliveries import NUMBER_ID, sign
from tests.e2e import injected
from tests.e2e.conftest import NewTab
from tests.e2e.injected import PAYLOADS
from tests.e2e.people import ADMIN, AGENT
from tests.inbox.samples import SAMPLES

WATCH = """
window.hurts = []
window.hurt = (n) => window.hurts.push(`ran: ${n}`)
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.hurt(name)
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
  window.hurts.push(`${violatedDirective}: ${blockedURI} ${sample}`))
"""
"""What each page runs before its own scripts: payloads call `hurt`, and a refusal by the policy is told."""

LOOK = """(root) => {
  const found = [...window.hurts]
  for (const element of (root ?? document).querySelectorAll("*")) {
    if (element.hasAttribute("data-hurt")) found.push(`<${element.localName} data-hurt>`)
    for (const { name, value } of element.attributes) {
      const isCode = /^on|^hx-on|^style$/.test(name) && !(name === "style" && element.isConnected)
      const isAddress = ["href", "src", "action", "formaction", "data", "srcdoc", "xlink:href"].includes(name)
      if (isCode && /hurt/.test(value)) found.push(`<${element.localName} ${name}>`)
      if (isAddress && /^[\\s\\x00-\\x20]*(javascript|data:text|vbscript)/i.test(value)) found.push(`${name}=${value}`)
      if (/^hx-|^ws-/.test(name) && /hurt/.test(value)) found.push(`<${element.localName} ${name}>`)
    }
  }
  const text = (root ?? document).body?.textContent ?? ""
  if (text.includes("7007hurt")) found.push("a template ran")
  return found
}"""
"""What of a document came from a payload as anything but text."""

PARSED = """async (urls) => {
  const found = {}
  for (const url of urls) {
    const answer = await fetch(url)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const wrong = (%LOOK%)(page)
    if (answer.status !== 200) wrong.push(`status ${answer.status}`)
    if (wrong.length) found[url] = wrong
  }
  return found
}"""
"""Ask for pages and look at what they would become, without showing each."""

ADMIN_LISTS = [
    "accounts/user/", "accounts/auditlog/", "teams/team/", "numbers/phonenumber/", "numbers/wabaaccount/",
    "numbers/alert/", "contacts/contact/", "inbox/conversation/", "messaging/template/", "webhooks/webhookevent/",
]  # fmt: skip
DETAILS = 16
"""Pages of single rows that are looked at; in each, the payload of every column is another one."""
OWN_PAGES = ["/account/", "/account/tokens/", "/account/second-factor/"]
PLANT = "from tests.e2e.injected import plant; plant()"


def deliver(stack: Stack, bodies: Iterator[bytes]) -> None:
    """Post deliveries as Meta does, and wait until all are applied."""
    for raw in bodies:
        headers = {"X-Hub-Signature-256": sign(raw, stack.variables["WHATSAPP_APP_SECRET"])}
        requests.post(f"{stack.url}/webhook/whatsapp", data=raw, headers=headers, timeout=10).raise_for_status()
    left = "SELECT count(*) FROM webhooks_webhookevent WHERE state = 'PENDING'"
    wait_for(lambda: stack.query(left)[0][0] == 0, "all deliveries are applied", seconds=60)


@pytest.fixture(scope="module")
def whole_stack(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this file's own: people, teams and numbers are renamed in it."""
    stack = Stack(tmp_path_factory.mktemp("injected"))
    try:
        stack.set_up()
        yield stack
    finally:
        stack.tear_down()


@pytest.fixture(scope="module")
def signed_in() -> dict[str, StorageState]:
    """The cookies of people who signed in to this stack."""
    return {}


@pytest.fixture(scope="module")
def planted(whole_stack: Stack) -> None:
    """Every payload in every field."""
    whole_stack.run_all()
    deliver(whole_stack, injected.deliveries(NUMBER_ID, SAMPLES))
    whole_stack.manage("shell", "-v", "0", "-c", PLANT)


@pytest.fixture
def tab(new_tab: NewTab, planted: None) -> Callable[[str], Page]:
    """Open a tab of somebody, which notes whatever runs in it."""

    def open_tab(email: str) -> Page:
        page = new_tab(email)
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: dialog.dismiss())
        return page

    return open_tab


def conversations(stack: Stack) -> list[int]:
    sql = "SELECT DISTINCT conversation_id FROM inbox_message WHERE wamid LIKE 'wamid.hurt.%%' ORDER BY 1"
    return [pk for (pk,) in stack.query(sql)]


def test_nothing_runs_in_the_inbox(stack: Stack, tab: Callable[[str], Page]):
    page, wrong = tab(AGENT), {}
    ids = conversations(stack)
    assert len(ids) == len(PAYLOADS)
    for pk in ids:
        page.goto(f"{stack.url}/inbox/all/{pk}/")
        page.wait_for_selector("#messages article")
        page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        if found := page.evaluate(LOOK):
            wrong[pk] = found
    assert wrong == {}


def test_nothing_runs_when_it_is_pushed(stack: Stack, tab: Callable[[str], Page]):
    page = tab(AGENT)
    page.goto(f"{stack.url}/inbox/all/{conversations(stack)[0]}/")
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    deliver(stack, injected.latecomers(NUMBER_ID))
    expect(page.locator("#rows .row-text").filter(has_text="late").first).to_be_visible()
    expect(page.locator("#messages article").filter(has_text="late")).to_have_count(1)
    for folder in ("mine", "unassigned", "all", "closed"):
        page.goto(f"{stack.url}/inbox/{folder}/")
        assert page.evaluate(LOOK) == []


def test_nothing_runs_in_the_administration(stack: Stack, tab: Callable[[str], Page]):
    page, wrong = tab(ADMIN), {}
    for path in ADMIN_LISTS:
        page.goto(f"{stack.url}/admin/{path}")
        expect(page.locator("#content")).to_be_visible()
        found = page.evaluate(LOOK)
        links = page.locator("#result_list a[href*='/change/']")
        details = list(dict.fromkeys(links.evaluate_all("links => links.map((link) => link.href)")))
        for url, seen in page.evaluate(PARSED.replace("%LOOK%", LOOK), details[:DETAILS]).items():
            wrong[url] = seen
        if details:
            page.goto(details[0])
            found += page.evaluate(LOOK)
        if found:
            wrong[path] = found
    assert wrong == {}


def test_nothing_runs_on_ones_own_pages(stack: Stack, tab: Callable[[str], Page]):
    page = tab(AGENT)
    for path in OWN_PAGES:
        page.goto(f"{stack.url}{path}")
        assert page.evaluate(LOOK) == [], path


# --- That it would be found ---------------------------------------------------------------------------------


def unescaped(keep_policy: bool) -> Callable[[Route], Any]:
    """Answer as a page does whose templates say `safe` everywhere."""

    def answer(route: Route) -> None:
        response = route.fetch()
        headers = response.headers
        # A page that goes elsewhere by itself cannot be looked at.
        careless = html.unescape(response.text()).replace("http-equiv", "data-was")
        if not keep_policy:
            headers.pop("content-security-policy", None)
        route.fulfill(response=response, headers=headers, body=careless)

    return answer


@pytest.mark.parametrize("keep_policy", [True, False], ids=["refused by the policy", "without the policy"])
def test_a_careless_template_is_found(stack: Stack, new_tab: NewTab, tab, complaints, keep_policy: bool):
    complaints.expect(".")
    page = tab(AGENT)
    page.route("**/inbox/all/*/", unescaped(keep_policy))
    found: list[str] = []
    for pk in conversations(stack)[:3]:
        page.goto(f"{stack.url}/inbox/all/{pk}/", wait_until="load")
        found += page.evaluate(LOOK)
    assert any("data-hurt" in what for what in found), json.dumps(found)
    # The policy alone holds: with it nothing runs, and each try is told.
    assert any(what.startswith("ran:") for what in found) is not keep_policy
    assert any(what.startswith("script-src") for what in found) is keep_policy
