"""What the list shows of a conversation, brought up to date by the messages that came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inbox import broadcasts
from inbox.models.message import FROM_META
from lib.arrays import columns


@dataclass(frozen=True, slots=True)
class New:
    """A message that was not there before."""

    pk: int
    conversation: int
    number: int
    wamid: str
    sent_at: datetime
    kind: str
    direction: str

    @property
    def is_ours(self) -> bool:
        return self.direction == "OUTBOUND"


LOCK = "SELECT id, last_outbound_at FROM inbox_conversation WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE"

TOUCH = """
UPDATE inbox_conversation AS c SET
  last_message_id = CASE WHEN n.message IS NOT NULL
                           AND (c.last_message_id IS NULL OR (n.at, n.message) > (c.last_message_at, c.last_message_id))
                         THEN n.message ELSE c.last_message_id END,
  last_message_at = CASE WHEN n.message IS NULL THEN c.last_message_at
                         WHEN c.last_message_id IS NULL THEN n.at ELSE GREATEST(c.last_message_at, n.at) END,
  last_inbound_at = GREATEST(c.last_inbound_at, n.window_at),
  last_outbound_at = GREATEST(c.last_outbound_at, n.answered_at),
  unread_count = c.unread_count + n.unread,
  waiting_since = CASE WHEN c.status <> 'CLOSED' THEN LEAST(c.waiting_since, n.waiting) END,
  status = CASE WHEN c.status = 'PENDING' AND n.unread > 0 THEN 'OPEN' ELSE c.status END
FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[],
            %b::int[]) AS n (id, message, at, window_at, answered_at, waiting, unread)
WHERE c.id = n.id
RETURNING c.id, c.number_id, c.team_id
"""

# What went out by another way answered them up to its time; what came later still waits.
ANSWER = """
UPDATE inbox_conversation AS c SET waiting_since = (
  SELECT min(m.sent_at) FROM inbox_message AS m
  WHERE m.conversation_id = c.id AND m.sent_at > c.last_outbound_at
    AND m.direction = 'INBOUND' AND m.kind <> ALL(%b)
)
WHERE c.id = ANY(%b) AND c.status <> 'CLOSED'
"""


def touch(new: Sequence[New]) -> list[broadcasts.Row]:
    """Bring last message, window, answer, waiting time and unread count of each conversation up to date."""
    of: dict[int, list[New]] = defaultdict(list)
    for message in new:
        of[message.conversation].append(message)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(of)])
        rows = [_summary(pk, answered_at, of[pk]) for pk, answered_at in cursor.fetchall()]
        cursor.execute(TOUCH, columns(rows))
        touched = [broadcasts.Row(*row) for row in cursor.fetchall()]
        if answered := sorted({message.conversation for message in new if message.is_ours}):
            cursor.execute(ANSWER, [sorted(FROM_META), answered])
    return touched


def _summary(conversation: int, answered_at: datetime | None, messages: list[New]) -> tuple[Any, ...]:
    # Notices of Meta's move nothing in the list.
    said = [m for m in messages if m.kind not in FROM_META]
    theirs = [m for m in said if not m.is_ours]
    latest = max(said, key=lambda m: (m.sent_at, m.pk), default=None)
    unanswered = [m.sent_at for m in theirs if answered_at is None or m.sent_at > answered_at]
    return (
        conversation,
        latest.pk if latest else None,
        latest.sent_at if latest else None,
        max((m.sent_at for m in theirs), default=None),
        max((m.sent_at for m in said if m.is_ours), default=None),
        min(unanswered, default=None),
        len(theirs),
    )


PAST = """
UPDATE inbox_conversation AS c SET
  last_message_id = CASE WHEN c.last_message_id IS NULL OR (n.at, n.message) > (c.last_message_at, c.last_message_id)
                         THEN n.message ELSE c.last_message_id END,
  last_message_at = CASE WHEN c.last_message_id IS NULL THEN n.at ELSE GREATEST(c.last_message_at, n.at) END
FROM (SELECT DISTINCT ON (id) id, message, at FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[])
        AS said (id, message, at) ORDER BY id, at DESC, message DESC) AS n
WHERE c.id = n.id
"""


def touch_pasts(new: Sequence[New]) -> None:
    """Bring the last message of imported conversations up to date; nothing of them is unread or waits."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted({message.conversation for message in new})])
        cursor.execute(PAST, columns([(m.conversation, m.pk, m.sent_at) for m in new]))
