"""What was said later about messages: kept as facts of their own, shown with the message."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg.types.json import Jsonb

from inbox import broadcasts
from inbox.models import Conversation
from lib.after_commit import on_commit
from lib.arrays import columns
from messaging.facts import Amendment
from numbers.routes import Routes

INSERT = """
INSERT INTO inbox_amendment (wamid, number_id, kind, target_wamid, direction, text, payload, sent_at)
SELECT * FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::jsonb[],
                     %b::timestamptz[])
ON CONFLICT (number_id, wamid, kind) DO NOTHING
RETURNING number_id, target_wamid
"""

TARGETS = """
SELECT m.id, m.conversation_id FROM inbox_message AS m
WHERE (m.number_id, m.wamid) IN (SELECT * FROM unnest(%b::bigint[], %b::text[]))
"""


def apply_amendments(facts: Sequence[Amendment], routes: Routes) -> int:
    """Store reactions, edits, deletions and ends of calls; return how many are new.

    They open no conversation and no window, count as nothing unread and move nothing in the list. Their
    message may come later, or never. Runs inside the caller's transaction.
    """
    rows = {
        (fact.wamid, routes.numbers[fact.phone_number_id].pk, fact.kind): (
            fact.target_wamid,
            "OUTBOUND" if fact.is_ours else "INBOUND",
            fact.text,
            Jsonb(fact.raw),
            fact.sent_at,
        )
        for fact in reversed(facts)
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns([(*key, *rows[key]) for key in sorted(rows)]))
        new = cursor.fetchall()
    if new:
        # Looked for after the commit: a message that commits beside us shows them by itself.
        on_commit(lambda: show_amended(new))
    return len(new)


def show_amended(targets: list[tuple[int, str]]) -> None:
    """Show messages, named by (number, wamid), with what was said about them by now."""
    with connection.cursor() as cursor:
        cursor.execute(TARGETS, columns(sorted(set(targets))))
        messages = cursor.fetchall()
    broadcasts.messages_changed(messages)
    shown_in_list = Conversation.objects.filter(last_message__in=[pk for pk, _ in messages])
    broadcasts.rows_changed(broadcasts.Row.of(conversation) for conversation in shown_in_list)
