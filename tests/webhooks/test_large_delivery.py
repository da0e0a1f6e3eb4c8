"""The largest delivery that Meta promises: 1,000 updates of many kinds in one POST of 3 MB."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from inbox.models import Amendment, Conversation, Message, MessageReceipt
from tests.deliveries import Echoed, Reported, Wrote, delivery
from tests.webhooks import samples
from tests.webhooks.conftest import Endpoint
from tests.webhooks.expected.entry import NUMBER, WABA
from webhooks import drain
from webhooks.models import WebhookEvent

PEOPLE, ROUNDS = 50, 20
FIRST = 1793620800
SIZE = 3 * 1024 * 1024
OURS = [Echoed(f"wamid.ours.{who}", at=FIRST - 60, phone=f"55119870{who:05}") for who in range(PEOPLE)]
PICTURE = {"id": "6006432176067248", "mime_type": "image/jpeg", "sha256": "0" * 64, "caption": "Foto"}
KINDS: list[tuple[str, Any]] = [
    ("text", {"body": "Oi"}),
    ("image", PICTURE),
    ("location", {"latitude": -23.5, "longitude": -46.6}),
    ("reaction", {"message_id": "wamid.ours.{who}", "emoji": "👍"}),
    ("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Sim"}}),
    ("contacts", [{"name": {"formatted_name": "Bruno"}, "phones": [{"phone": "+55 11 3003-0000"}]}]),
    ("hologram", {"depth": 3}),
    ("status", None),
]
"""What the 1,000 are, by turns; the last are reports on messages of ours."""


def updates() -> list[Wrote | Reported]:
    return [update(number) for number in range(PEOPLE * ROUNDS)]


def update(number: int) -> Wrote | Reported:
    who, (kind, content) = number % PEOPLE, KINDS[number % len(KINDS)]
    if kind == "status":
        return Reported(OURS[who].wamid, "delivered", at=FIRST + number)
    content = json.loads(json.dumps(content).replace("{who}", str(who)))
    phone, name = OURS[who].phone, f"Cliente {who}"
    return Wrote(f"wamid.{number}", at=FIRST + number, phone=phone, name=name, kind=kind, content=content)


def large() -> bytes:
    """One delivery of them all, its texts so long that it has 3 MB."""
    facts = updates()
    document = json.loads(delivery(*facts, number_id=NUMBER))
    value = document["entry"][0]["changes"][0]["value"]
    said = [item["text"] for item in value["messages"] if item["type"] == "text"]
    room = SIZE - len(json.dumps(document))
    for text in said:
        text["body"] += "a" * (room // len(said))
    document["entry"][0]["id"] = WABA
    return json.dumps(document).encode()


@pytest.mark.django_db(transaction=True)
def test_all_of_it_is_applied(endpoint: Endpoint):
    samples.make_world()
    samples.apply(delivery(*OURS, number_id=NUMBER))
    raw, facts = large(), Counter(type(fact).__name__ for fact in updates())
    assert 0.95 * SIZE < len(raw) <= SIZE
    assert endpoint.post(raw).status_code == 200
    drain.drain_due()
    event = WebhookEvent.objects.order_by("pk").last()
    amended = Amendment.objects.count()
    assert event and (event.state, sum(event.outcome.values())) == ("DONE", PEOPLE * ROUNDS)
    assert Message.objects.filter(direction="INBOUND").count() + amended == facts["Wrote"]
    assert event.outcome == {"messages": facts["Wrote"] - amended, "reactions": amended, "statuses": facts["Reported"]}
    assert Conversation.objects.count() == PEOPLE
    assert MessageReceipt.objects.count() == len({f.wamid for f in updates() if isinstance(f, Reported)})
