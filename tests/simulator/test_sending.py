"""POST /messages: what is accepted, what is refused, and that the ledger knows first."""

import re

import pytest
import requests

from tests.simulator.harness import NUMBER, Process, Webhook, wait_for

ANA = "+5511987650001"


FOUR_BUTTONS = {
    "type": "button",
    "body": {"text": "Qual?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": f"{n}", "title": f"{n}"}} for n in range(4)]},
}


def error_of(answer: requests.Response) -> dict:
    return answer.json()["error"]


def test_it_accepts_a_text_in_the_shape_of_meta(simulator: Process) -> None:
    answer = simulator.send(to="+55 11 95555-0001", biz_opaque_callback_data="attempt-1")
    assert answer.status_code == 200
    body = answer.json()
    assert body["contacts"] == [{"input": "+55 11 95555-0001", "wa_id": "5511955550001"}]
    assert re.fullmatch(r"wamid\.[A-Za-z0-9+/=]+", body["messages"][0]["id"])
    assert "message_status" not in body["messages"][0]


def test_the_ledger_knows_before_the_answer(simulator: Process) -> None:
    simulator.faults(latency_ms=60_000, jitter=0)
    with pytest.raises(requests.ReadTimeout):
        simulator.send(biz_opaque_callback_data="attempt-2", timeout=0.3)
    (call,) = simulator.calls(outcome="accepted")
    assert (call["attempt"], call["recipient"], call["body"]) == ("attempt-2", "5511955550001", "Olá")


def test_statuses_come_with_our_callback_data(simulator: Process, webhook: Webhook) -> None:
    simulator.write("ana")
    wamid = simulator.send(to=ANA, biz_opaque_callback_data="attempt-3").json()["messages"][0]["id"]
    wait_for(lambda: len(webhook.statuses(wamid)) == 3)
    found = {one["status"]: one for one in webhook.statuses(wamid)}
    assert set(found) == {"sent", "delivered", "read"}
    assert {one["biz_opaque_callback_data"] for one in found.values()} == {"attempt-3"}
    assert found["sent"]["recipient_id"] == "5511987650001"
    assert found["sent"]["recipient_user_id"].startswith("BR.")
    assert found["sent"]["pricing"]["category"] == "service"


def test_a_brazilian_number_may_be_known_without_the_ninth_digit(simulator: Process) -> None:
    simulator.write("bruno")
    answer = simulator.send(to="+5531987650002")
    assert answer.json()["contacts"] == [{"input": "+5531987650002", "wa_id": "553187650002"}]


def test_a_user_id_as_recipient_is_answered_with_it(simulator: Process, webhook: Webhook) -> None:
    simulator.write("duda")
    answer = simulator.send(to=None, recipient="BR.9038471265540192837").json()
    assert answer["contacts"] == [{"input": "BR.9038471265540192837", "user_id": "BR.9038471265540192837"}]
    wamid = answer["messages"][0]["id"]
    status = wait_for(lambda: webhook.statuses(wamid))[0]
    assert "recipient_id" not in status


def test_a_user_id_in_to_is_accepted_and_fails_by_status(simulator: Process, webhook: Webhook) -> None:
    answer = simulator.send(to="BR.9038471265540192837")
    assert answer.status_code == 200
    wamid = answer.json()["messages"][0]["id"]
    status = wait_for(lambda: webhook.statuses(wamid))[0]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_it_refuses_a_bad_token(simulator: Process, token: str) -> None:
    answer = simulator.graph("POST", f"/{NUMBER}/messages", token=token, json={})
    assert (answer.status_code, error_of(answer)["code"]) == (401, 190)
    assert error_of(answer)["fbtrace_id"].startswith("A")


def test_it_refuses_an_unknown_number(simulator: Process) -> None:
    answer = simulator.send(number="999")
    assert (answer.status_code, error_of(answer)["code"], error_of(answer)["error_subcode"]) == (400, 100, 33)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"messaging_product": "sms"}, 100),
        ({"text": {"body": "a" * 4097}}, 100),
        ({"text": {"body": ""}}, 100),
        ({"text": "Olá"}, 100),
        ({"to": None}, 131008),
        ({"type": "fax", "fax": {}}, 131051),
        ({"type": "image", "image": {"id": "1"}}, 131009),
        ({"type": "interactive", "interactive": {"type": "button", "action": {}}}, 131009),
        ({"type": "interactive", "interactive": FOUR_BUTTONS}, 131009),
        ({"type": "template", "template": {"name": "nao_existe", "language": {"code": "pt_BR"}}}, 132001),
        ({"type": "template", "template": {"name": "pedido_enviado", "language": {"code": "pt_BR"}}}, 132000),
    ],
)
def test_it_refuses_what_meta_refuses(simulator: Process, fields: dict, code: int) -> None:
    answer = simulator.send(**fields)
    assert error_of(answer)["code"] == code
    assert simulator.calls(outcome="rejected")[0]["code"] == code


def test_a_text_of_the_greatest_length_passes(simulator: Process) -> None:
    assert simulator.send(text={"body": "é" * 4096}).status_code == 200


def test_free_text_needs_an_open_window(simulator: Process) -> None:
    assert error_of(simulator.send(to=ANA))["code"] == 131047
    simulator.write("ana")
    assert simulator.send(to=ANA).status_code == 200


def test_a_closed_window_can_also_show_by_status(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(window_by_status=True)
    wamid = simulator.send(to=ANA).json()["messages"][0]["id"]
    assert wait_for(lambda: webhook.statuses(wamid))[0]["errors"][0]["code"] == 131047


def test_a_template_needs_no_window_and_shows_its_text(simulator: Process) -> None:
    parameters = [{"type": "text", "text": text} for text in ("Ana", "8812", "sexta")]
    template = {
        "name": "pedido_enviado",
        "language": {"code": "pt_BR"},
        "components": [{"type": "body", "parameters": parameters}],
    }
    answer = simulator.send(to=ANA, type="template", template=template)
    assert answer.json()["messages"][0]["message_status"] == "accepted"
    assert simulator.calls(outcome="accepted")[0]["body"].startswith("Olá, Ana! Seu pedido 8812 saiu")


def test_read_and_typing_are_answered_with_success(simulator: Process) -> None:
    wamid = simulator.write("ana")
    values = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    answer = simulator.graph("POST", f"/{NUMBER}/messages", json=values | {"typing_indicator": {"type": "text"}})
    assert answer.json() == {"success": True}
    live = simulator.control("GET", f"/live?customer=ana&phone_number_id={NUMBER}")
    assert live["typing"] is True
    assert live["chat"][0]["read_at"]


def test_reading_an_unknown_message_is_refused(simulator: Process) -> None:
    values = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.none"}
    assert error_of(simulator.graph("POST", f"/{NUMBER}/messages", json=values))["code"] == 131009


def test_the_summary_counts_equal_sends(simulator: Process) -> None:
    for _ in range(2):
        simulator.send(biz_opaque_callback_data="same")
    simulator.send(text={"body": "Outra"}, biz_opaque_callback_data="different")
    summary = simulator.control("GET", "/ledger/summary")
    assert (summary["accepted"], summary["distinct_attempts"]) == (3, 2)
    assert summary["duplicate_attempts"] == [{"attempt": "same", "count": 2}]
    assert summary["duplicates"] == [{"to": "5511955550001", "body": "Olá", "count": 2}]


def test_a_file_that_is_not_what_the_message_says_fails_by_status(simulator: Process, webhook: Webhook) -> None:
    simulator.write("ana")
    kept = simulator.control("POST", "/media", {"content_base64": "JVBERg==", "mime_type": "application/pdf"})
    wamid = simulator.send(to=ANA, type="image", image={"id": kept["id"]}).json()["messages"][0]["id"]
    (status,) = wait_for(lambda: webhook.statuses(wamid))
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131053)
    simulator.send(to=ANA, type="document", document={"id": kept["id"]})
    assert len(simulator.calls(outcome="accepted", kind="document")) == 1
