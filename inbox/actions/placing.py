"""Which conversation a message belongs to, opening one where there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from inbox.models.message import FROM_META
from lib.arrays import columns
from messaging.facts import MessageFact

Pair = tuple[int, int]
"""A contact and a number of ours, by id."""


@dataclass(frozen=True, slots=True)
class Routed:
    """A fact with the rows it belongs to."""

    fact: MessageFact
    number: int
    contact: int

    @property
    def pair(self) -> Pair:
        return self.contact, self.number

    @property
    def is_customers(self) -> bool:
        """Whether the customer said it, so that somebody of ours has the next step."""
        return not self.fact.is_ours and self.fact.kind not in FROM_META


OPEN_ONES = """
SELECT contact_id, number_id, id FROM inbox_conversation
WHERE (contact_id, number_id) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[])) AND status <> 'CLOSED'
ORDER BY id FOR NO KEY UPDATE
"""

CLOSED_ONES = """
SELECT contact_id, number_id, id, closed_at FROM inbox_conversation
WHERE (contact_id, number_id) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[]))
  AND status = 'CLOSED' AND NOT is_history
ORDER BY closed_at
"""

# What only we said, or Meta, waits for the customer: nobody of ours has the next step.
OPEN_NEW = """
INSERT INTO inbox_conversation (contact_id, number_id, last_message_at, status)
SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[], %b::text[]) AS pair (contact, number, at, status)
ORDER BY contact, number
ON CONFLICT (contact_id, number_id) WHERE status <> 'CLOSED' DO NOTHING
"""

REOPEN = """
UPDATE inbox_conversation SET status = 'OPEN', closed_at = NULL
WHERE id = ANY(%b) AND status = 'CLOSED'
"""


def conversations_of(routed: Sequence[Routed]) -> list[int]:
    """Return the conversation id of each live message, opening conversations where none is.

    A message older than the end of a closed conversation joins that one; any other belongs to the one
    that is not closed. Somebody may close it between our statements, hence the second look.
    """
    if not routed:
        return []
    pairs = sorted({row.pair for row in routed})
    while True:
        opened, closed = _open_ones(pairs), _closed_ones(pairs)
        places = [_joined(row, closed) or opened.get(row.pair) for row in routed]
        homeless = [row for row, place in zip(routed, places, strict=True) if place is None]
        if not homeless:
            return [place for place in places if place is not None]
        _open(homeless, closed)


Closed = dict[Pair, list[tuple[int, datetime]]]
"""The closed conversations of each pair with their ends, oldest first."""


def _joined(row: Routed, closed: Closed) -> int | None:
    return next((pk for pk, closed_at in closed[row.pair] if row.fact.sent_at <= closed_at), None)


def _open_ones(pairs: list[Pair]) -> dict[Pair, int]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ONES, columns(pairs))
        return {(contact, number): pk for contact, number, pk in cursor.fetchall()}


def _closed_ones(pairs: list[Pair]) -> Closed:
    closed: Closed = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_ONES, columns(pairs))
        for contact, number, pk, closed_at in cursor.fetchall():
            closed[contact, number].append((pk, closed_at))
    return closed


def _open(homeless: list[Routed], closed: Closed) -> None:
    first = {row.pair: row.fact.sent_at for row in sorted(homeless, key=lambda r: r.fact.sent_at, reverse=True)}
    asked = {row.pair for row in homeless if row.is_customers}
    grace = timedelta(hours=settings.CONVERSATION_REOPEN_HOURS)
    again = [closed[pair][-1][0] for pair, at in first.items() if closed[pair] and at <= closed[pair][-1][1] + grace]
    new = [(*pair, at, "OPEN" if pair in asked else "PENDING") for pair, at in first.items()]
    with connection.cursor() as cursor:
        if again:
            cursor.execute(REOPEN, [sorted(again)])
        cursor.execute(OPEN_NEW, columns(sorted(new)))


def conversations_with(pairs: Sequence[Pair]) -> dict[Pair, int]:
    """Return the conversation of each pair that is not closed; where there is none, open one that waits for
    the customer."""
    wanted = sorted(set(pairs))
    opened = _open_ones(wanted)
    while missing := [pair for pair in wanted if pair not in opened]:
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(OPEN_NEW, columns([(*pair, now, "PENDING") for pair in missing]))
        opened = _open_ones(wanted)
    return opened


# --- What was said before the number came here ----------------------------------------------------

PASTS = """
INSERT INTO inbox_conversation AS past (contact_id, number_id, last_message_at, closed_at, status, is_history)
SELECT contact, number, max(at), max(at), 'CLOSED', true
FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[]) AS said (contact, number, at)
GROUP BY contact, number ORDER BY contact, number
ON CONFLICT (contact_id, number_id) WHERE is_history
DO UPDATE SET closed_at = GREATEST(past.closed_at, EXCLUDED.closed_at)
RETURNING contact_id, number_id, id
"""


def pasts_of(routed: Sequence[Routed]) -> list[int]:
    """Return the conversation id of each imported message: each customer's past with a number is one, closed."""
    if not routed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(PASTS, columns([(*row.pair, row.fact.sent_at) for row in routed]))
        pasts = {(contact, number): pk for contact, number, pk in cursor.fetchall()}
    return [pasts[row.pair] for row in routed]
