"""Stop the sending of a number, or of all numbers of an account, and let it go on."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from accounts.models import User
from numbers.actions.circuits import unblock, unblock_account
from numbers.models import PhoneNumber, WabaAccount
from numbers.rights import check_may_manage, check_may_pause


@transaction.atomic
def pause_number(number: PhoneNumber, *, by: User | None) -> None:
    """Let nothing leave by a number until somebody resumes it; raise PermissionDenied.

    What is queued waits, and goes on coming in from pages; a call that is under way ends. Messages of
    customers still arrive. A number that is paused already stays as it is.
    """
    check_may_pause(number, by)
    active = PhoneNumber.objects.filter(pk=number.pk, state=PhoneNumber.State.ACTIVE)
    if active.update(state=PhoneNumber.State.PAUSED):
        record("number.paused", number, by=by)
    number.state = PhoneNumber.State.PAUSED


@transaction.atomic
def resume_number(number: PhoneNumber, *, by: User | None) -> None:
    """Let what waits leave by a number again, and try at once what Graph had blocked; raise PermissionDenied.

    Nothing is held for a number that neither was paused nor is blocked.
    """
    check_may_pause(number, by)
    blocked = Q(blocked_until__isnull=False) | Q(waba__blocked_until__isnull=False)
    if PhoneNumber.objects.filter(blocked | Q(state=PhoneNumber.State.PAUSED), pk=number.pk).exists():
        PhoneNumber.objects.filter(pk=number.pk).update(state=PhoneNumber.State.ACTIVE)
        unblock(number)
        record("number.resumed", number, by=by)
    number.state = PhoneNumber.State.ACTIVE


@transaction.atomic
def pause_account(account: WabaAccount, *, by: User | None) -> None:
    """Let nothing leave by any number of an account until somebody resumes it; raise PermissionDenied.

    Each number keeps a state of its own: one that is paused too stays so when the account goes on.
    """
    check_may_manage(by)
    active = WabaAccount.objects.filter(pk=account.pk, state=WabaAccount.State.ACTIVE)
    if active.update(state=WabaAccount.State.PAUSED):
        record("account.paused", account, by=by)
    account.state = WabaAccount.State.PAUSED


@transaction.atomic
def resume_account(account: WabaAccount, *, by: User | None) -> None:
    """Let what waits leave by an account's numbers again, and try at once what Graph had blocked; raise
    PermissionDenied. Nothing is held for an account that neither was paused nor is blocked."""
    check_may_manage(by)
    held = Q(blocked_until__isnull=False) | Q(state=WabaAccount.State.PAUSED)
    if WabaAccount.objects.filter(held, pk=account.pk).exists():
        unblock_account(account)
        WabaAccount.objects.filter(pk=account.pk).update(state=WabaAccount.State.ACTIVE)
        record("account.resumed", account, by=by)
    account.state = WabaAccount.State.ACTIVE
