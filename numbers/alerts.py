"""Raise alerts and end them, once each, whatever the order in which the news comes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import connection
from django.db.models import Min, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from numbers.alert_kinds import kind_of
from numbers.models import Alert

log = structlog.get_logger(__name__)

LOCK = 0x6E657773
"""Our name for the advisory lock of all news of accounts, numbers and templates ("news")."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What people shall be told: a kind of numbers.alert_kinds, and what its sentence is filled with."""

    kind: str
    subject: str = ""
    particulars: dict[str, Any] = field(default_factory=dict)
    severity: str = ""
    """Empty: as bad as its kind is."""
    until: datetime | None = None
    """When it ends by itself."""


def one_at_a_time() -> None:
    """Let no other transaction apply news until this one ends: they are rare, and the newest must win.

    One advisory lock for all. Row locks would cross those of the senders, which hold numbers before
    accounts; a lock for each account would be taken in any order by the verbs of one batch.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def raise_alert(notice: Notice, account: int, *, number: int | None = None, at: datetime | None) -> None:
    """Insert an alert unless it is there, and let the newest of its topic end the others.

    `one_at_a_time` was called before. Without a time, the same words are the same alert for a week.
    """
    now = timezone.now()
    moment, kind = at or now, kind_of(notice.kind)
    key = _key(notice, account, number, at.isoformat() if at else f"{now:%G-W%V}")
    subject = notice.subject[:540]
    siblings = Alert.objects.filter(waba=account, number=number, topic=kind.topic, subject=subject)
    newer = siblings.filter(at__gt=moment).aggregate(at=Min("at"))["at"]
    alert, is_new = Alert.objects.get_or_create(
        key=key,
        defaults={
            "waba_id": account,
            "number_id": number,
            "kind": notice.kind,
            "topic": kind.topic,
            "severity": notice.severity or kind.severity,
            "subject": subject,
            "particulars": notice.particulars,
            "at": moment,
            "ended_at": min(filter(None, (notice.until, newer)), default=None),
        },
    )
    if is_new:
        siblings.filter(Q(ended_at=None) | Q(ended_at__gt=moment), at__lt=moment).update(ended_at=moment)
        log.info("alert.raised", alert=alert.pk, kind=alert.kind, severity=alert.severity, number=number)


def hold(notice: Notice, account: int, *, number: int | None = None, holds: bool) -> None:
    """Make what our checks found true of the alerts: one while it holds, ended when it does not."""
    one_at_a_time()
    standing = Alert.objects.filter(waba=account, number=number, kind=notice.kind, ended_at=None)
    if not holds:
        standing.update(ended_at=timezone.now())
    elif not standing.filter(subject=notice.subject[:540]).exists():
        raise_alert(notice, account, number=number, at=timezone.now())


def acknowledge(alert: Alert, *, by: User) -> None:
    """Write down that somebody has taken note; the first one stands."""
    found = Alert.objects.filter(pk=alert.pk, acknowledged_at=None)
    if found.update(acknowledged_at=timezone.now(), acknowledged_by=by):
        record("alert.acknowledged", alert, by=by, kind=alert.kind)


def _key(notice: Notice, account: int, number: int | None, when: str) -> str:
    said = [notice.kind, account, number, notice.subject, notice.particulars, when]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
