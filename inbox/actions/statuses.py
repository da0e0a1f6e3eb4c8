"""Statuses in: what Meta says became of our messages, in any order, any number of times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from inbox import broadcasts
from inbox.actions.reactions import settle_reactions
from inbox.models import Message
from lib.after_commit import on_commit
from lib.arrays import columns
from messaging.facts import StatusUpdate
from numbers.routes import Routes

RUNG = {status.name.lower(): status for status in Message.Status}
"""Meta's word for a status to its rung of the ladder."""


@dataclass(frozen=True, slots=True)
class Report:
    """One status of one message, wherever it came from."""

    number: int
    wamid: str
    status: int
    at: datetime
    particulars: dict[str, Any]
    attempt: UUID | None = None


def apply_statuses(facts: Sequence[StatusUpdate], routes: Routes) -> int:
    """Raise the statuses that `facts` report; return how many belong to messages of ours.

    The message is found by the attempt id that travelled with it, then by wamid; what is not found is
    parked, and looked for again after the commit. Runs inside the caller's transaction.
    """
    reports = [
        Report(
            number=routes.numbers[fact.phone_number_id].pk,
            wamid=fact.wamid,
            status=RUNG[fact.status],
            at=fact.at,
            particulars=fact.particulars,
            attempt=attempt_id(fact.callback_data),
        )
        for fact in facts
    ]
    return _apply(reports)


def settle_parked(wamids: Iterable[tuple[int, str]] | None = None) -> int:
    """Apply parked statuses whose message exists by now: of these (number, wamid), or of all."""
    among = sorted(set(wamids)) if wamids is not None else None
    if among == []:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        if among is None:
            cursor.execute(FOUND)
        else:
            cursor.execute(FOUND_AMONG, columns(among))
        return _apply([_unparked(*row) for row in cursor.fetchall()])


FOUND = """
DELETE FROM inbox_parkedstatus AS parked USING inbox_message AS message
WHERE message.number_id = parked.number_id AND message.wamid = parked.wamid AND message.direction = 'OUTBOUND'
RETURNING parked.number_id, parked.wamid, parked.status, parked.at, parked.particulars
"""

FOUND_AMONG = """
DELETE FROM inbox_parkedstatus AS parked USING inbox_message AS message
WHERE (parked.number_id, parked.wamid) IN (SELECT * FROM unnest(%b::bigint[], %b::text[]))
  AND message.number_id = parked.number_id AND message.wamid = parked.wamid AND message.direction = 'OUTBOUND'
RETURNING parked.number_id, parked.wamid, parked.status, parked.at, parked.particulars
"""

BY_ATTEMPT = "SELECT id, message_id FROM inbox_sendattempt WHERE id = ANY(%b)"

BY_WAMID = """
SELECT number_id, wamid, id FROM inbox_message
WHERE (number_id, wamid) IN (SELECT * FROM unnest(%b::bigint[], %b::text[])) AND direction = 'OUTBOUND'
"""


def _apply(reports: list[Report]) -> int:
    if not reports:
        return 0
    messages = _messages_of(reports)
    known = [(pk, r) for pk, r in zip(messages, reports, strict=True) if pk is not None]
    foreign = [r for pk, r in zip(messages, reports, strict=True) if pk is None]
    if known:
        changed = _climb(known)
        _write_receipts(known)
        settle_reactions(pk for pk, _ in changed)
        broadcasts.messages_changed(changed)
    if foreign:
        _park(foreign)
    return len(known)


def _messages_of(reports: list[Report]) -> list[int | None]:
    with connection.cursor() as cursor:
        by_attempt: dict[UUID, int] = {}
        if attempts := [r.attempt for r in reports if r.attempt]:
            cursor.execute(BY_ATTEMPT, [attempts])
            by_attempt = dict(cursor.fetchall())
        by_wamid: dict[tuple[int, str], int] = {}
        if rest := [(r.number, r.wamid) for r in reports if r.attempt not in by_attempt]:
            cursor.execute(BY_WAMID, columns(rest))
            by_wamid = {(number, wamid): pk for number, wamid, pk in cursor.fetchall()}
    return [
        by_attempt.get(r.attempt) if r.attempt in by_attempt else by_wamid.get((r.number, r.wamid)) for r in reports
    ]


LOCK = "SELECT id FROM inbox_message WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE"

CLIMB = """
UPDATE inbox_message AS m SET status = GREATEST(m.status, n.status), wamid = COALESCE(m.wamid, n.wamid)
FROM (SELECT id, max(status) AS status, min(wamid) AS wamid
      FROM unnest(%b::bigint[], %b::int[], %b::text[]) AS report (id, status, wamid) GROUP BY id) AS n
WHERE m.id = n.id AND (m.status < n.status OR m.wamid IS NULL)
RETURNING m.id, m.conversation_id
"""


def _climb(known: list[tuple[int, Report]]) -> list[tuple[int, int]]:
    """Raise each message to the highest rung reported; return the changed ones with their conversations."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted({pk for pk, _ in known})])
        cursor.execute(CLIMB, columns([(pk, int(r.status), r.wamid) for pk, r in known]))
        return cursor.fetchall()


# Of two reports of one status the earlier is kept, in whatever order they came; sorted by the unique key,
# so that two workers with the same statuses wait for each other in one order.
WRITE = """
INSERT INTO inbox_messagereceipt AS known (message_id, status, at, particulars)
SELECT DISTINCT ON (message, status) message, status, at, particulars
FROM unnest(%b::bigint[], %b::int[], %b::timestamptz[], %b::jsonb[]) AS report (message, status, at, particulars)
ORDER BY message, status, at, particulars
ON CONFLICT (message_id, status) DO UPDATE SET at = EXCLUDED.at, particulars = EXCLUDED.particulars
WHERE (EXCLUDED.at, EXCLUDED.particulars) < (known.at, known.particulars)
"""


def _write_receipts(known: list[tuple[int, Report]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITE, columns([(pk, int(r.status), r.at, Jsonb(r.particulars)) for pk, r in known]))


PARK = """
INSERT INTO inbox_parkedstatus AS known (number_id, wamid, status, at, particulars)
SELECT DISTINCT ON (number, wamid, status) number, wamid, status, at, particulars
FROM unnest(%b::bigint[], %b::text[], %b::int[], %b::timestamptz[], %b::jsonb[])
  AS report (number, wamid, status, at, particulars)
ORDER BY number, wamid, status, at, particulars
ON CONFLICT (number_id, wamid, status) DO UPDATE SET at = EXCLUDED.at, particulars = EXCLUDED.particulars
WHERE (EXCLUDED.at, EXCLUDED.particulars) < (known.at, known.particulars)
"""


def _park(foreign: list[Report]) -> None:
    rows = [(r.number, r.wamid, int(r.status), r.at, Jsonb(r.particulars)) for r in foreign]
    with connection.cursor() as cursor:
        cursor.execute(PARK, columns(rows))
    # The sender may have stored the wamid while we looked: both sides look again after their commit.
    wamids = {(report.number, report.wamid) for report in foreign}
    on_commit(lambda: settle_parked(wamids))


def attempt_id(callback_data: str) -> UUID | None:
    """Read the id of an attempt that travelled with its message; None for anything else that comes back."""
    try:
        return UUID(callback_data)
    except ValueError:
        return None


def _unparked(number: int, wamid: str, status: int, at: datetime, particulars: Any) -> Report:
    # Django's cursors give jsonb as text.
    return Report(number, wamid, status, at, json.loads(particulars))
