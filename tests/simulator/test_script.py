"""Scripted customers begin by themselves and go on when they are answered."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from simulator.conversations import CONVERSATIONS
from simulator.customers import CUSTOMERS
from simulator.script import goes_on
from tests.simulator.harness import NUMBER, OTHER_NUMBER, Process, Webhook, free_port, wait_for


@pytest.fixture
def scripted(receiver: Webhook, tmp_path: Path) -> Iterator[Process]:
    process = Process(free_port(), tmp_path / "ledger.sqlite3", receiver.url, options=("--scripted",))
    process.start()
    yield process
    assert process.stop() == 0


def test_two_customers_write_within_three_seconds(scripted: Process, receiver: Webhook) -> None:
    def senders() -> set[str]:
        values = [value for delivery in receiver.deliveries for value in delivery.values]
        return {one["from_user_id"] for value in values for one in value.get("messages", [])}

    wait_for(lambda: len(senders()) == 2, seconds=3)


@pytest.mark.parametrize("customer", CONVERSATIONS)
def test_everything_in_the_script_can_be_said(simulator: Process, webhook: Webhook, customer: str) -> None:
    number, lines = CONVERSATIONS[customer]
    number_id = (NUMBER, OTHER_NUMBER)[number]
    user_id = next(one.user_id for one in CUSTOMERS if one.id == customer)
    said = []
    for line in lines:
        values = line if isinstance(line, dict) else {"text": line}
        values = values | {"call": {**values["call"], "ring": 0, "seconds": 0}} if "call" in values else values
        said.append(
            simulator.control("POST", f"/customers/{customer}/messages", values | {"phone_number_id": number_id})
        )
        if len(said) == 1:  # what follows points at an answer
            assert simulator.send(number=number_id, to=None, recipient=user_id).ok
    wait_for(lambda: simulator.control("GET", "/ledger/summary")["pending"] == 0)
    assert len({one["id"] for one in said}) == len(lines)


def test_the_first_minutes_of_the_script_show_variety() -> None:
    openings = [[first, *takewhile(goes_on, rest)] for _, (first, *rest) in CONVERSATIONS.values()]
    kinds = {next(iter(line)) if isinstance(line, dict) else "text" for opening in openings for line in opening}
    assert {"text", "image", "voice", "document", "contacts", "order", "location", "audio"} <= kinds


def test_nobody_writes_unasked(simulator: Process) -> None:
    live = simulator.control("GET", "/live")
    assert all(one["last"] is None for one in live["customers"])


def test_a_template_offers_its_quick_replies(simulator: Process, webhook: Webhook) -> None:
    parameters = [{"type": "text", "text": "Carla"}]
    template = {
        "name": "novidades_da_semana",
        "language": {"code": "pt_BR"},
        "components": [
            {"type": "body", "parameters": parameters},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "VER"}],
            },
        ],
    }
    simulator.send(to="+5511987650003", type="template", template=template)
    live = simulator.control("GET", "/live?customer=carla&phone_number_id=105551234560001")
    (offered,) = live["chat"][0]["buttons"]
    values = {"reply": offered, "context": live["chat"][0]["wamid"]}
    wamid = simulator.control("POST", "/customers/carla/messages", values)["id"]
    (message,) = wait_for(lambda: webhook.messages(wamid))
    assert message["button"] == {"payload": "VER", "text": "Quero ver"}
    assert message["context"]["id"] == values["context"]
