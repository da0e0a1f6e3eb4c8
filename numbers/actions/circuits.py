"""Circuits of numbers and their accounts, kept as rows: they hold for every worker.

Whoever opens or closes one takes the lock of the alerts before any row (numbers.alerts.one_at_a_time).
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.audit import record
from numbers import alerts
from numbers.alerts import Notice
from numbers.models import PhoneNumber, WabaAccount
from numbers.models.circuit import CLOSED, Circuit

log = structlog.get_logger(__name__)

UNANSWERED_OPEN = 5
UNANSWERED_WITHIN = timedelta(minutes=1)
"""So many calls in a row without a proper answer, within so long, open a number's circuit."""
ALERTS = {PhoneNumber: ("number.blocked", "number.unanswered"), WabaAccount: ("account.blocked",)}
"""The alerts that hold while a circuit is open."""


def block_credential(waba: WabaAccount, *, reason: str, code: int) -> bool:
    """Stop everything of an account whose token Graph refused; what is queued waits. Tell whether it went till now."""
    return _block(waba, "account.blocked", reason, code)


def block_number(number: PhoneNumber, *, reason: str, code: int) -> bool:
    """Stop a number that Meta restricted; what is queued waits. Tell whether it went till now."""
    return _block(number, "number.blocked", reason, code)


def note_unanswered(number: PhoneNumber, count: int, *, reason: str) -> bool:
    """Count calls in a row that Graph did not answer, or answered with an error of its own.

    As many as UNANSWERED_OPEN, or a try after a rest, stop the number. Tell whether it went till now.
    """
    if number.is_blocked or _counted(number, count) >= UNANSWERED_OPEN:
        return _block(number, "number.unanswered", reason, None)
    return False


def note_answered(number: PhoneNumber) -> None:
    """Graph answers: what was counted is counted no more."""
    PhoneNumber.objects.filter(pk=number.pk).update(unanswered_calls=0, unanswered_since=None)


def take_try(number: PhoneNumber) -> bool:
    """Let one message of a number try the way after a rest, of its own circuit and of its account's; the others
    wait for twice as long. False when another message has the try."""
    return all(_take_try(circuit) for circuit in (number.waba, number) if circuit.is_blocked)


def unblock(number: PhoneNumber) -> bool:
    """Close the circuits of a number and its account: a message went through, or a person says so. Tell
    whether one was open."""
    with transaction.atomic():
        alerts.one_at_a_time()
        note_answered(number)
        return any([_close(number), _close(number.waba)])


def unblock_account(waba: WabaAccount) -> None:
    """Close the circuit of an account: it has a new token."""
    with transaction.atomic():
        alerts.one_at_a_time()
        _close(waba)


def _counted(number: PhoneNumber, count: int) -> int:
    with transaction.atomic():
        row = PhoneNumber.objects.select_for_update(no_key=True).defer("app_secret").get(pk=number.pk)
        now = timezone.now()
        if row.unanswered_since is None or row.unanswered_since < now - UNANSWERED_WITHIN:
            row.unanswered_since, row.unanswered_calls = now, 0
        row.unanswered_calls += count
        row.save(update_fields=["unanswered_since", "unanswered_calls"])
        return row.unanswered_calls


@transaction.atomic
def _block(circuit: WabaAccount | PhoneNumber, kind: str, reason: str, code: int | None) -> bool:
    alerts.one_at_a_time()
    rows = type(circuit)._default_manager.select_for_update(no_key=True)
    row = rows.only(*CLOSED).get(pk=circuit.pk)
    opens, now = not row.is_blocked, timezone.now()
    row.blocked_until, row.blocked_since = now + Circuit.rest_after(row.blocked_tries), row.blocked_since or now
    row.blocked_reason, row.blocked_code = reason[:200], code
    row.save(update_fields=list(CLOSED))
    if opens:
        log.error(kind, entity=row.pk, reason=reason)
        account, number = _ids(circuit)
        alerts.hold(Notice(kind, particulars={"reason": reason[:200]}), account, number=number, holds=True)
        record(kind, circuit, by=None, reason=reason[:200])
    return opens


def _take_try(circuit: WabaAccount | PhoneNumber) -> bool:
    tries = circuit.blocked_tries + 1
    rested = type(circuit)._default_manager.filter(pk=circuit.pk, blocked_until__lte=Now())
    return bool(rested.update(blocked_until=timezone.now() + Circuit.rest_after(tries), blocked_tries=tries))


def _close(circuit: WabaAccount | PhoneNumber) -> bool:
    rows = type(circuit)._default_manager.filter(pk=circuit.pk).exclude(blocked_until=None)
    if not rows.update(**CLOSED):
        return False
    log.info("circuit.closed", entity=str(circuit))
    account, number = _ids(circuit)
    for kind in ALERTS[type(circuit)]:
        alerts.hold(Notice(kind), account, number=number, holds=False)
    return True


def _ids(circuit: WabaAccount | PhoneNumber) -> tuple[int, int | None]:
    return (circuit.waba_id, circuit.pk) if isinstance(circuit, PhoneNumber) else (circuit.pk, None)
