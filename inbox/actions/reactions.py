"""Reactions of ours: sent like messages, shown under the message they are about once WhatsApp took them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from inbox.actions.amend import show_amended
from lib.after_commit import on_commit

# A person may take one for sent whose wamid nobody knows.
SHOW = """
INSERT INTO inbox_amendment (wamid, number_id, kind, target_wamid, direction, text, payload, sent_at)
SELECT COALESCE(m.wamid, 'sent.' || m.id), m.number_id, 'reaction', m.quoted_wamid, 'OUTBOUND', m.text, m.payload,
  m.sent_at
FROM inbox_message AS m
WHERE m.id = ANY(%b) AND m.kind = 'reaction' AND m.client_key IS NOT NULL AND m.status IN (30, 50, 60, 70)
ORDER BY m.id
ON CONFLICT (number_id, wamid, kind) DO NOTHING
RETURNING number_id, target_wamid
"""

WITHDRAW = """
DELETE FROM inbox_amendment AS a USING inbox_message AS m
WHERE m.id = ANY(%b) AND m.kind = 'reaction' AND m.client_key IS NOT NULL AND m.status = 40
  AND a.number_id = m.number_id AND a.wamid = m.wamid AND a.kind = 'reaction'
RETURNING a.number_id, a.target_wamid
"""


def settle_reactions(messages: Iterable[int]) -> None:
    """Show those of these messages that are reactions and were taken; take back those that failed after all.

    Runs inside the caller's transaction.
    """
    pks = list(messages)
    if not pks:
        return
    with connection.cursor() as cursor:
        cursor.execute(SHOW, [pks])
        changed = cursor.fetchall()
        cursor.execute(WITHDRAW, [pks])
        changed += cursor.fetchall()
    if changed:
        on_commit(lambda: show_amended(changed))
