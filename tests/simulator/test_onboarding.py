"""Connecting a number with the simulator: the token's debugger, subscription, callback, code, registration."""

import json

import pytest

from tests.simulator.harness import NUMBER, SECRET, TOKEN, WABA, Process, Webhook, wait_for

APP_ID = "670000000000001"
SPARE_WABA, SPARE = "102938475610002", "105551234560003"
APP = f"{APP_ID}|{SECRET}"


def code(answer) -> int:
    return answer.json()["error"]["code"]


def debugged(simulator: Process, token: str) -> dict:
    return simulator.graph("GET", f"/debug_token?input_token={token}", token=APP).json()["data"]


def test_the_debugger_tells_the_app_about_its_tokens_only(simulator: Process) -> None:
    told = debugged(simulator, TOKEN)
    assert (told["is_valid"], told["app_id"], told["expires_at"]) == (True, APP_ID, 0)
    assert debugged(simulator, "other")["error"]["subcode"] == 467
    assert code(simulator.graph("GET", f"/debug_token?input_token={TOKEN}")) == 190
    simulator.control("PUT", "/token", {"expires_at": 1})
    assert debugged(simulator, TOKEN)["expires_at"] == 1
    simulator.control("POST", "/reset")
    assert debugged(simulator, TOKEN)["expires_at"] == 0


def test_the_second_account_is_not_connected(simulator: Process) -> None:
    listed = simulator.graph("GET", f"/{SPARE_WABA}/phone_numbers").json()["data"]
    assert [(one["id"], one["status"]) for one in listed] == [(SPARE, "PENDING")]
    assert simulator.graph("GET", f"/{SPARE_WABA}/subscribed_apps").json()["data"] == []
    assert code(simulator.send(number=SPARE)) == 133010
    assert len(simulator.graph("GET", f"/{WABA}/phone_numbers").json()["data"]) == 2


def test_a_number_is_verified_then_registered(simulator: Process) -> None:
    def post(edge: str, **body: str):
        return simulator.graph("POST", f"/{SPARE}/{edge}", json=body)

    assert code(post("register", messaging_product="whatsapp", pin="123456")) == 133006
    assert code(post("verify_code", code="123456")) == 136024, "nobody asked for it"
    assert code(post("request_code", code_method="PIGEON", language="pt_BR")) == 100
    assert post("request_code", code_method="SMS", language="pt_BR").ok
    assert code(post("verify_code", code="654321")) == 136024
    assert post("verify_code", code="123456").ok
    assert code(post("register", messaging_product="whatsapp", pin="12")) == 100
    assert post("register", messaging_product="whatsapp", pin="482915").ok
    assert simulator.send(number=SPARE).ok
    assert post("deregister").ok
    assert code(simulator.send(number=SPARE)) == 133010
    assert code(post("register", messaging_product="whatsapp", pin="999999")) == 133005
    assert all("482915" not in str(call) for call in simulator.calls())
    answers = [post("deregister") for _ in range(10)]
    assert code(answers[-1]) == 133016


def test_an_address_must_return_the_challenge(simulator: Process, webhook: Webhook) -> None:
    def override(address: str):
        wanted = {"override_callback_uri": address, "verify_token": "v"}
        return simulator.graph("POST", f"/{NUMBER}", json={"webhook_configuration": wanted})

    assert code(override("http://127.0.0.1:9/webhook")) == 2200
    assert override(webhook.url).ok
    body = {"override_callback_uri": "http://127.0.0.1:9/webhook", "verify_token": "v"}
    assert code(simulator.graph("POST", f"/{WABA}/subscribed_apps", json=body)) == 2200


def test_nobody_is_told_of_an_account_without_subscription(simulator: Process, webhook: Webhook) -> None:
    simulator.graph("DELETE", f"/{WABA}/subscribed_apps")
    missed = simulator.write("ana")
    simulator.graph("POST", f"/{WABA}/subscribed_apps")
    heard = simulator.write("ana")
    wait_for(lambda: webhook.messages(heard))
    assert webhook.messages(missed) == []


def test_deliveries_name_the_account_of_their_number(simulator: Process, webhook: Webhook) -> None:
    simulator.graph("POST", f"/{SPARE_WABA}/subscribed_apps")
    wamid = simulator.write("ana", number=SPARE)
    wait_for(lambda: webhook.messages(wamid))
    entries = [entry for delivery in webhook.deliveries for entry in json.loads(delivery.body)["entry"]]
    assert {entry["id"] for entry in entries} == {SPARE_WABA}


@pytest.mark.parametrize(
    ("operation", "method", "path"),
    [
        ("account", "GET", f"/{WABA}"),
        ("phone_numbers", "GET", f"/{WABA}/phone_numbers"),
        ("message_templates", "GET", f"/{WABA}/message_templates"),
        ("subscribed_apps", "GET", f"/{WABA}/subscribed_apps"),
        ("subscribe", "POST", f"/{WABA}/subscribed_apps"),
        ("number", "GET", f"/{NUMBER}"),
        ("callback", "POST", f"/{NUMBER}"),
        ("request_code", "POST", f"/{NUMBER}/request_code"),
        ("verify_code", "POST", f"/{NUMBER}/verify_code"),
        ("register", "POST", f"/{NUMBER}/register"),
        ("deregister", "POST", f"/{NUMBER}/deregister"),
    ],
)
def test_each_operation_can_be_made_to_fail(simulator: Process, operation: str, method: str, path: str) -> None:
    simulator.control("PUT", "/refusals", {operation: {"code": 190, "subcode": 463}})
    error = simulator.graph(method, path).json()["error"]
    assert (error["code"], error["error_subcode"]) == (190, 463)
    simulator.control("PUT", "/refusals", {operation: None})
    assert simulator.graph(method, path).json().get("error", {}).get("code") != 190


def test_an_account_tells_what_it_is_told_to(simulator: Process) -> None:
    simulator.control("PUT", f"/accounts/{WABA}", {"account_review_status": "PENDING"})
    told = simulator.graph("GET", f"/{WABA}?fields=account_review_status").json()
    assert told["account_review_status"] == "PENDING"
