"""The endpoint over HTTP: what it answers, and what is stored when it does."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection

from tests.deliveries import NUMBER_ID, Wrote, delivery, reasons, sign
from tests.waiting import wait_for
from tests.webhooks.conftest import SECRET, Endpoint
from webhooks import drain, ledger, receiver
from webhooks.models import WebhookEvent

HELLO = delivery(Wrote("wamid.1", phone="5511987650001"))


def stored() -> list[bytes]:
    return [bytes(event.body) for event in WebhookEvent.objects.order_by("pk")]


def quarantine() -> list[str]:
    """Apply what was stored; return why parts of it were not."""
    drain.drain_due()
    return reasons(WebhookEvent.objects.all())


def test_it_stores_what_is_signed_and_says_so_after_the_commit(endpoint: Endpoint):
    answer = endpoint.post(HELLO)
    # The receiver wrote over a connection of its own: what this one sees is committed.
    assert stored() == [HELLO]
    assert (answer.status_code, answer.json()) == (200, {"stored": True})


def test_it_answers_the_handshake(endpoint: Endpoint):
    answer = endpoint.get(mode="subscribe", verify_token="verify-me", challenge="1158201444")
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"mode": "subscribe", "challenge": "1"},
        {"mode": "subscribe", "challenge": "1", "verify_token": "wrong"},
        {"mode": "subscribe", "challenge": "1", "verify_token": "Verify-me"},
        {"mode": "subscribe", "challenge": "1", "verify_token": "verify-me "},
        {"mode": "unsubscribe", "challenge": "1", "verify_token": "verify-me"},
        {"challenge": "1", "verify_token": "verify-me"},
        {"mode": "subscribe", "challenge": "1", "verify_token": "é"},
    ],
)
def test_it_refuses_other_handshakes(endpoint: Endpoint, query: dict[str, str]):
    answer = endpoint.get(**query)
    assert (answer.status_code, answer.content) == (403, b"")


def test_it_refuses_every_handshake_without_a_verify_token(endpoint: Endpoint, settings):
    settings.WHATSAPP_VERIFY_TOKEN = ""
    assert endpoint.get(mode="subscribe", verify_token="", challenge="1").status_code == 403


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=" + "0" * 64, sign(b"other", SECRET), sign(HELLO, SECRET).upper()],
    ids=["none", "zeros", "of another body", "in capitals"],
)
def test_it_refuses_what_is_not_signed(endpoint: Endpoint, signature: str):
    assert endpoint.post(HELLO, signature=signature).status_code == 401
    assert stored() == []


def test_it_refuses_two_signatures(endpoint: Endpoint):
    head = (
        "POST /webhook/whatsapp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"X-Hub-Signature-256: {sign(HELLO, SECRET)}\r\nX-Hub-Signature-256: {sign(HELLO, SECRET)}\r\n"
        f"Content-Length: {len(HELLO)}\r\n\r\n"
    )
    port = urlsplit(endpoint.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head.encode() + HELLO)
        assert connection.recv(100).startswith(b"HTTP/1.1 401")
    assert stored() == []


def test_it_does_not_parse_what_is_not_signed(endpoint: Endpoint):
    assert endpoint.post(b"{ no JSON", signature="sha256=" + "0" * 64).status_code == 401
    assert stored() == []


def test_it_quarantines_signed_rubbish(endpoint: Endpoint):
    assert endpoint.post(b"{ no JSON").status_code == 200
    assert quarantine() == ["not JSON: JSONDecodeError"]


def test_it_quarantines_deep_nesting(endpoint: Endpoint):
    assert endpoint.post(b"[" * 200_000 + b"]" * 200_000).status_code == 200
    assert quarantine() == ["not JSON: RecursionError"]


def test_it_quarantines_what_belongs_to_an_unknown_number(endpoint: Endpoint):
    assert endpoint.post(delivery(Wrote("wamid.1", phone="551133334444"), number_id="404")).status_code == 200
    assert quarantine() == ["unknown number 404"]


def test_it_stores_nul_and_lone_surrogates(endpoint: Endpoint, number):
    raw = delivery(Wrote("wamid.1", phone="5511987650001", text="a\x00b\ud800c"))
    assert endpoint.post(raw).status_code == 200
    assert quarantine() == []
    assert stored() == [raw]


@pytest.mark.parametrize("size", [4 * 1024 * 1024, receiver.MAX_BODY + 1])
def test_it_refuses_what_is_too_large(endpoint: Endpoint, size: int):
    try:
        assert endpoint.post(b" " * size).status_code == 413
    except requests.ConnectionError:
        pytest.fail("the answer did not arrive")
    assert stored() == []


def test_it_takes_what_is_large(endpoint: Endpoint):
    raw = delivery(Wrote("wamid.1", phone="5511987650001", text="a" * 3_000_000))
    assert endpoint.post(raw).status_code == 200
    assert stored() == [raw]


def test_it_takes_a_body_in_chunks_without_a_length(endpoint: Endpoint):
    chunks = iter([HELLO[:50], HELLO[50:]])
    headers = {"X-Hub-Signature-256": sign(HELLO, SECRET)}
    assert requests.post(endpoint.url, data=chunks, headers=headers, timeout=5).status_code == 200
    assert stored() == [HELLO]


def test_it_keeps_a_compressed_body_as_it_is(endpoint: Endpoint):
    bomb = b"\x1f\x8b" + b"\x00" * 100
    assert endpoint.post(bomb, headers={"Content-Encoding": "gzip"}).status_code == 200
    assert stored() == [bomb]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_it_knows_two_methods(endpoint: Endpoint, method: str):
    headers = {"X-Hub-Signature-256": sign(HELLO, SECRET)}
    assert requests.request(method, endpoint.url, data=HELLO, headers=headers, timeout=5).status_code == 405
    assert stored() == []


def test_it_does_not_need_the_address_to_end_the_same(endpoint: Endpoint):
    assert requests.post(f"{endpoint.url}/", data=b"", timeout=5).status_code == 401


def test_it_reads_the_number_for_taking_turns(endpoint: Endpoint):
    endpoint.post(HELLO)
    endpoint.post(b"{}")
    assert list(WebhookEvent.objects.order_by("pk").values_list("routing_key", flat=True)) == [NUMBER_ID, ""]


def test_it_accepts_secrets_of_accounts_and_numbers(endpoint: Endpoint, number):
    number.app_secret, number.waba.app_secret = "of-the-number", "of-the-account"
    number.save()
    number.waba.save()
    answers = [endpoint.post(HELLO, secret=one) for one in ("of-the-number", "of-the-account", SECRET, "older-secret")]
    assert [answer.status_code for answer in answers] == [200] * 4


def test_it_forgets_a_secret_that_was_removed(endpoint: Endpoint, number, monkeypatch):
    number.app_secret = "leaked"
    number.save()
    assert endpoint.post(HELLO, secret="leaked").status_code == 200
    number.app_secret = ""
    number.save()
    monkeypatch.setattr(receiver, "SECRETS_LIVE", 0.0)
    wait_for(lambda: endpoint.post(HELLO, secret="leaked").status_code == 401)
    assert endpoint.post(HELLO).status_code == 200


def test_deliveries_that_come_together_share_commits(endpoint: Endpoint, monkeypatch):
    groups: list[int] = []
    insert = ledger.Ledger._insert

    async def slow_insert(self: ledger.Ledger, group: list) -> None:
        groups.append(len(group))
        await asyncio.sleep(0.05)
        await insert(self, group)

    monkeypatch.setattr(ledger.Ledger, "_insert", slow_insert)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: endpoint.post(HELLO).status_code, range(64)))
    assert answers == [200] * 64
    assert sum(groups) == len(stored()) == 64
    assert len(groups) < 32


def test_it_says_503_without_a_database_and_recovers_by_itself(endpoint: Endpoint, monkeypatch):
    assert endpoint.post(HELLO).status_code == 200
    parameters = ledger._parameters
    monkeypatch.setattr(ledger, "_parameters", lambda: parameters() | {"port": 9})
    endpoint.hang_up()
    answer = endpoint.post(HELLO)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    monkeypatch.setattr(ledger, "_parameters", parameters)
    assert endpoint.post(HELLO).status_code == 200
    assert stored() == [HELLO, HELLO]


def test_it_says_503_when_nobody_knows_whether_it_was_stored(endpoint: Endpoint, monkeypatch):
    async def hangs(self: ledger.Ledger, group: list) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(ledger, "STATEMENT_SECONDS", 0.1)
    with monkeypatch.context() as patched:
        patched.setattr(ledger.Ledger, "_insert", hangs)
        assert endpoint.post(HELLO).status_code == 503
    assert endpoint.post(HELLO).status_code == 200


def test_it_refuses_at_once_when_too_much_waits(endpoint: Endpoint, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_WAITING_BYTES", -1)
    assert endpoint.post(HELLO).status_code == 503
    assert stored() == []


def test_its_answers_hold_no_digest(endpoint: Endpoint):
    answer = endpoint.post(HELLO, signature="sha256=" + "0" * 64)
    assert not re.search(r"[0-9a-f]{32}", answer.text)
    assert json.loads(answer.text)["error"]


def test_a_secret_that_does_not_open_costs_only_itself(endpoint: Endpoint, number):
    number.app_secret = "of-the-number"
    number.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_wabaaccount SET app_secret = 'v1.gone.AAAA'")
    assert endpoint.post(HELLO, secret="of-the-number").status_code == 200
    assert quarantine() == []
    assert WebhookEvent.objects.get().state == "DONE"
