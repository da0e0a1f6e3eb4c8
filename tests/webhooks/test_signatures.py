"""Whose POST is it: vectors that must be refused, and the few that must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
import requests
from django.db import connection

from numbers.models import PhoneNumber
from tests.deliveries import Wrote, delivery, sign
from tests.webhooks.conftest import SECRET, Endpoint
from webhooks.models import WebhookEvent
from webhooks.signatures import is_signed, known_secrets

BODY = delivery(Wrote("wamid.1", at=1_793_624_130, phone="5511987650001"))
SECRETS = [b"current", b"older", b"of-a-number"]
DIGEST = sign(BODY, "current").removeprefix("sha256=")
GOOD = f"sha256={DIGEST}"


def sha1() -> str:
    return hmac.new(b"current", BODY, hashlib.sha1).hexdigest()


FORGED = {
    "no header": [],
    "empty": [""],
    "only the prefix": ["sha256="],
    "no prefix": [DIGEST],
    "one character short": [GOOD[:-1]],
    "half": [GOOD[: len(GOOD) // 2]],
    "one character": ["sha256=a"],
    "one character more": [GOOD + "0"],
    "twice as long": [GOOD + DIGEST],
    "upper-case digest": [f"sha256={DIGEST.upper()}"],
    "upper-case prefix": [f"SHA256={DIGEST}"],
    "title-case prefix": [f"Sha256={DIGEST}"],
    "space before": [f" {GOOD}"],
    "space after": [f"{GOOD} "],
    "space after the prefix": [f"sha256= {DIGEST}"],
    "line feed after": [f"{GOOD}\n"],
    "carriage return after": [f"{GOOD}\r"],
    "NUL after": [f"{GOOD}\x00"],
    "tab after": [f"{GOOD}\t"],
    "colon for equals": [f"sha256:{DIGEST}"],
    "in quotes": [f'"{GOOD}"'],
    "no hex": ["sha256=" + "z" * 64],
    "zeros": ["sha256=" + "0" * 64],
    "0x": [f"sha256=0x{DIGEST[2:]}"],
    "sha1": [f"sha1={sha1()}"],
    "sha1 called sha256": [f"sha256={sha1()}"],
    "sha512": ["sha512=" + hmac.new(b"current", BODY, hashlib.sha512).hexdigest()],
    "plain hash without a secret": ["sha256=" + hashlib.sha256(BODY).hexdigest()],
    "secret and body hashed": ["sha256=" + hashlib.sha256(b"current" + BODY).hexdigest()],
    "empty secret": [sign(BODY, "")],
    "another secret": [sign(BODY, "stolen")],
    "secret in other capitals": [sign(BODY, "Current")],
    "secret with a line feed": [sign(BODY, "current\n")],
    "of another body": [sign(b"{}", "current")],
    "of the empty body": [sign(b"", "current")],
    "of the body and a line feed": [sign(BODY + b"\n", "current")],
    "of the body without spaces": [sign(BODY.replace(b" ", b""), "current")],
    "of the body printed prettily": [sign(json.dumps(json.loads(BODY), indent=2).encode(), "current")],
    "of the body with its keys sorted": [sign(json.dumps(json.loads(BODY), sort_keys=True).encode(), "current")],
    "of the body in utf-16": [sign(BODY.decode().encode("utf-16"), "current")],
    "of the body with a mark before it": [sign(b"\xef\xbb\xbf" + BODY, "current")],
    "of the body up to a NUL": [sign(BODY + b"\x00", "current")],
    "in base64": ["sha256=" + base64.b64encode(bytes.fromhex(DIGEST)).decode()],
    "all secrets in one": [sign(BODY, "currentolderof-a-number")],
    "the name of an algorithm alone": ["sha256"],
    "no algorithm": [f"none={DIGEST}"],
    "a comma and nothing": [f"{GOOD},"],
    "a semicolon and more": [f"{GOOD};sha1=0"],
    "twice the right one": [GOOD, GOOD],
    "right, then wrong": [GOOD, "sha256=" + "0" * 64],
    "wrong, then right": ["sha256=" + "0" * 64, GOOD],
    "two in one header": [f"{GOOD}, {GOOD}"],
    "full-width digits": ["sha256=" + DIGEST.translate({ord(str(d)): 0xFF10 + d for d in range(10)})],
    "last nibble changed": [GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")],
    "first nibble changed": ["sha256=" + ("0" if DIGEST[0] != "0" else "1") + DIGEST[1:]],
    "reversed": [f"sha256={DIGEST[::-1]}"],
}


@pytest.mark.parametrize("name", FORGED)
def test_it_refuses(name: str):
    assert not is_signed(BODY, [header.encode() for header in FORGED[name]], SECRETS)


@pytest.mark.parametrize("secret", ["current", "older", "of-a-number"])
def test_it_accepts_each_secret_of_a_rotation(secret: str):
    assert is_signed(BODY, [sign(BODY, secret).encode()], SECRETS)


def test_there_are_enough_of_them():
    assert len(FORGED) >= 40
    assert len({tuple(headers) for headers in FORGED.values()}) == len(FORGED)


def test_it_refuses_everything_without_secrets():
    assert not is_signed(BODY, [GOOD.encode()], [])


def test_it_refuses_a_body_with_any_byte_changed():
    for position in range(len(BODY)):
        changed = bytearray(BODY)
        changed[position] ^= 1
        assert not is_signed(bytes(changed), [GOOD.encode()], SECRETS), position


def test_it_knows_the_secrets_of_numbers_accounts_and_the_installation(number: PhoneNumber, settings):
    settings.WHATSAPP_APP_SECRETS = ["installation", "", "installation"]
    number.app_secret = "number"
    number.save()
    number.waba.app_secret = "account"
    number.waba.save()
    PhoneNumber.objects.create(waba=number.waba, phone_number_id="2", display_phone="", name="no secret")
    assert sorted(known_secrets()) == [b"account", b"installation", b"number"]


# --- Over HTTP: whatever stands around the signature -----------------------------------------------------


@pytest.mark.parametrize("secret", [SECRET, "older-secret", "of-the-number", "of-the-account"])
def test_the_endpoint_takes_each_secret_in_use(endpoint: Endpoint, number: PhoneNumber, secret: str):
    number.app_secret, number.waba.app_secret = "of-the-number", "of-the-account"
    number.save()
    number.waba.save()
    assert endpoint.post(BODY, secret=secret).status_code == 200


def test_a_secret_that_does_not_open_costs_only_itself(endpoint: Endpoint, number: PhoneNumber):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_phonenumber SET app_secret = 'v1.gone.AAAA'")
    assert endpoint.post(BODY, secret="v1.gone.AAAA").status_code == 401
    assert endpoint.post(BODY, secret="").status_code == 401
    assert endpoint.post(BODY).status_code == 200


AROUND = {
    "another charset": {"Content-Type": "application/json; charset=utf-16"},
    "a form": {"Content-Type": "application/x-www-form-urlencoded"},
    "no type": {"Content-Type": ""},
    "said to be packed": {"Content-Encoding": "gzip"},
    "another method by header": {"X-HTTP-Method-Override": "GET"},
    "said to be from Meta": {"User-Agent": "facebookexternalua", "X-Forwarded-For": "31.13.24.1"},
    "with the signature of before": {"X-Hub-Signature": f"sha1={sha1()}"},
    "with a cookie": {"Cookie": "sessionid=x"},
    "with a token": {"Authorization": f"Bearer {SECRET}"},
}


@pytest.mark.parametrize("name", AROUND)
def test_nothing_beside_the_signature_counts(endpoint: Endpoint, name: str):
    assert endpoint.post(BODY, signature="", headers=AROUND[name]).status_code == 401
    assert endpoint.post(BODY, signature="sha256=" + "0" * 64, headers=AROUND[name]).status_code == 401
    assert endpoint.post(BODY, headers=AROUND[name]).status_code == 200
    assert WebhookEvent.objects.count() == 1


def test_a_forged_body_in_chunks_is_refused(endpoint: Endpoint):
    forged = {"X-Hub-Signature-256": sign(BODY[:50], SECRET)}
    assert requests.post(endpoint.url, data=iter([BODY[:50], BODY[50:]]), headers=forged, timeout=5).status_code == 401


def test_the_signature_counts_in_no_other_place(endpoint: Endpoint):
    signed = sign(BODY, SECRET)
    for answer in (
        endpoint.post(BODY, signature="", params={"X-Hub-Signature-256": signed}),
        endpoint.post(BODY, signature="", cookies={"X-Hub-Signature-256": signed}),
        endpoint.post(BODY, signature="", headers={"X_Hub_Signature_256": signed}),
    ):
        assert answer.status_code == 401
    assert WebhookEvent.objects.count() == 0
