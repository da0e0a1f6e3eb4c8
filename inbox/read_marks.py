"""The slow half of telling customers what was read: claim what is due, call Graph, note how it went."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection

from lib import pulse
from lib.arrays import columns
from lib.graph import GraphError, client
from numbers.models import PhoneNumber

log = structlog.get_logger(__name__)

AT_ONCE = 16
PATIENCE = 10.0
"""Seconds to wait for an answer; a late one would help nobody."""
TRIES = 3
LEASE_SECONDS = 60
AGAIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Telling:
    """One customer to be told, by one call."""

    conversation: int
    number: int
    wamid: str
    is_typing: bool
    lease: datetime


def tell_due() -> None:
    """Tell customers what is due until nothing is."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="read-mark") as threads:
        while not pulse.stopping.is_set() and (tellings := _claim()):
            numbers = PhoneNumber.objects.select_related("waba").in_bulk({telling.number for telling in tellings})
            told = list(threads.map(_tell, tellings, [numbers[telling.number] for telling in tellings]))
            _note(list(zip(tellings, told, strict=True)))


CLAIM = """
WITH due AS (
  SELECT mark.conversation_id, c.number_id FROM inbox_readmark mark
  JOIN inbox_conversation c ON c.id = mark.conversation_id
  JOIN numbers_phonenumber n ON n.id = c.number_id JOIN numbers_wabaaccount w ON w.id = n.waba_id
  WHERE mark.due_at <= now() AND n.state = 'ACTIVE' AND n.blocked_until IS NULL
    AND w.state = 'ACTIVE' AND w.blocked_until IS NULL
  ORDER BY mark.due_at LIMIT %s FOR UPDATE OF mark SKIP LOCKED
)
UPDATE inbox_readmark AS mark SET due_at = now() + %s * interval '1 second', tries = mark.tries + 1
FROM due WHERE mark.conversation_id = due.conversation_id
RETURNING mark.conversation_id, due.number_id, mark.wamid,
  COALESCE(mark.typed_at > now() - interval '20 seconds', false), mark.due_at
"""


def _claim() -> list[Telling]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [4 * AT_ONCE, LEASE_SECONDS])
        return [Telling(*row) for row in cursor.fetchall()]


def _tell(telling: Telling, number: PhoneNumber) -> bool:
    try:
        client(patience=PATIENCE).mark_read(
            number.phone_number_id,
            telling.wamid,
            is_typing=telling.is_typing,
            token=number.token,
            app_secret=number.secret_for_proof,
        )
    except GraphError as error:
        log.info("read_mark.failed", conversation=telling.conversation, error=str(error))
        return False
    return True


# Whatever became due again meanwhile has another time than the lease, and stays due.
NOTE = """
UPDATE inbox_readmark AS mark SET
  told_wamid = CASE WHEN n.told THEN n.wamid ELSE mark.told_wamid END,
  due_at = CASE WHEN mark.due_at <> n.lease THEN mark.due_at WHEN n.told OR mark.tries >= %s THEN NULL
           ELSE now() + %s * mark.tries * interval '1 second' END
FROM unnest(%b::bigint[], %b::text[], %b::timestamptz[], %b::bool[]) AS n (conversation, wamid, lease, told)
WHERE mark.conversation_id = n.conversation
"""


def _note(ended: list[tuple[Telling, bool]]) -> None:
    rows = [(telling.conversation, telling.wamid, telling.lease, told) for telling, told in ended]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [TRIES, AGAIN_SECONDS, *columns(rows)])
