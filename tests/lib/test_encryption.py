"""Secrets at rest: sealed, bound to their column, readable across a rotation of keys."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from lib.encryption import CannotDecrypt, decrypt, encrypt
from numbers.models import WabaAccount

OLD, NEW = (f"{name}:{base64.b64encode(bytes([byte]) * 32).decode()}" for name, byte in (("old", 1), ("new", 2)))


@pytest.fixture(autouse=True)
def old_key(settings) -> None:
    settings.FIELD_KEYS = [OLD]


def test_what_is_sealed_opens():
    assert decrypt(encrypt("segredo é 🔑", bound_to="a.b"), bound_to="a.b") == "segredo é 🔑"


def test_the_same_text_is_never_sealed_twice_the_same():
    assert encrypt("x", bound_to="a.b") != encrypt("x", bound_to="a.b")


def test_it_does_not_open_in_another_column():
    sealed = encrypt("x", bound_to="numbers.WabaAccount.access_token")
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, bound_to="numbers.WabaAccount.app_secret")


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    before = encrypt("x", bound_to="a.b")
    settings.FIELD_KEYS = [NEW, OLD]
    after = encrypt("x", bound_to="a.b")
    assert after.startswith("v1.new.")
    assert decrypt(before, bound_to="a.b") == decrypt(after, bound_to="a.b") == "x"


def test_it_does_not_open_without_its_key(settings):
    sealed = encrypt("x", bound_to="a.b")
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, bound_to="a.b")


def test_it_does_not_open_with_another_key_of_the_same_name(settings):
    sealed = encrypt("x", bound_to="a.b")
    settings.FIELD_KEYS = [NEW.replace("new", "old")]
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, bound_to="a.b")


def test_it_does_not_open_changed():
    version, name, encoded = encrypt("segredo", bound_to="a.b").split(".")
    raw = base64.b64decode(encoded)
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        with pytest.raises(CannotDecrypt):
            decrypt(f"{version}.{name}.{base64.b64encode(changed).decode()}", bound_to="a.b")


@pytest.mark.parametrize(
    "sealed", ["plain", "v1.old", "v1.old.", "v1.old.!!", "v2.old.AAAA", "v1.other.AAAA", "..", ""]
)
def test_it_refuses_what_it_did_not_make(sealed: str):
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, bound_to="a.b")


def test_its_words_do_not_hold_the_secret():
    with pytest.raises(CannotDecrypt) as refused:
        decrypt(encrypt("segredo", bound_to="a.b"), bound_to="c.d")
    assert "segredo" not in str(refused.value)


def test_without_keys_it_says_what_to_set(settings):
    settings.FIELD_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        encrypt("x", bound_to="a.b")


def test_a_field_stores_it_sealed_and_reads_it_open(db):
    account = WabaAccount.objects.create(waba_id="1", name="Loja", access_token="EAAG-token")
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, app_secret FROM numbers_wabaaccount WHERE id = %s", [account.pk])
        token, secret = cursor.fetchone()
    assert token.startswith("v1.old.") and "EAAG" not in token
    assert secret == ""
    account.refresh_from_db()
    assert account.access_token == "EAAG-token"


def test_a_field_moved_to_another_column_does_not_open(db):
    account = WabaAccount.objects.create(waba_id="1", name="Loja", access_token="EAAG-token")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_wabaaccount SET app_secret = access_token WHERE id = %s", [account.pk])
    moved = WabaAccount.objects.get()
    assert moved.access_token == "EAAG-token"
    with pytest.raises(CannotDecrypt):
        _ = moved.app_secret
