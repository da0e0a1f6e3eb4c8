"""Seal what was written, a little later and many at once: writers wait for nobody and for no seal.

An entry is sealed when no transaction that began before its own still runs. Whatever commits later comes
later in the order of transactions, so the chain only grows at its end and skips nothing.
"""

from __future__ import annotations

import structlog
from django.db import connection

from accounts.audit.chain import CANONICAL, Head, Last, Row, digest, keys, last
from accounts.models import AuditSeal
from lib import pulse
from lib.locks import only_one

log = structlog.get_logger(__name__)

BATCH = 5_000
"""Entries of one transaction."""

RUNNING = "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() AS s"
NEXT = f"""
SELECT {CANONICAL} FROM accounts_auditlog AS entry
WHERE (entry.written_in, entry.id) > (%(written_in)s, %(id)s) AND entry.written_in < %(oldest)s
ORDER BY entry.written_in, entry.id LIMIT %(rows)s
"""  # noqa: S608
# Ids of transactions begin anew in another cluster: the order there begins after what came from the old one.
# What this statement itself cannot see yet is from there; asked before it, whatever commits in between would be.
NEXT_AFTER_RESTORE = f"""
SELECT {CANONICAL} FROM accounts_auditlog AS entry,
  (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS following) AS seen
WHERE NOT EXISTS (SELECT FROM accounts_auditseal WHERE entry_id = entry.id)
AND (entry.written_in < %(oldest)s OR entry.written_in >= seen.following)
ORDER BY entry.written_in < seen.following, entry.written_in, entry.id LIMIT %(rows)s
"""  # noqa: S608


class EntryGone(Exception):
    """The entry of the last seal is not there: `manage.py audit verify` says more, and nothing is sealed on top."""


def seal_due() -> int:
    """Seal every entry that may be sealed; return how many. One process does it at a time, the others go.

    Raise EntryGone, or ImproperlyConfigured without a key.
    """
    before, sealed = last().head, 0
    while not pulse.stopping.is_set():
        rows = _seal_batch()
        sealed += rows
        if rows < BATCH:
            break
    if sealed:
        _tell_once_a_day(before, last().head)
    return sealed


def _seal_batch() -> int:
    key, *_old = keys()
    with only_one("accounts.audit") as ours:
        if not ours:
            return 0
        end = last()
        if end.entry is None:
            raise EntryGone(f"the entry of seal {end.head.position} is gone")
        rows = _due(end)
        _append(key, end.head, rows)
    return len(rows)


def _due(end: Last) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(RUNNING)
        oldest, following = cursor.fetchone()
        is_new_order = not end.head.position or end.written_in >= following
        bounds = {"written_in": end.written_in, "id": end.entry, "oldest": oldest, "rows": BATCH}
        cursor.execute(NEXT_AFTER_RESTORE if is_new_order else NEXT, bounds)
        return list(cursor.fetchall())


def _append(key: bytes, head: Head, rows: list[Row]) -> None:
    seals, previous = [], bytes.fromhex(head.digest)
    for position, row in enumerate(rows, head.position + 1):
        previous = digest(key, position, previous, row)
        seals.append(AuditSeal(position=position, entry_id=int(str(row[0])), digest=previous))
    AuditSeal.objects.bulk_create(seals)


def _tell_once_a_day(before: Head, after: Head) -> None:
    """Leave the head in the log whenever a new day begins: a copy out of the database's reach."""
    if before.at[:10] != after.at[:10]:
        log.info("audit.head", position=after.position, digest=after.digest, dated=after.at)
