"""Whose POST is it: vectors that must be refused, and the few that must not."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from numbers.models import PhoneNumber
from tests.deliveries import Wrote, delivery, sign
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
