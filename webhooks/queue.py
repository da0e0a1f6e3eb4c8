"""Which deliveries wait, and whose turn it is.

PENDING rows of the ledger are the queue. Numbers take turns, and what is live goes before what waited
long. The index of what is pending also holds dead entries of what was just done, until vacuum comes; a
worker that drains all day would walk over them at each claim. So it remembers up to when all is drained,
and looks over everything only once a second, which also finds what another worker gave back.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from lib.plans import execute_planned_now

BATCH = 200
"""Deliveries of one claim; a quiet queue gives fewer."""
BATCH_BYTES = 4 * 1024 * 1024
LIVE_SECONDS = 300
"""What waited longer is backlog, and comes after what is live."""
LOOK_SECONDS = 1.0
LATE_SECONDS = 2
"""How long a delivery's commit may take and it is still found before the next look over everything."""

# Our numbers, and by a loose scan whatever else waits: one step in the index for each routing key.
KEYS = """
WITH RECURSIVE turn AS (
  (SELECT routing_key FROM webhooks_webhookevent WHERE state = 'PENDING' ORDER BY routing_key LIMIT 1)
  UNION ALL
  SELECT (SELECT e.routing_key FROM webhooks_webhookevent e
          WHERE e.state = 'PENDING' AND e.routing_key > turn.routing_key ORDER BY e.routing_key LIMIT 1)
  FROM turn WHERE turn.routing_key IS NOT NULL
)
SELECT routing_key FROM turn WHERE routing_key IS NOT NULL UNION SELECT phone_number_id FROM numbers_phonenumber
"""

# Each number that has something waiting gets the same share of the batch, its oldest first.
CLAIM = """
WITH turn AS (
  SELECT number.key FROM unnest(%(keys)b::text[]) AS number (key)
  WHERE EXISTS (SELECT FROM webhooks_webhookevent e
                WHERE e.state = 'PENDING' AND e.routing_key = number.key AND {window})
), share AS (
  SELECT key, greatest(1, %(room)s / (count(*) OVER ())) AS size FROM turn
)
SELECT e.id, e.bytes, share.key, share.size FROM share CROSS JOIN LATERAL (
  SELECT id, octet_length(body) AS bytes FROM webhooks_webhookevent e
  WHERE e.state = 'PENDING' AND e.routing_key = share.key AND {window}
  ORDER BY e.received_at, e.id LIMIT share.size FOR UPDATE SKIP LOCKED
) AS e
LIMIT %(room)s
"""
CLAIM_LIVE = CLAIM.format(window="e.received_at > GREATEST(%(since)s, now() - %(live)s * interval '1 second')")
CLAIM_BACKLOG = CLAIM.format(window="e.received_at <= now() - %(live)s * interval '1 second'")

# A number is read several times as fast as a time.
BODIES = """
SELECT id, extract(epoch FROM received_at)::float8, body FROM webhooks_webhookevent WHERE id = ANY(%b) ORDER BY id
"""
DRAINED_UP_TO = "SELECT now() - %s * interval '1 second'"

LONG_AGO = datetime.fromisoformat("2009-01-01T00:00:00+00:00")


class Queue:
    """The waiting deliveries as one worker sees them; a new one knows nothing and looks over everything."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._drained_up_to = LONG_AGO
        self._looked_at = -LOOK_SECONDS

    def claim(self) -> list[tuple[int, datetime, bytes]]:
        """Lock the deliveries whose turn it is, until the transaction ends; return ids, arrivals and bodies."""
        with connection.cursor() as cursor:
            looks = time.monotonic() - self._looked_at >= LOOK_SECONDS
            if looks:
                self._look(cursor)
            rows = self._rows(cursor, CLAIM_LIVE, BATCH)
            if looks and (room := BATCH - len(rows)):
                rows += self._rows(cursor, CLAIM_BACKLOG, room)
            taken = _that_fit(rows)
            if taken == rows and not _is_share_full(rows):
                cursor.execute(DRAINED_UP_TO, [LATE_SECONDS])
                self._drained_up_to = cursor.fetchone()[0]
            elif looks:
                # There is more of everything than one batch takes.
                self._looked_at = -LOOK_SECONDS
            if not taken:
                return []
            execute_planned_now(cursor, BODIES, [[pk for pk, *_ in taken]])
            return [(pk, datetime.fromtimestamp(at, UTC), bytes(body)) for pk, at, body in cursor.fetchall()]

    def _look(self, cursor: Any) -> None:
        execute_planned_now(cursor, KEYS)
        self._keys = [key for (key,) in cursor.fetchall()]
        self._drained_up_to, self._looked_at = LONG_AGO, time.monotonic()

    def _rows(self, cursor: Any, claim: str, room: int) -> list[tuple[int, int, str, int]]:
        if not self._keys:
            return []
        values = {"keys": self._keys, "room": room, "live": LIVE_SECONDS, "since": self._drained_up_to}
        execute_planned_now(cursor, claim, values)
        return cursor.fetchall()


def _that_fit(rows: list[tuple[int, int, str, int]]) -> list[tuple[int, int, str, int]]:
    """The first of the claimed rows, by size, that one transaction takes; at least one."""
    total = 0
    for count, (_, size, *_rest) in enumerate(rows):
        total += size
        if count and total > BATCH_BYTES:
            return rows[:count]
    return rows


def _is_share_full(rows: list[tuple[int, int, str, int]]) -> bool:
    """Whether some number used its whole share, so that more of it may wait."""
    counts = Counter(key for *_, key, _ in rows)
    return any(counts[key] >= share for *_, key, share in rows)
