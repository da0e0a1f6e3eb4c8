"""Circuits and pace of numbers, kept as rows: they hold for every worker."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from accounts.audit import record
from numbers.models import PhoneNumber, WabaAccount

log = structlog.get_logger(__name__)

NUMBER_RESTS = timedelta(minutes=5)
CREDENTIAL_RESTS = timedelta(minutes=15)
"""How long nothing is sent after a refusal; then one message tries the way."""
SLOW_DOWN = timedelta(seconds=1)


def block_credential(waba: WabaAccount, *, reason: str) -> None:
    """Stop everything of an account whose token Graph refused; what is queued waits."""
    _block(waba, reason, CREDENTIAL_RESTS, "account.blocked")


def block_number(number: PhoneNumber, *, reason: str) -> None:
    """Stop a number that Meta restricted; what is queued waits."""
    _block(number, reason, NUMBER_RESTS, "number.blocked")


def probe(number: PhoneNumber) -> None:
    """Let one message of a number that rested try the way; the others wait as long again."""
    now = timezone.now()
    PhoneNumber.objects.filter(pk=number.pk).exclude(blocked_until=None).update(blocked_until=now + NUMBER_RESTS)
    accounts = WabaAccount.objects.filter(pk=number.waba_id).exclude(blocked_until=None)
    accounts.update(blocked_until=now + CREDENTIAL_RESTS)


def slow_number(number: PhoneNumber) -> None:
    """Let a number pause a moment: Graph said that it goes too fast, or could not be reached."""
    PhoneNumber.objects.filter(pk=number.pk).update(
        send_slots_taken_until=Greatest(F("send_slots_taken_until"), Now()) + SLOW_DOWN
    )


def unblock(number: PhoneNumber) -> None:
    """Open the circuits of a number and its account: a message went through, or a person says so."""
    PhoneNumber.objects.filter(pk=number.pk).update(blocked_until=None, blocked_reason="")
    WabaAccount.objects.filter(pk=number.waba_id).update(blocked_until=None, blocked_reason="")


def _block(what: WabaAccount | PhoneNumber, reason: str, rests: timedelta, action: str) -> None:
    was_open = type(what)._default_manager.filter(pk=what.pk, blocked_until=None).exists()
    type(what)._default_manager.filter(pk=what.pk).update(
        blocked_until=timezone.now() + rests, blocked_reason=reason[:200]
    )
    if was_open:
        log.error(action, entity=what.pk, reason=reason)
        record(action, what, by=None, reason=reason)
