"""Write down how calls to Graph ended, and decide what follows, by Meta's numeric code alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from inbox import broadcasts, uploads
from inbox.actions.reactions import settle_reactions
from inbox.actions.statuses import settle_parked
from inbox.claims import Claim
from inbox.models import Message, SendAttempt
from inbox.models.message import REACTION
from lib import graph
from lib.after_commit import on_commit
from lib.arrays import columns
from messaging.errors import EXPIRED, Meaning, Next, meaning

log = structlog.get_logger(__name__)

UNKNOWN_HOLDS = timedelta(seconds=30)
"""How long a message nobody can tell about holds up the next of its conversation."""
BACKOFF = [2, 8, 30, 120, 600]
"""Seconds before each further try of a transient failure (Meta: section 10.6)."""
PAIR_BACKOFF = [4, 16, 64]
"""Seconds to leave one recipient alone after 131056: 4 to the power of the try."""

UNKNOWN_FILE = frozenset({100, 131009, 131053})
"""What Graph answers, among other reasons, to a media id that it does not know."""

Status, Outcome = Message.Status, SendAttempt.Outcome


@dataclass(frozen=True, slots=True)
class Ended:
    """A claim and how its call ended."""

    claim: Claim
    outcome: graph.Outcome


def store_outcomes(ended: Sequence[Ended]) -> None:
    """Store how calls ended, all in one transaction; one that cannot be stored costs only itself."""
    try:
        with transaction.atomic():
            _store(ended)
    except (IntegrityError, DataError, ValueError) as error:
        if len(ended) > 1:
            for one in ended:
                store_outcomes([one])
            return
        # For example a wamid that another message has: it was accepted, and cannot be told apart.
        log.exception("send.outcome_not_stored", message=ended[0].claim.message)
        store_outcomes([Ended(ended[0].claim, graph.Unknown(f"not stored: {type(error).__name__}"))])


def end_lost_calls(*, started_before: datetime) -> int:
    """Make calls whose worker died unknown; return how many. The periodic sweep calls this.

    Where the worker died with the file under way, nothing was sent: the message waits for another.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_LOST, [started_before])
        cursor.execute(LOST, [started_before, timezone.now() + UNKNOWN_HOLDS])
        lost = cursor.fetchall()
        broadcasts.messages_changed(lost)
    return len(lost)


def send_unknown_again() -> int:
    """Queue again what nobody confirmed in time, where the number's policy takes that risk; return how many."""
    return _changed(AGAIN)


def expire_queued() -> int:
    """End what waited too long to leave; return how many."""
    return _changed(EXPIRE, EXPIRED)


def _changed(statement: str, *values: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        changed = cursor.fetchall()
        broadcasts.messages_changed(changed)
    return len(changed)


AGAIN = """
WITH held AS (
  SELECT m.id FROM inbox_message AS m JOIN numbers_phonenumber AS n ON n.id = m.number_id
  WHERE m.outbox = 20 AND m.due_at <= now() AND n.when_unknown = 'RESEND' AND m.attempt_count < 5
    AND NOT EXISTS (SELECT FROM inbox_message again WHERE again.resend_of_id = m.id)
  ORDER BY m.id FOR NO KEY UPDATE OF m SKIP LOCKED LIMIT 1000
)
UPDATE inbox_message AS m SET status = 0, due_at = now() FROM held WHERE m.id = held.id
RETURNING m.id, m.conversation_id
"""

EXPIRE = """
WITH over AS (
  SELECT id FROM inbox_message WHERE outbox = 0 AND expires_at <= now()
  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED LIMIT 1000
)
UPDATE inbox_message AS m SET status = 40, error_code = %s FROM over WHERE m.id = over.id
RETURNING m.id, m.conversation_id
"""

# Messages before attempts, in the order of ids, as everybody.
LOCK_LOST = """
SELECT 1 FROM inbox_message WHERE id IN
  (SELECT message_id FROM inbox_sendattempt WHERE outcome IS NULL AND started_at < %s)
ORDER BY id FOR NO KEY UPDATE
"""

LOST = """
WITH lost AS (
  UPDATE inbox_sendattempt SET outcome = CASE WHEN is_uploading THEN 'NOT_SENT' ELSE 'UNKNOWN' END,
    ended_at = now(), detail = 'the worker died'
  WHERE outcome IS NULL AND started_at < %s RETURNING message_id, is_uploading
)
UPDATE inbox_message AS m SET status = CASE WHEN is_uploading THEN 0 ELSE 20 END,
  due_at = CASE WHEN is_uploading THEN now() ELSE %s END
FROM lost WHERE m.id = lost.message_id AND m.status = 10
RETURNING m.id, m.conversation_id
"""

LOCK = "SELECT 1 FROM inbox_message WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE"

# An acceptance is a fact and only ever raises the status; anything else holds only while the message is
# still being sent, because a webhook may have told more already.
MESSAGES = """
UPDATE inbox_message AS m SET
  status = CASE WHEN n.status = 30 THEN GREATEST(m.status, 30) ELSE n.status END,
  wamid = COALESCE(m.wamid, n.wamid), due_at = n.due_at, error_code = n.error_code, error_detail = n.error_detail,
  throttled_count = m.throttled_count + n.throttled
FROM unnest(%b::bigint[], %b::int[], %b::text[], %b::timestamptz[], %b::int[], %b::text[], %b::int[])
  AS n (id, status, wamid, due_at, error_code, error_detail, throttled)
WHERE m.id = n.id AND (n.status = 30 OR m.status = 10)
RETURNING m.id, m.conversation_id
"""

ATTEMPTS = """
UPDATE inbox_sendattempt AS a SET ended_at = now(), outcome = n.outcome, http_status = n.http_status,
  error_code = n.error_code, detail = n.detail, trace_id = n.trace_id
FROM unnest(%b::uuid[], %b::text[], %b::int[], %b::int[], %b::text[], %b::text[])
  AS n (id, outcome, http_status, error_code, detail, trace_id)
WHERE a.id = n.id AND (a.outcome IS NULL OR n.outcome = 'ACCEPTED')
RETURNING a.id
"""


def _store(ended: Sequence[Ended]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [[one.claim.message for one in ended]])
        cursor.execute(ATTEMPTS, columns([_attempt_row(one) for one in ended]))
        # What was stored before (its commit's answer was lost) must not touch a later attempt's message.
        news = {attempt for (attempt,) in cursor.fetchall()}
        if gone := [one.claim for one in ended if _lost_its_file(one)]:
            uploads.forget([(claim.file.key, claim.number.pk) for claim in gone if claim.file])
        if rows := [(*_message_row(one), _is_throttled(one)) for one in ended if one.claim.attempt in news]:
            cursor.execute(MESSAGES, columns(rows))
            broadcasts.messages_changed(cursor.fetchall())
            settle_reactions(one.claim.message for one in ended if one.claim.kind == REACTION)
    accepted = [(one.claim.number.pk, one.outcome.wamid) for one in ended if isinstance(one.outcome, graph.Accepted)]
    # A status may have been parked while we waited for the answer: both sides look again.
    on_commit(lambda: settle_parked(accepted))


def _attempt_row(one: Ended) -> tuple[Any, ...]:
    match one.outcome:
        case graph.Accepted():
            return one.claim.attempt, Outcome.ACCEPTED, 200, None, "", ""
        case graph.Rejected(code, detail, http_status, trace_id):
            return one.claim.attempt, Outcome.REJECTED, http_status, code, detail, trace_id
        case graph.NotSent(detail):
            return one.claim.attempt, Outcome.NOT_SENT, None, None, detail, ""
        case graph.Unknown(detail, http_status):
            return one.claim.attempt, Outcome.UNKNOWN, http_status or None, None, detail, ""


def _message_row(one: Ended) -> tuple[Any, ...]:
    """The message's id, status, wamid, due time, error code and detail after the call."""
    pk = one.claim.message
    match one.outcome:
        case graph.Accepted(wamid):
            return pk, Status.SENT, wamid, None, None, ""
        case graph.Unknown():
            return pk, Status.UNKNOWN, None, timezone.now() + UNKNOWN_HOLDS, None, ""
        case graph.NotSent():
            return pk, Status.QUEUED, None, _later(BACKOFF[:4], one.claim.tries), None, ""
        case graph.Rejected() if _lost_its_file(one):
            return pk, Status.QUEUED, None, timezone.now(), None, ""
        case graph.Rejected(code, detail, http_status):
            what = meaning(code, http_status)
            if (due_at := _next_try(what, one.claim)) is None:
                return pk, Status.FAILED, None, None, code, detail
            return pk, Status.QUEUED, None, due_at, None, ""


def _lost_its_file(one: Ended) -> bool:
    """Whether Meta refused a file by an id that we had from before: it is brought there again."""
    known = one.claim.file is not None and not one.claim.is_uploading
    return known and isinstance(one.outcome, graph.Rejected) and one.outcome.code in UNKNOWN_FILE


def _is_throttled(one: Ended) -> int:
    """1 where Meta said "slower" or "not now" of the number or the pair, and nothing of the message."""
    if not isinstance(one.outcome, graph.Rejected):
        return 0
    return int(meaning(one.outcome.code, one.outcome.http_status).next not in (Next.RETRY, Next.FAIL))


def _next_try(what: Meaning, claim: Claim) -> datetime | None:
    """When the message may be tried again; None when it is over."""
    tries = claim.tries if what.next is Next.RETRY else claim.throttled_count + 1
    if what.next is Next.FAIL or tries >= what.tries:
        return None
    match what.next:
        case Next.RETRY:
            return _later(BACKOFF, tries)
        case Next.SLOW_RECIPIENT:
            return _later(PAIR_BACKOFF, tries)
        case _:
            # The number's or the account's own pause holds it back.
            return timezone.now()


def _later(steps: list[int], tries: int) -> datetime:
    seconds = steps[min(tries, len(steps)) - 1]
    return timezone.now() + timedelta(seconds=seconds * random.uniform(0.8, 1.2))
