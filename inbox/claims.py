"""Claim what is due: the heads of many conversations, each with its attempt row, in one transaction.

PostgreSQL keeps all limits, so that they hold for any number of workers: paces (inbox.pace), and circuits,
each a time until which nothing is sent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from inbox import broadcasts, pace
from inbox.models import Attachment
from inbox.models.conversation import SERVICE_WINDOW
from lib.arrays import columns
from lib.plans import execute_planned_now
from messaging import sendable
from messaging.errors import EXPIRED, NO_ADDRESS, OPTED_OUT, WINDOW_CLOSED
from numbers.actions import take_try
from numbers.models import PhoneNumber, WabaAccount

KNOWN_TO_META = timedelta(days=29)
"""How long a file that was brought to Meta is sent by its id: Meta keeps it for 30 days (Meta: section 7)."""


@dataclass(frozen=True, slots=True)
class ClaimedFile:
    """The file of a message; `media_id` is Meta's for it, or empty when it has to be brought there first."""

    key: uuid.UUID
    storage_name: str
    filename: str
    content_type: str
    size: int
    media_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send now, and whom it goes to."""

    attempt: uuid.UUID
    number: PhoneNumber
    message: int
    conversation: int
    contact: int
    kind: str
    content: Any = field(hash=False)
    quoted_wamid: str
    attempt_count: int
    throttled_count: int
    request_id: str
    phone: str
    bsuid: str
    last_inbound_at: datetime | None
    expires_at: datetime | None
    is_unwanted: bool
    """Marketing, to somebody who asked for no more of it."""
    file: ClaimedFile | None = None

    @property
    def tries(self) -> int:
        """How many calls were about the message itself, this one too; throttling burns none."""
        return self.attempt_count - self.throttled_count

    @property
    def is_uploading(self) -> bool:
        """Whether its file has to be brought to Meta before it can be sent."""
        return self.file is not None and not self.file.media_id

    @property
    def refusal(self) -> int | None:
        """Why it must not be sent, as one of our codes: decided now, whatever the page knew."""
        if self.expires_at and self.expires_at <= timezone.now():
            return EXPIRED
        if self.kind != "template" and not self._window_is_open:
            return WINDOW_CLOSED
        if self.is_unwanted:
            return OPTED_OUT
        return None if self.phone or self.bsuid else NO_ADDRESS

    @property
    def _window_is_open(self) -> bool:
        return self.last_inbound_at is not None and timezone.now() < self.last_inbound_at + SERVICE_WINDOW


@dataclass(frozen=True, slots=True)
class Round:
    """What a round of claiming gave, and whether a number's pace held something back."""

    claims: Sequence[Claim]
    is_held_back: bool
    more: bool
    """Whether to look again at once."""


NOTHING = Round((), is_held_back=False, more=False)


def claim_due(lane: str, *, limit: int) -> Round:
    """Mark up to `limit` due messages of a lane as SENDING, with their attempts; numbers take turns."""
    with transaction.atomic():
        numbers = _numbers_with_work(lane)
        slots = _slots(numbers, lane, limit)
        due = _due(lane, {number.pk: number for number in numbers}, slots) if slots else []
        refused = {claim: code for claim in due if (code := claim.refusal) is not None}
        ready = _one_upload_each([claim for claim in due if claim not in refused])
        claims = [claim for claim in ready if _may_leave(claim.number)]
        if refused:
            _refuse(refused)
        if claims:
            _start(claims)
    held_back = any(number.pk not in slots for number in numbers)
    return Round(claims, held_back, more=held_back or bool(claims or refused))


# Statements and not querysets: building those took a third of a round's time.
NUMBERS = """
SELECT n.* FROM numbers_phonenumber n JOIN numbers_wabaaccount w ON w.id = n.waba_id
WHERE n.state = 'ACTIVE' AND w.state = 'ACTIVE' AND (n.blocked_until IS NULL OR n.blocked_until <= now())
  AND (w.blocked_until IS NULL OR w.blocked_until <= now())
  AND EXISTS (SELECT FROM inbox_message m
              WHERE m.number_id = n.id AND m.lane = %s AND m.outbox = 0 AND m.due_at <= now())
ORDER BY n.id FOR NO KEY UPDATE OF n
"""

ACCOUNTS = "SELECT * FROM numbers_wabaaccount WHERE id = ANY(%s)"


def _numbers_with_work(lane: str) -> list[PhoneNumber]:
    """Lock the numbers that have something due and may send: they and their accounts active, no circuit open."""
    numbers = list(PhoneNumber.objects.raw(NUMBERS, [lane]))
    if numbers:
        wanted = sorted({number.waba_id for number in numbers})
        accounts = {account.pk: account for account in WabaAccount.objects.raw(ACCOUNTS, [wanted])}
        for number in numbers:
            number.waba = accounts[number.waba_id]
    return numbers


def _may_leave(number: PhoneNumber) -> bool:
    """Whether a message of the number may leave; after a rest only the one that gets the try."""
    return not number.held_by or take_try(number)


def _slots(numbers: list[PhoneNumber], lane: str, limit: int) -> dict[int, int]:
    """Share `limit` evenly among the numbers whose pace allows something now."""
    free = {number.pk: slots for number in numbers if (slots := pace.free_slots(number, lane))}
    share = max(1, limit // len(free)) if free else 0
    return {pk: min(slots, share) for pk, slots in list(free.items())[:limit]}


# A head is a message before which no other of its conversation still stands; what is to leave at a later time,
# and was not tried yet, stands before nothing. Reactions keep an order of their own: they hold up no message,
# and leave when none is about to.
DUE = """
SELECT head.number_id, head.id, head.conversation_id, c.contact_id, head.kind, head.payload -> head.kind,
  head.quoted_wamid, head.attempt_count + 1, head.throttled_count, head.request_id,
  COALESCE('+' || phone.value, ''), COALESCE(bsuid.value, ''), c.last_inbound_at,
  head.expires_at,
  head.kind = 'template' AND contact.marketing_refused_at IS NOT NULL AND EXISTS (
    SELECT FROM messaging_template t WHERE t.waba_id = turn.waba AND t.category = 'MARKETING'
    AND t.name = head.payload #>> '{template,name}' AND t.language = head.payload #>> '{template,language,code}'),
  file.id, COALESCE(upload.media_id, '')
FROM unnest(%b::bigint[], %b::int[], %b::text[], %b::bigint[]) AS turn (number, slots, portfolio, waba)
CROSS JOIN LATERAL (
  SELECT m.* FROM inbox_message m JOIN inbox_conversation mc ON mc.id = m.conversation_id
  WHERE m.number_id = turn.number AND m.lane = %s AND m.outbox = 0 AND m.due_at <= now()
    AND NOT EXISTS (SELECT FROM inbox_message e WHERE e.conversation_id = m.conversation_id AND e.outbox IS NOT NULL
                    AND (e.outbox = 10 OR e.id < m.id AND (e.kind = 'reaction') = (m.kind = 'reaction')
                                          AND (e.outbox = 0 AND (e.due_at <= now() OR e.attempt_count > 0)
                                               OR e.outbox = 20 AND e.due_at > now())
                         OR m.kind = 'reaction' AND e.kind <> 'reaction' AND e.outbox = 0 AND e.due_at <= now()))
    AND NOT EXISTS (SELECT FROM inbox_recipientpace p WHERE p.number_id = m.number_id
                    AND p.contact_id = mc.contact_id AND p.slots_taken_until > now() + %s * interval '1 second')
  ORDER BY m.due_at, m.id LIMIT turn.slots FOR NO KEY UPDATE OF m SKIP LOCKED
) AS head
JOIN inbox_conversation c ON c.id = head.conversation_id
JOIN contacts_contact contact ON contact.id = c.contact_id
LEFT JOIN inbox_attachment file ON file.message_id = head.id
LEFT JOIN inbox_upload upload ON upload.key = file.key AND upload.number_id = head.number_id
  AND upload.uploaded_at > now() - %s
LEFT JOIN LATERAL (
  SELECT value FROM contacts_contactidentity i
  WHERE i.contact_id = c.contact_id AND i.kind = 'PHONE' AND i.is_current ORDER BY i.seen_at DESC LIMIT 1
) AS phone ON true
LEFT JOIN LATERAL (
  SELECT value FROM contacts_contactidentity i
  WHERE i.contact_id = c.contact_id AND i.kind = 'BSUID' AND i.is_current
    AND i.key = turn.portfolio || '/' || i.value
  ORDER BY i.seen_at DESC LIMIT 1
) AS bsuid ON true
"""


def _due(lane: str, numbers: dict[int, PhoneNumber], slots: dict[int, int]) -> list[Claim]:
    turns = [(pk, count, numbers[pk].waba.portfolio, numbers[pk].waba_id) for pk, count in slots.items()]
    with connection.cursor() as cursor:
        execute_planned_now(cursor, DUE, [*columns(turns), lane, pace.PAIR_SECONDS * pace.PAIR_BURST, KNOWN_TO_META])
        rows = cursor.fetchall()
    files = Attachment.objects.in_bulk([row[-2] for row in rows if row[-2]])
    return [_claim(numbers[row[0]], row[1:-2], files.get(row[-2]), row[-1]) for row in rows]


def _claim(number: PhoneNumber, row: tuple[Any, ...], file: Attachment | None, media_id: str) -> Claim:
    message, conversation, contact, kind, content, *rest = row
    # Django's cursors give jsonb as text.
    claim = Claim(uuid.uuid4(), number, message, conversation, contact, kind, json.loads(content), *rest)
    return replace(claim, file=_file(file, media_id)) if file else claim


def _file(file: Attachment, media_id: str) -> ClaimedFile:
    name = file.download_name
    return ClaimedFile(
        key=file.key,
        storage_name=file.storage_name,
        filename=name,
        content_type=sendable.upload_type(file.content_type, name),
        size=file.size or 0,
        media_id=media_id,
    )


def _one_upload_each(claims: list[Claim]) -> list[Claim]:
    """Leave out what waits for a file that is under way already: a thousand messages may show one file."""
    wanted = {(claim.file.key, claim.number.pk) for claim in claims if claim.file and claim.is_uploading}
    if not wanted:
        return claims
    running = Attachment.objects.filter(
        message__attempts__outcome=None, message__attempts__is_uploading=True, key__in=[key for key, _ in wanted]
    )
    taken = set(running.values_list("key", "message__number"))
    started = []
    for claim in claims:
        if claim.file and claim.is_uploading:
            if (pair := (claim.file.key, claim.number.pk)) in taken:
                continue
            taken.add(pair)
        started.append(claim)
    return started


START = """
WITH started AS (
  UPDATE inbox_message AS m SET status = 10, attempt_count = m.attempt_count + 1
  FROM unnest(%b::bigint[]) AS n (id) WHERE m.id = n.id AND m.outbox = 0
)
INSERT INTO inbox_sendattempt (id, message_id, is_uploading, detail, trace_id)
SELECT attempt, message, is_uploading, '', ''
FROM unnest(%b::uuid[], %b::bigint[], %b::boolean[]) AS n (attempt, message, is_uploading)
"""


def _start(claims: list[Claim]) -> None:
    """Write down, before any call, that these are being sent; their pace is taken."""
    messages, attempts = [c.message for c in claims], [c.attempt for c in claims]
    uploading = [c.is_uploading for c in claims]
    with connection.cursor() as cursor:
        cursor.execute(START, [messages, attempts, messages, uploading])
    pace.take((claim.number, claim.contact) for claim in claims)


REFUSE = """
UPDATE inbox_message AS m SET status = 40, error_code = n.code
FROM unnest(%b::bigint[], %b::int[]) AS n (id, code) WHERE m.id = n.id
"""


def _refuse(refused: dict[Claim, int]) -> None:
    """End what may not be sent any more; the next of its conversation is free."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE, columns([(claim.message, code) for claim, code in refused.items()]))
    broadcasts.messages_changed([(claim.message, claim.conversation) for claim in refused])
