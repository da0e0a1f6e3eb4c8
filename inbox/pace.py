"""How fast messages may leave: a number's pace and a pair's, kept in PostgreSQL, so that they hold for any
number of workers. Each is a time until which slots are taken (GCRA); taking one moves it forward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from inbox.models import Message
from lib.arrays import columns
from numbers.models import PhoneNumber

BURST_SECONDS = 0.05
"""How far a number's pace may run ahead; more lets twice its rate through in one second."""
LEAST_BURST = 4
BULK_PART = 0.75
"""Of that, how much bulk may use: what is left is free for the next reply at any moment."""
PAIR_SECONDS = 6
PAIR_BURST = 45
"""One message per 6 s to one person, 45 ahead at most (Meta: section 11, pair limit)."""


def free_slots(number: PhoneNumber, lane: str) -> int:
    """How many messages of a lane the number may send now; while it tries the way after a rest, one."""
    if number.held_by:
        return 1
    burst = max(LEAST_BURST, int(number.pace * BURST_SECONDS))
    if lane == Message.Lane.BULK:
        burst = int(burst * BULK_PART)
    ahead = max(number.send_slots_taken_until - timezone.now(), timedelta(0))
    return max(0, int(burst - ahead.total_seconds() * number.pace))


TAKE_SLOTS = """
UPDATE numbers_phonenumber AS n
SET send_slots_taken_until = GREATEST(n.send_slots_taken_until, now()) + taken.seconds * interval '1 second'
FROM unnest(%b::bigint[], %b::float[]) AS taken (number, seconds) WHERE n.id = taken.number
"""

# Two conversations of one person, one closed and one open, are one pair.
TAKE_PAIRS = """
INSERT INTO inbox_recipientpace AS pace (number_id, contact_id, slots_taken_until)
SELECT number, contact, now() + count(*) * %s * interval '1 second'
FROM unnest(%b::bigint[], %b::bigint[]) AS pair (number, contact)
GROUP BY number, contact ORDER BY number, contact
ON CONFLICT (number_id, contact_id) DO UPDATE
SET slots_taken_until = GREATEST(pace.slots_taken_until, now()) + (EXCLUDED.slots_taken_until - now())
"""


def take(sends: Iterable[tuple[PhoneNumber, int]]) -> None:
    """Take the slots of messages that are about to be sent, each a number and a contact; there is at least one."""
    sends = list(sends)
    counts = Counter(number.pk for number, _ in sends)
    paces = {number.pk: number.pace for number, _ in sends}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SLOTS, columns([(pk, count / paces[pk]) for pk, count in counts.items()]))
        pairs = columns([(number.pk, contact) for number, contact in sends])
        cursor.execute(TAKE_PAIRS, [PAIR_SECONDS, *pairs])
