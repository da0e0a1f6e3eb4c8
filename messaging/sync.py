"""Read the whole catalogue of an account from Graph: by a lane at intervals, by a button, when an account is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from lib.graph import GraphError, client
from messaging.catalogue import FIELDS, take_whole
from messaging.models import CatalogueReading, Template
from messaging.values import text
from numbers import alerts
from numbers.models import WabaAccount

log = structlog.get_logger(__name__)

PAGE = "100"
STALE_CURSOR = 131059
"""Graph's code when the catalogue changed between two pages: the reading begins again."""
READINGS, MAX_PAGES = 3, 1000
PAUSE_AFTER_FAILURE = timedelta(minutes=5)
NEWS_TRAVEL = timedelta(minutes=5)
"""A template that news told of so lately may not be listed yet."""
COLUMNS = [
    "meta_id",
    "category",
    "parameter_format",
    "status",
    "quality",
    "components",
    "reason",
    "coming_category",
    "synced_at",
    "stale_since",
    "told_at",
]


@dataclass(frozen=True, slots=True)
class Synced:
    """What a reading found: how many templates Graph lists, how many are new here, how many it lists no more."""

    listed: int
    added: int
    gone: int


def sync_due() -> None:
    """Read the catalogues that are due, each by one worker only; never raises for one of them."""
    if settings.TEMPLATE_SYNC_MINUTES <= 0:
        return
    new = WabaAccount.objects.filter(catalogue=None).values_list("pk", flat=True)
    CatalogueReading.objects.bulk_create([CatalogueReading(waba_id=pk) for pk in new], ignore_conflicts=True)
    due = CatalogueReading.objects.filter(due_at__lte=timezone.now())
    for pk, due_at in due.order_by("due_at").values_list("pk", "due_at"):
        if CatalogueReading.objects.filter(pk=pk, due_at=due_at).update(due_at=timezone.now() + PAUSE_AFTER_FAILURE):
            _safely(pk)


def sync_account(account: WabaAccount, *, by: User | None = None) -> Synced:
    """Make the account's catalogue what Graph lists now; raise GraphError, and then nothing has changed.

    What Graph lists no more is marked as deleted and stays: messages were made of it.
    """
    asked_at = timezone.now()
    try:
        listed = _listed(account)
    except GraphError as error:
        _note(account, error=str(error)[:300])
        raise
    with transaction.atomic():
        # News of the same templates wait until this is written down.
        alerts.one_at_a_time()
        synced = _keep(account, listed, asked_at)
        _note(account, read_at=asked_at, error="")
        if by:
            record("template.synced", account, by=by, count=synced.listed)
    return synced


def _safely(pk: int) -> None:
    try:
        sync_account(WabaAccount.objects.get(pk=pk))
    except Exception as error:
        # Refused, unreachable, a token that does not open: it is tried again, the others are not concerned.
        log.warning("catalogue.unread", account=pk, error=f"{type(error).__name__}: {error}"[:300])


def _note(account: WabaAccount, **values: Any) -> None:
    pause = timedelta(minutes=settings.TEMPLATE_SYNC_MINUTES) if "read_at" in values else PAUSE_AFTER_FAILURE
    due_at = timezone.now() + pause
    CatalogueReading.objects.update_or_create(waba=account, defaults={**values, "due_at": due_at})


def _listed(account: WabaAccount) -> list[dict[str, Any]]:
    for _ in range(READINGS - 1):
        try:
            return list(_pages(account))
        except GraphError as error:
            if error.code != STALE_CURSOR:
                raise
    return list(_pages(account))


def _pages(account: WabaAccount) -> Iterator[dict[str, Any]]:
    """Read page after page; the one without `next` is the last."""
    asked = {"token": account.token, "app_secret": account.app_secret, "fields": FIELDS, "limit": PAGE}
    for _ in range(MAX_PAGES):
        page = client().get(f"{account.waba_id}/message_templates", **asked)
        entries = page.get("data")
        if not isinstance(entries, list):
            raise GraphError("Graph answered without a list of templates")
        yield from (entry for entry in entries if isinstance(entry, dict))
        paging = page.get("paging")
        paging = paging if isinstance(paging, dict) else {}
        if not paging.get("next"):
            return
        asked["after"] = str((paging.get("cursors") or {}).get("after", ""))
    raise GraphError("Graph's list of templates has no end")


def _keep(account: WabaAccount, listed: list[dict[str, Any]], asked_at: datetime) -> Synced:
    known = {(row.name, row.language): row for row in Template.objects.filter(waba=account)}
    found = {(entry["name"], entry["language"]): entry for entry in listed if _is_named(entry)}
    rows = {key: known.get(key) or Template(waba=account, name=key[0], language=key[1]) for key in found}
    for key, row in rows.items():
        take_whole(row, found[key], asked_at)
        if row.stale_since and row.stale_since <= asked_at:
            row.stale_since = None
    gone = [row for key, row in known.items() if key not in found and _went(row, asked_at)]
    Template.objects.bulk_create(
        [*rows.values(), *gone],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["waba", "name", "language"],
        update_fields=COLUMNS,
    )
    return Synced(listed=len(found), added=len(found.keys() - known.keys()), gone=len(gone))


def _is_named(entry: dict[str, Any]) -> bool:
    """Whether an entry says which template it is about, in words that fit."""
    name, language = entry.get("name"), entry.get("language")
    return bool(name and name == text(name, 512) and language and language == text(language, 16))


def _went(row: Template, asked_at: datetime) -> bool:
    """Mark a template that Graph lists no more as deleted; return False where newer word says that it is there."""
    if row.status == Template.Status.DELETED or (row.stale_since and row.stale_since > asked_at - NEWS_TRAVEL):
        return False
    row.stale_since = None
    return bool(row.take({"status": Template.Status.DELETED}, asked_at))
