"""Messages in: facts to rows, many at a time, the same rows in whatever order they come.

Imported history is outside that promise where it meets a live message of the same wamid: the first of
the two stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from contacts.actions import Move, contacts_of
from inbox import broadcasts
from inbox.actions.merge import follow
from inbox.actions.placing import Routed, conversations_of, pasts_of
from inbox.actions.statuses import RUNG, settle_parked
from inbox.actions.summaries import New, touch, touch_pasts
from lib.after_commit import on_commit, wake_on_commit
from lib.arrays import columns
from messaging.facts import MessageFact
from numbers.routes import Routes

MEDIA_LIVES = timedelta(days=7)
"""How long Meta keeps what a delivery names (Meta: section 7)."""

Known = dict[tuple[int, str], Routed]
"""Facts by number and wamid."""


def receive_messages(facts: Sequence[MessageFact], routes: Routes) -> int:
    """Store what was said; return how many messages are new.

    A fact that is known already changes nothing. Runs inside the caller's transaction; locks are taken
    contacts first, then conversations, each in the order of ids.
    """
    routed = _route(facts, routes)
    live = [row for row in routed if not row.fact.is_history]
    past = [row for row in routed if row.fact.is_history]
    return _receive_live(live, routes) + _receive_past(past)


def _route(facts: Sequence[MessageFact], routes: Routes) -> list[Routed]:
    said = [(fact.phone_number_id, fact.customer, fact.sent_at) for fact in facts]
    return [
        Routed(fact, routes.numbers[fact.phone_number_id].pk, contact)
        for fact, contact in zip(facts, contacts_of(said, routes), strict=True)
    ]


def _receive_live(routed: list[Routed], routes: Routes) -> int:
    if not routed:
        return 0
    new = _insert(routed, conversations_of(routed))
    if not new:
        return 0
    known = _by_wamid(routed)
    _attach(new, known)
    broadcasts.messages_changed([(message.pk, message.conversation) for message in new])
    broadcasts.rows_changed(touch(new))
    if moves := _moves(new, known, routes):
        follow(moves)
    if ours := [(message.number, message.wamid) for message in new if message.is_ours]:
        # Its status may have come first and be parked: both sides look again after their commit.
        on_commit(lambda: settle_parked(ours))
    return len(new)


def _moves(new: list[New], known: Known, routes: Routes) -> list[Move]:
    """The customers of whom Meta says, for the first time, that they go on under other identities."""
    return [
        Move(
            contact=row.contact,
            portfolio=routes.numbers[row.fact.phone_number_id].waba.portfolio,
            bsuid=row.fact.moved_to.bsuid,
            phone=row.fact.moved_to.phone,
            at=row.fact.sent_at,
            old_bsuid=row.fact.customer.bsuid,
            old_phone=row.fact.customer.phone,
        )
        for row in (known[message.number, message.wamid] for message in new)
        if row.fact.moved_to
    ]


def _receive_past(routed: list[Routed]) -> int:
    if not routed:
        return 0
    new = _insert(routed, pasts_of(routed))
    known = _by_wamid(routed)
    _attach([*new, *_fill_placeholders(known)], known)
    if new:
        touch_pasts(new)
    return len(new)


def _by_wamid(routed: list[Routed]) -> Known:
    return {(row.number, row.fact.wamid): row for row in reversed(routed)}


# --- The rows -------------------------------------------------------------------------------------

TAKE_IDS = "SELECT nextval(pg_get_serial_sequence('inbox_message', 'id')) FROM generate_series(1, %s)"

INSERT = """
INSERT INTO inbox_message
  (id, conversation_id, number_id, direction, kind, text, payload, wamid, quoted_wamid, sent_at, status,
   lane, attempt_count, error_detail, request_id)
SELECT id, conversation, number, direction, kind, text, payload, wamid, quoted, at, status, 'replies', 0, '', ''
FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::jsonb[],
            %b::text[], %b::timestamptz[], %b::int[])
  AS fact (wamid, number, id, conversation, direction, kind, text, payload, quoted, at, status)
ON CONFLICT (number_id, wamid) DO NOTHING
RETURNING id, conversation_id, number_id, wamid, sent_at, kind, direction
"""


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


def _values(fact: MessageFact) -> tuple[Any, ...]:
    direction, status = ("OUTBOUND", int(RUNG[fact.status])) if fact.is_ours else ("INBOUND", None)
    return direction, fact.kind, fact.text, Jsonb(fact.raw), fact.quoted_wamid, fact.sent_at, status


ATTACH = """
INSERT INTO inbox_attachment
  (message_id, key, state, media_id, claimed_type, claimed_sha256, filename, content_type, sha256, tries, due_at,
   problem, expires_at)
SELECT message, gen_random_uuid(), 'WAITING', media, type, hash, name, '', '', 0, now(), '', now() + %s
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[]) AS file (message, media, type, hash, name)
ORDER BY message
ON CONFLICT (message_id) DO NOTHING
"""


def _attach(messages: list[New], known: Known) -> None:
    """Note the files that came with messages; the media lane fetches them."""
    found = ((message.pk, known[message.number, message.wamid].fact.media) for message in messages)
    files = [
        (pk, media.media_id[:64], media.mime_type[:120], media.sha256[:64], media.filename[:255])
        for pk, media in found
        if media
    ]
    if files:
        values: list[Any] = [MEDIA_LIVES, *columns(files)]
        with connection.cursor() as cursor:
            cursor.execute(ATTACH, values)
        wake_on_commit("media")


FILL = """
UPDATE inbox_message AS m SET kind = f.kind, text = f.text, payload = f.payload
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::text[], %b::jsonb[]) AS f (number, wamid, kind, text, payload)
WHERE m.number_id = f.number AND m.wamid = f.wamid AND m.kind = 'media_placeholder'
RETURNING m.id, m.conversation_id, m.number_id, m.wamid, m.sent_at, m.kind, m.direction
"""


def _fill_placeholders(known: Known) -> list[New]:
    """Put imported media where only its place was kept (Meta: section 2.11, history)."""
    rows = [
        (*key, row.fact.kind, row.fact.text, Jsonb(row.fact.raw))
        for key, row in sorted(known.items())
        if row.fact.media
    ]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FILL, columns(rows))
        return [New(*row) for row in cursor.fetchall()]
