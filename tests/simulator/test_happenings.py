"""Calls, a new number, preferences, echoes, and whatever is to be signed; and the chat that shows them."""

import json

import pytest
import requests

from tests.simulator.harness import NUMBER, SECRET, WABA, Process, Webhook, wait_for
from tests.simulator.test_kinds import changes, do, told

CALLER = {"from": "5511987650001", "from_user_id": "BR.4820193746501928375", "to": "551140020001"}


@pytest.mark.parametrize(
    ("values", "status", "spoken"),
    [({"ring": 0}, "FAILED", set()), ({"ring": 0, "seconds": 1}, "COMPLETED", {"start_time", "end_time", "duration"})],
)
def test_a_call_connects_and_ends(
    simulator: Process, webhook: Webhook, values: dict, status: str, spoken: set[str]
) -> None:
    wacid = do(simulator, call=values)

    def events() -> dict[str, dict]:
        return {call["event"]: call for value in changes(webhook, "calls") for call in value["calls"]}

    wait_for(lambda: len(events()) == 2)
    both = {"id", "event", "timestamp", "direction", *CALLER}
    connect, terminate = events()["connect"], events()["terminate"]
    assert wacid.startswith("wacid.")
    assert connect | CALLER | {"id": wacid} == connect
    assert set(connect) == both | {"session"}
    assert set(terminate) == both | {"status"} | spoken
    assert (terminate["status"], terminate.get("duration", 0)) == (status, values.get("seconds", 0))


def test_after_a_new_number_the_customer_goes_on_under_it(simulator: Process, webhook: Webhook) -> None:
    do(simulator, text="Oi")
    message = told(simulator, webhook, new_number="5511987650999")
    system = message["system"]
    assert set(message) == {"from", "id", "timestamp", "type", "system"}
    assert set(system) == {"type", "body", "wa_id", "user_id", "previous_user_id"}
    assert (message["from"], system["wa_id"]) == ("5511987650001", "5511987650999")
    assert system["previous_user_id"] == "BR.4820193746501928375" != system["user_id"]
    after = told(simulator, webhook, text="Sou eu")
    assert (after["from"], after["from_user_id"]) == ("5511987650999", system["user_id"])
    assert simulator.send(to="+5511987650999").json()["contacts"][0]["wa_id"] == "5511987650999"


def test_a_changed_username_customer_has_no_phone(simulator: Process, webhook: Webhook) -> None:
    message = told(simulator, webhook, "duda", new_number=True)
    assert set(message) == {"id", "timestamp", "type", "system"}
    assert set(message["system"]) == {"type", "body", "user_id", "previous_user_id"}
    assert message["system"]["type"] == "user_changed_user_id"


def test_a_new_number_opens_no_window(simulator: Process) -> None:
    do(simulator, new_number="5511987650998")
    assert simulator.send(to="+5511987650998").json()["error"]["code"] == 131047


def test_stop_holds_back_marketing_until_resume(simulator: Process, webhook: Webhook) -> None:
    parameters = [{"type": "text", "text": "Ana"}]
    template = {"name": "novidades_da_semana", "language": {"code": "pt_BR"}}
    template |= {"components": [{"type": "body", "parameters": parameters}]}

    def first_status() -> dict:
        wamid = simulator.send(to="+5511987650001", type="template", template=template).json()["messages"][0]["id"]
        return wait_for(lambda: webhook.statuses(wamid))[0]

    do(simulator, preference="stop")
    (value,) = wait_for(lambda: changes(webhook, "user_preferences"))
    (wish,) = value["user_preferences"]
    assert set(wish) == {"wa_id", "user_id", "detail", "category", "value", "timestamp"}
    assert (wish["value"], wish["category"]) == ("stop", "marketing_messages")
    assert first_status()["errors"][0]["code"] == 131050
    do(simulator, preference="resume")
    assert first_status()["status"] != "failed"


@pytest.mark.parametrize(
    ("customer", "person", "contact"),
    [
        ("ana", {"to", "to_user_id"}, {"wa_id", "user_id"}),
        ("duda", {"to_user_id"}, {"profile", "user_id"}),
    ],
)
def test_an_echo_is_ours_and_opens_no_window(
    simulator: Process, webhook: Webhook, customer: str, person: set[str], contact: set[str]
) -> None:
    wamid = do(simulator, customer, echo="Respondi do celular")
    (value,) = wait_for(lambda: changes(webhook, "smb_message_echoes"))
    (echo,) = value["message_echoes"]
    assert set(echo) == {"from", "id", "timestamp", "type", "text", *person}
    assert (echo["id"], echo["from"], set(value["contacts"][0])) == (wamid, "551140020001", contact)
    assert simulator.send(to=None, recipient=echo["to_user_id"]).json()["error"]["code"] == 131047


def test_any_change_can_be_told(simulator: Process, webhook: Webhook) -> None:
    value = {"event": "PAUSED", "message_template_id": 1, "reason": None}
    simulator.control("POST", "/deliveries", {"field": "message_template_status_update", "raw_value": value})
    assert wait_for(lambda: changes(webhook, "message_template_status_update")) == [value]


@pytest.mark.parametrize(("entry", "expected"), [(None, WABA), ("555", "555")])
def test_a_change_may_come_from_another_account(
    simulator: Process, webhook: Webhook, entry: str | None, expected: str
) -> None:
    values = {"field": "account_update", "raw_value": [1], "entry": entry}
    simulator.control("POST", "/deliveries", values)
    (delivery,) = wait_for(lambda: webhook.deliveries)
    assert json.loads(delivery.body)["entry"][0]["id"] == expected


def test_any_bytes_can_be_signed_and_go_alone(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(webhook_paused=True)
    before, after = simulator.write("ana"), "not JSON: é 🌻"
    simulator.control("POST", "/deliveries", {"body": after})
    last = simulator.write("ana")
    simulator.faults(webhook_paused=False)
    wait_for(lambda: len(webhook.deliveries) == 3)
    bodies = [delivery.body for delivery in webhook.deliveries]
    assert after.encode() in bodies
    assert all(delivery.is_signed_with(SECRET) for delivery in webhook.deliveries)
    assert sum(wamid.replace("/", "\\/").encode() in body for body in bodies for wamid in (before, last)) == 2


@pytest.mark.parametrize(
    "values", [{}, {"field": "messages"}, {"body": 3}, {"preference": "maybe"}, {"location": 3}, {"raw": "text"}]
)
def test_what_cannot_be_used_is_refused(simulator: Process, values: dict) -> None:
    for path in ("/deliveries", "/customers/ana/messages"):
        answer = requests.post(f"{simulator.url}/control{path}", json=values, timeout=5)
        assert (answer.status_code, set(answer.json())) == (400, {"error"})


def test_the_phone_puts_reactions_and_changes_on_the_message(simulator: Process) -> None:
    first = do(simulator, text="Chego às 11h")
    do(simulator, edit="Chego às 12h", of=first)
    picture = do(simulator, image="Assim")
    answer = simulator.send(to="+5511987650001", context={"message_id": first}).json()["messages"][0]["id"]
    do(simulator, reaction="❤️", to=answer)
    reaction = {"message_id": picture, "emoji": "👍"}
    simulator.send(to="+5511987650001", type="reaction", reaction=reaction)
    gone = do(simulator, text="CPF")
    do(simulator, revoke=gone)
    chat = simulator.control("GET", f"/live?customer=ana&phone_number_id={NUMBER}")["chat"]
    shown = {one["wamid"]: one for one in chat}
    assert list(shown) == [first, picture, answer, gone]
    assert (shown[first]["body"], shown[first]["edited"]) == ("Chego às 12h", True)
    assert (shown[answer]["reactions"], shown[picture]["reactions"]) == ({"in": "❤️"}, {"out": "👍"})
    assert (shown[answer]["quoted"], shown[gone]["revoked"]) == ("Chego às 12h", True)
    file = requests.get(f"{simulator.url}/control/media/{shown[picture]['media']}", timeout=5)
    assert (file.headers["content-type"], file.content[:2]) == ("image/jpeg", b"\xff\xd8")
