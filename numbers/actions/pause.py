"""Stop a number's sending, and let it go on."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from accounts.models import User
from numbers.actions.circuits import unblock
from numbers.models import PhoneNumber
from numbers.rights import check_may_pause


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
