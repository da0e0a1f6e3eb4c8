"""The trail as a table for spreadsheets, streamed: a million entries need no memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.audit import words
from accounts.audit.trail import record
from accounts.models import AuditLog, User
from lib.spreadsheets import BYTE_ORDER_MARK, lines

BATCH = 2_000


def export(entries: QuerySet[AuditLog], *, filter: dict[str, str], by: User) -> Iterator[str]:
    """Record that `by` takes `entries` with them; return the lines, newest first, of what there is now."""
    with transaction.atomic():
        there = entries.order_by().aggregate(count=Count("pk"), last=Max("pk"))
        record("audit.exported", AuditLog, by=by, filter=filter, count=there["count"])
    return _lines(
        entries.filter(pk__lte=there["last"] or 0), translation.get_language(), timezone.get_current_timezone()
    )


def _lines(entries: QuerySet[AuditLog], language: str | None, zone: tzinfo) -> Iterator[str]:
    with translation.override(language):
        titles = lines([_titles()])
    yield BYTE_ORDER_MARK + titles
    for batch in _batches(entries.select_related("actor").order_by("-at", "-pk")):
        # Lines are made when the view and its language are gone.
        with translation.override(language), timezone.override(zone):
            table = lines([_cells(entry) for entry in batch])
        yield table


def _batches(entries: QuerySet[AuditLog]) -> Iterator[list[AuditLog]]:
    """Go on after the last entry, not after so many: each batch costs the same."""
    after = Q()
    while batch := list(entries.filter(after)[:BATCH]):
        yield batch
        end = batch[-1]
        after = Q(at__lte=end.at) & (Q(at__lt=end.at) | Q(pk__lt=end.pk))


def _titles() -> list[str]:
    return [
        _("Number"), _("When"), _("Person"), _("E-mail"), _("Action"), _("Code"), _("About"), _("Its number"),
        _("Particulars"), _("Address"), _("Request"),
    ]  # fmt: skip


def _cells(entry: AuditLog) -> Sequence[Any]:
    actor = entry.actor
    return (
        entry.pk, _written(entry.at), actor.name if actor else "", actor.email if actor else "",
        words.action(entry.action), entry.action, words.thing(entry.entity_type), entry.entity_id,
        json.dumps(entry.particulars, ensure_ascii=False), entry.address or "", entry.request_id,
    )  # fmt: skip


def _written(at: datetime) -> str:
    return timezone.localtime(at).isoformat(sep=" ", timespec="seconds")
