"""Messages in: facts to rows, many at a time, the same rows in whatever order they come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from contacts.actions import Sighting, identify
from inbox import broadcasts
from inbox.models.message import FROM_META
from lib.arrays import columns
from messaging.inbound import InboundMessage
from numbers.models import PhoneNumber

NO_WINDOW = FROM_META | {"reaction"}
"""Kinds that do not open the 24-hour window (Meta: section 12; reactions are assumed not to)."""

Pair = tuple[int, int]
"""A contact and a number of ours, by id."""


@dataclass(frozen=True, slots=True)
class Routed:
    """A fact with the rows it belongs to."""

    fact: InboundMessage
    number: int
    contact: int

    @property
    def pair(self) -> Pair:
        return self.contact, self.number


def receive_messages(facts: Sequence[InboundMessage], numbers: dict[str, PhoneNumber]) -> int:
    """Store what customers sent; return how many messages are new.

    `numbers` holds our row of each `phone_number_id` among the facts. A fact that is known already
    changes nothing. Runs inside the caller's transaction; locks are taken contacts first, then
    conversations, each in the order of ids.
    """
    if not facts:
        return 0
    routed = _route(facts, numbers)
    conversations = _conversations_of(routed)
    new = _insert(routed, conversations)
    if new:
        broadcasts.messages_changed([(row.pk, row.conversation) for row in new])
        broadcasts.rows_changed(_touch(new))
    return len(new)


def _route(facts: Sequence[InboundMessage], numbers: dict[str, PhoneNumber]) -> list[Routed]:
    sightings = [
        Sighting(
            portfolio=numbers[fact.phone_number_id].waba.portfolio,
            bsuid=fact.sender_bsuid,
            phone=fact.sender_phone,
            username=fact.sender_username,
            profile_name=fact.sender_name,
            at=fact.sent_at,
        )
        for fact in facts
    ]
    contacts = identify(sightings)
    return [
        Routed(fact, numbers[fact.phone_number_id].pk, contacts[sighting.person])
        for fact, sighting in zip(facts, sightings, strict=True)
    ]


# --- Which conversation ---------------------------------------------------------------------------

OPEN_ONES = """
SELECT contact_id, number_id, id FROM inbox_conversation
WHERE (contact_id, number_id) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[])) AND status <> 'CLOSED'
ORDER BY id FOR NO KEY UPDATE
"""

CLOSED_ONES = """
SELECT contact_id, number_id, id, closed_at FROM inbox_conversation
WHERE (contact_id, number_id) IN (SELECT * FROM unnest(%b::bigint[], %b::bigint[])) AND status = 'CLOSED'
ORDER BY closed_at
"""

OPEN_NEW = """
INSERT INTO inbox_conversation (contact_id, number_id, last_message_at)
SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[]) AS pair (contact, number, at)
ORDER BY contact, number
ON CONFLICT (contact_id, number_id) WHERE status <> 'CLOSED' DO NOTHING
"""

REOPEN = """
UPDATE inbox_conversation SET status = 'OPEN', closed_at = NULL
WHERE id = ANY(%b) AND status = 'CLOSED'
"""


def _conversations_of(routed: list[Routed]) -> list[int]:
    """Return the conversation id of each fact, opening conversations where none is.

    A fact older than the end of a closed conversation joins that one; any other belongs to the one
    that is not closed. Somebody may close it between our statements, hence the second look.
    """
    pairs = sorted({row.pair for row in routed})
    while True:
        opened, closed = _open_ones(pairs), _closed_ones(pairs)
        places = [_joined(row, closed) or opened.get(row.pair) for row in routed]
        homeless = [row for row, place in zip(routed, places, strict=True) if place is None]
        if not homeless:
            return [place for place in places if place is not None]
        _open(homeless, closed)


def _joined(row: Routed, closed: dict[Pair, list[tuple[int, datetime]]]) -> int | None:
    return next((pk for pk, closed_at in closed[row.pair] if row.fact.sent_at <= closed_at), None)


def _open_ones(pairs: list[Pair]) -> dict[Pair, int]:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ONES, columns(pairs))
        return {(contact, number): pk for contact, number, pk in cursor.fetchall()}


def _closed_ones(pairs: list[Pair]) -> dict[Pair, list[tuple[int, datetime]]]:
    closed: dict[Pair, list[tuple[int, datetime]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_ONES, columns(pairs))
        for contact, number, pk, closed_at in cursor.fetchall():
            closed[contact, number].append((pk, closed_at))
    return closed


def _open(homeless: list[Routed], closed: dict[Pair, list[tuple[int, datetime]]]) -> None:
    first = {row.pair: row.fact.sent_at for row in sorted(homeless, key=lambda r: r.fact.sent_at, reverse=True)}
    grace = timedelta(hours=settings.CONVERSATION_REOPEN_HOURS)
    again = [closed[pair][-1][0] for pair, at in first.items() if closed[pair] and at <= closed[pair][-1][1] + grace]
    with connection.cursor() as cursor:
        if again:
            cursor.execute(REOPEN, [sorted(again)])
        cursor.execute(OPEN_NEW, columns(sorted((*pair, at) for pair, at in first.items())))


# --- The rows -------------------------------------------------------------------------------------

TAKE_IDS = "SELECT nextval(pg_get_serial_sequence('inbox_message', 'id')) FROM generate_series(1, %s)"

INSERT = """
INSERT INTO inbox_message
  (id, conversation_id, number_id, direction, kind, text, payload, wamid, quoted_wamid, sent_at,
   lane, attempt_count, error_detail, request_id)
SELECT id, conversation, number, 'INBOUND', kind, text, payload, wamid, quoted, at, 'replies', 0, '', ''
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::jsonb[],
            %b::text[], %b::timestamptz[])
  AS fact (wamid, number, id, conversation, kind, text, payload, quoted, at)
ON CONFLICT (number_id, wamid) WHERE wamid IS NOT NULL DO NOTHING
RETURNING id, conversation_id, sent_at, kind
"""


@dataclass(frozen=True, slots=True)
class New:
    """A message that was not there before."""

    pk: int
    conversation: int
    sent_at: datetime
    kind: str


def _insert(routed: list[Routed], conversations: list[int]) -> list[New]:
    """Insert what is not there yet. Ids are given in the order of arrival, which decides within a second
    of Meta's time; rows go in sorted by wamid, so that two workers with the same facts never wait in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_IDS, [len(routed)])
        rows = {
            (row.fact.wamid, row.number): (pk, conversation, *_values(row.fact))
            for (pk,), row, conversation in reversed(list(zip(cursor.fetchall(), routed, conversations, strict=True)))
        }
        cursor.execute(INSERT, columns([(*key, *rows[key]) for key in sorted(rows)]))
        return [New(*row) for row in cursor.fetchall()]


def _values(fact: InboundMessage) -> tuple[Any, ...]:
    return fact.kind, fact.text, Jsonb(fact.raw), fact.quoted_wamid, fact.sent_at


LOCK = "SELECT id, last_outbound_at FROM inbox_conversation WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE"

TOUCH = """
UPDATE inbox_conversation AS c SET
  last_message_id = CASE WHEN c.last_message_id IS NULL OR (n.at, n.message) > (c.last_message_at, c.last_message_id)
                         THEN n.message ELSE c.last_message_id END,
  last_message_at = CASE WHEN c.last_message_id IS NULL THEN n.at ELSE GREATEST(c.last_message_at, n.at) END,
  last_inbound_at = GREATEST(c.last_inbound_at, n.window_at),
  unread_count = c.unread_count + n.unread,
  waiting_since = CASE WHEN c.status <> 'CLOSED' THEN LEAST(c.waiting_since, n.waiting) END,
  status = CASE WHEN c.status = 'PENDING' AND n.unread > 0 THEN 'OPEN' ELSE c.status END
FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::int[])
  AS n (id, message, at, window_at, waiting, unread)
WHERE c.id = n.id
RETURNING c.id, c.number_id, c.team_id
"""


def _touch(new: list[New]) -> list[broadcasts.Row]:
    """Bring each conversation's last message, window, waiting time and unread count up to date."""
    of: dict[int, list[New]] = defaultdict(list)
    for message in new:
        of[message.conversation].append(message)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(of)])
        rows = [_summary(pk, answered_at, of[pk]) for pk, answered_at in cursor.fetchall()]
        cursor.execute(TOUCH, columns(rows))
        return [broadcasts.Row(*row) for row in cursor.fetchall()]


def _summary(conversation: int, answered_at: datetime | None, messages: list[New]) -> tuple[Any, ...]:
    latest = max(messages, key=lambda m: (m.sent_at, m.pk))
    theirs = [m.sent_at for m in messages if m.kind not in FROM_META]
    opening = [m.sent_at for m in messages if m.kind not in NO_WINDOW]
    unanswered = [at for at in theirs if answered_at is None or at > answered_at]
    return (
        conversation,
        latest.pk,
        latest.sent_at,
        max(opening, default=None),
        min(unanswered, default=None),
        len(theirs),
    )
