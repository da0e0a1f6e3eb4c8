"""Create, change and delete WhatsApp accounts. Tokens and secrets come in and never go out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.audit import record
from accounts.models import User
from numbers.actions.changes import insert, set_fields
from numbers.actions.circuits import unblock_account
from numbers.models import WabaAccount
from numbers.refusals import AccountTaken, HasNumbers, TemplatesInUse
from numbers.rights import check_may_manage

CHANGEABLE = frozenset({"name", "portfolio_id", "access_token", "app_secret"})


@transaction.atomic
def create_account(*, waba_id: str, by: User | None, **fields: Any) -> WabaAccount:
    """Insert an account (fields: CHANGEABLE); raise AccountTaken or PermissionDenied. Nothing is asked of Graph."""
    check_may_manage(by)
    account = WabaAccount(waba_id=waba_id)
    set_fields(account, fields, allowed=CHANGEABLE)
    insert(account, taken=AccountTaken)
    record("account.created", account, by=by, fields=_told(fields))
    return account


@transaction.atomic
def change_account(account: WabaAccount, *, by: User | None, **fields: Any) -> None:
    """Change an account (fields: CHANGEABLE); raise PermissionDenied. A new token is tried at once.

    Another portfolio changes what customers' BSUIDs are unique in: the ones known so far stay with the old
    one, and the phone is the bridge (`move_number` says what that means).
    """
    check_may_manage(by)
    if changed := set_fields(account, fields, allowed=CHANGEABLE):
        if "access_token" in changed:
            unblock_account(account)
        account.save(update_fields=changed)
        record("account.changed", account, by=by, fields=_told(changed))


@transaction.atomic
def delete_account(account: WabaAccount, *, by: User | None) -> None:
    """Delete an account with its templates and alerts; raise HasNumbers, TemplatesInUse or PermissionDenied."""
    check_may_manage(by)
    # Whoever adds a number meanwhile waits, and finds no account.
    WabaAccount.objects.select_for_update().defer("access_token", "app_secret").get(pk=account.pk)
    if account.numbers.exists():
        raise HasNumbers
    pk = account.pk
    try:
        with transaction.atomic():
            record("account.deleted", account, by=by, waba_id=account.waba_id)
            account.delete()
    except ProtectedError as error:
        account.pk = pk
        raise TemplatesInUse from error


def _told(fields: Any) -> list[str]:
    """Which fields the trail names: names only, so that no secret can get into it."""
    return sorted(set(fields) & CHANGEABLE)
