"""Webhooks: signed, shaped, repeated until 200, and surviving the simulator's own death."""

import hashlib
import hmac
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from simulator.webhooks import pause_before
from tests.simulator.harness import NUMBER, SECRET, Process, Webhook, free_port, wait_for


def test_the_signature_covers_the_raw_bytes(simulator: Process, webhook: Webhook) -> None:
    wamid = simulator.write("ana", "Não é fácil 🌻 a/b")
    wait_for(lambda: webhook.messages(wamid))
    delivery = webhook.deliveries[0]
    expected = hmac.new(SECRET.encode(), delivery.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(delivery.signature, f"sha256={expected}")
    assert delivery.body.isascii()
    assert b"N\\u00e3o \\u00e9 f\\u00e1cil \\ud83c\\udf3b a\\/b" in delivery.body


def test_a_message_comes_with_number_and_contact(simulator: Process, webhook: Webhook) -> None:
    wamid = simulator.write("ana", "Oi")
    (message,) = wait_for(lambda: webhook.messages(wamid))
    value = webhook.deliveries[0].values[0]
    assert value["metadata"] == {"display_phone_number": "551140020001", "phone_number_id": NUMBER}
    assert value["contacts"] == [
        {"profile": {"name": "Ana 🌻"}, "user_id": "BR.4820193746501928375", "wa_id": "5511987650001"}
    ]
    assert (message["from"], message["type"], message["text"]) == ("5511987650001", "text", {"body": "Oi"})
    assert message["timestamp"].isdigit()


def test_somebody_with_only_a_username_has_no_phone(simulator: Process, webhook: Webhook) -> None:
    wamid = simulator.write("duda")
    (message,) = wait_for(lambda: webhook.messages(wamid))
    contact = webhook.deliveries[0].values[0]["contacts"][0]
    assert "from" not in message
    assert "wa_id" not in contact
    assert message["from_user_id"] == contact["user_id"]
    assert contact["profile"]["username"] == "duda.costura"


def test_updates_due_together_share_a_post(simulator: Process, webhook: Webhook) -> None:
    simulator.faults(webhook_paused=True)
    wamids = [simulator.write("ana", f"Linha {line}") for line in range(5)]
    simulator.faults(webhook_paused=False)
    wait_for(lambda: all(webhook.messages(wamid) for wamid in wamids))
    assert len(webhook.deliveries) == 1


def test_anything_but_200_is_repeated_with_the_same_bytes(simulator: Process, webhook: Webhook) -> None:
    webhook.answers += [500, 202]
    wamid = simulator.write("ana")
    wait_for(lambda: len(webhook.messages(wamid)) == 3)
    assert len({delivery.body for delivery in webhook.deliveries}) == 1
    wait_for(lambda: simulator.control("GET", "/ledger/summary")["pending"] == 0)
    tries = [(one["try"], one["status"]) for one in simulator.control("GET", "/deliveries")["data"]]
    assert tries == [(1, 500), (2, 202), (3, 200)]


def test_a_pause_can_be_cut_short(simulator: Process, webhook: Webhook) -> None:
    webhook.answers += [503] * 4  # the fifth try would come after four seconds
    wamid = simulator.write("ana")
    wait_for(lambda: len(webhook.messages(wamid)) == 4)
    wait_for(lambda: simulator.control("GET", "/live")["webhooks"]["repeating"] == 1)
    simulator.control("POST", "/webhooks/retry")
    wait_for(lambda: len(webhook.messages(wamid)) == 5, seconds=2)


def test_the_pauses_grow_up_to_a_minute() -> None:
    assert [pause_before(retry) for retry in range(1, 10)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_pending_webhooks_survive_a_kill(webhook: Webhook, tmp_path: Path) -> None:
    process = Process(free_port(), tmp_path / "ledger.sqlite3", webhook.url)
    process.start()
    process.faults(webhook_paused=True, read_ms=100, delivered_ms=50)
    wamid = process.write("ana")
    sent = process.send(biz_opaque_callback_data="kept").json()["messages"][0]["id"]
    process.stop(signal.SIGKILL)
    assert not webhook.messages(wamid)
    process.start()
    wait_for(lambda: webhook.messages(wamid))
    wait_for(lambda: len(webhook.statuses(sent)) == 3)
    assert process.stop() == 0


def test_the_window_survives_a_restart(webhook: Webhook, tmp_path: Path) -> None:
    process = Process(free_port(), tmp_path / "ledger.sqlite3", webhook.url)
    process.start()
    process.write("ana")
    assert process.stop() == 0
    process.start()
    assert process.send(to="+5511987650001").status_code == 200
    assert process.stop() == 0
    with closing(sqlite3.connect(process.database)) as ledger:
        assert ledger.execute("SELECT count(*) FROM calls").fetchone() == (1,)
