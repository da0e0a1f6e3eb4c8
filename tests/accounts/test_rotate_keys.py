"""Keys are replaced without losing a secret, also while somebody saves one."""

from __future__ import annotations

import base64
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditLog
from lib import rotation
from lib.encryption import CannotDecrypt, encrypted_fields
from numbers.models import WabaAccount

OLD, NEW = (f"{name}:{base64.b64encode(bytes([byte]) * 32).decode()}" for name, byte in (("old", 1), ("new", 2)))


@pytest.fixture
def accounts(db, settings) -> list[WabaAccount]:
    """Five accounts with a token each, sealed with the old key; the new one stands in front now."""
    settings.FIELD_KEYS = [OLD]
    made = [
        WabaAccount.objects.create(waba_id=str(count), name="Loja", access_token=f"token-{count}") for count in range(5)
    ]
    settings.FIELD_KEYS = [NEW, OLD]
    return made


def rotate(*options: str) -> str:
    told = StringIO()
    call_command("rotate_keys", *options, stdout=told, stderr=StringIO())
    return told.getvalue()


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token FROM numbers_wabaaccount ORDER BY id")
        return [text for (text,) in cursor.fetchall()]


def test_afterwards_the_old_key_may_go(accounts, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    told = rotate()
    assert "numbers.WabaAccount.access_token: 5 sealed anew, 0 that do not open" in told
    assert "Everything opens with new. No longer needed: old." in told
    settings.FIELD_KEYS = [NEW]
    assert [account.access_token for account in WabaAccount.objects.order_by("pk")] == [f"token-{n}" for n in range(5)]
    entry = AuditLog.objects.get()
    assert (entry.action, entry.particulars) == ("keys.rotated", {"key": "new", "sealed": 5, "unopened": 0})


def test_without_it_the_old_key_may_not_go(accounts, settings):
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(CannotDecrypt):
        _ = WabaAccount.objects.first().access_token


def test_run_again_it_does_nothing(accounts):
    rotate()
    before = stored()
    rotate()
    assert stored() == before
    assert AuditLog.objects.count() == 1


def test_a_dry_run_writes_nothing(accounts):
    before = stored()
    assert "numbers.WabaAccount.access_token: 5 to seal anew" in rotate("--dry-run")
    assert stored() == before
    assert not AuditLog.objects.exists()


def test_what_was_saved_meanwhile_stays(accounts, monkeypatch, settings):
    first = accounts[0]

    def saved_in_between(text: str, *, bound_to: str) -> str:
        if text == "token-0":
            WabaAccount.objects.filter(pk=first.pk).update(access_token="newer")
        return encrypt(text, bound_to=bound_to)

    encrypt = rotation.encrypt
    monkeypatch.setattr(rotation, "encrypt", saved_in_between)
    assert "access_token: 4 sealed anew" in rotate()
    settings.FIELD_KEYS = [NEW]
    assert WabaAccount.objects.get(pk=first.pk).access_token == "newer"


def test_a_program_that_still_uses_the_old_key_is_found(accounts, monkeypatch, settings):
    def saved_by_an_old_process(text: str, *, bound_to: str) -> str:
        if text == "token-0":
            settings.FIELD_KEYS = [OLD]
            WabaAccount.objects.filter(pk=accounts[0].pk).update(access_token="newer")
            settings.FIELD_KEYS = [NEW, OLD]
        return encrypt(text, bound_to=bound_to)

    encrypt = rotation.encrypt
    monkeypatch.setattr(rotation, "encrypt", saved_by_an_old_process)
    with pytest.raises(CommandError, match="1 secrets were saved with an old key"):
        rotate()
    monkeypatch.undo()
    rotate()
    settings.FIELD_KEYS = [NEW]
    assert WabaAccount.objects.get(pk=accounts[0].pk).access_token == "newer"


def test_what_does_not_open_is_named_and_costs_no_other(accounts, settings):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_wabaaccount SET access_token = 'v1.gone.AAAA' WHERE id = %s", [accounts[2].pk])
    told = StringIO()
    with pytest.raises(CommandError, match="1 secrets open with none"):
        call_command("rotate_keys", stdout=told, stderr=StringIO())
    assert f"rows {accounts[2].pk}" in told.getvalue()
    assert [text.startswith("v1.new.") for text in stored()] == [True, True, False, True, True]


def test_every_encrypted_field_is_found():
    found = {field.place for field in encrypted_fields()}
    assert {
        "numbers.WabaAccount.access_token",
        "numbers.WabaAccount.app_secret",
        "numbers.PhoneNumber.app_secret",
    } <= found
