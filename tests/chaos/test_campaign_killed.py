"""A campaign whose worker dies again and again: nobody gets it twice, and nobody is forgotten."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.chaos.pages import Person
from tests.chaos.stack import Stack, wait_for

pytestmark = pytest.mark.chaos

PEOPLE, TEMPLATE = 200, "novidades_da_semana"
FAILPOINTS = ("campaign.queued", "campaign.queued", "send.before_claim", "send.called", "send.before_outcome")
KILLS = 5
UNKNOWN, SENT = 20, 30


def begin(stack: Stack, person: Person, name: str) -> int:
    """Start a campaign to so many people of this name, on the pages; return its id."""
    sql = "SELECT t.id, n.id FROM messaging_template t JOIN numbers_phonenumber n USING (waba_id) WHERE t.name = %s"
    template, number = wait_for(lambda: stack.query(sql, TEMPLATE), "the catalogue was read")[0]
    made = person.post("/campaigns/new/", name=name, number=str(number), template=str(template))
    campaign = int(made.url.split("/")[-3])
    rows = "\n".join(f"55119{50000000 + place};{name} {place:03}" for place in range(PEOPLE))
    person.post(f"/campaigns/{campaign}/list/", file=f"phone;name\n{rows}\n")
    chosen = {"address": "column:phone", "source-body.1": "column:name"}
    person.post(f"/campaigns/{campaign}/columns/", **chosen)
    person.post(f"/campaigns/{campaign}/start/")
    return campaign


def state(stack: Stack, campaign: int) -> str:
    return stack.query("SELECT state FROM campaigns_campaign WHERE id = %s", campaign)[0][0]


def test_replies_do_not_wait_for_a_campaign(stack: Stack, person: Person, new_conversation: Callable[[], int]):
    conversation = new_conversation()
    stack.query("UPDATE numbers_phonenumber SET sends_per_second = 20")
    campaign = begin(stack, person, "Busy")
    wait_for(lambda: any("Busy" in text for text in stack.oracle.accepted()), "the campaign is on its way")
    for count in range(5):
        person.reply(conversation, f"reply {count}")
    wait_for(lambda: len(stack.oracle.accepted(*(f"reply {count}" for count in range(5)))) == 5, "the replies went")
    assert state(stack, campaign) == "RUNNING", "they did not wait for its end"
    person.post(f"/campaigns/{campaign}/stop/")
    assert state(stack, campaign) == "STOPPED"


def test_ten_deaths_lose_nobody_and_write_to_nobody_twice(stack: Stack, person: Person):
    stack.background.kill()
    stack.query("UPDATE numbers_phonenumber SET sends_per_second = 40")
    campaign = begin(stack, person, "Person")
    for failpoint in FAILPOINTS:
        stack.background.start(FAILPOINT=failpoint)
        stack.background.wait_killed()
    for _ in range(KILLS):
        before = len(stack.oracle.accepted())
        stack.background.start()
        wait_for(lambda: len(stack.oracle.accepted()) > before + 10, "it goes on")  # noqa: B023
        stack.background.kill()
    stack.background.start()

    def settled() -> bool:
        stack.sweep()
        return state(stack, campaign) == "DONE" and not stack.oracle.undelivered()

    wait_for(settled, "it is done", seconds=60)
    came = Counter(text for text in stack.oracle.accepted() if "Person" in text)
    assert [text for text, count in came.items() if count > 1] == []
    sql = (
        "SELECT m.text, m.status FROM campaigns_recipient r JOIN inbox_message m ON m.id = r.message_id "
        "WHERE r.campaign_id = %s"
    )
    told = stack.query(sql, campaign)
    assert len(told) == PEOPLE
    forgotten = [text for text, status in told if status != UNKNOWN and text not in came]
    assert forgotten == [], "whoever got nothing is shown as not confirmed"
    assert sum(status >= SENT for _text, status in told) >= len(came)
