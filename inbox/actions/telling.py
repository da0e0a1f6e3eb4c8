"""What the customer gets to know of us: that their messages were read, that somebody types. Rows first; the lane
`read_marks` tells WhatsApp (inbox.read_marks). Each number has its policy."""

from __future__ import annotations

from django.db import connection

from inbox.models import Conversation
from inbox.models.message import FROM_META
from numbers.models import PhoneNumber

Policy = PhoneNumber.ReadMarks

# Of the newest message of theirs, where the number's policy is one of those given.
TELL = """
INSERT INTO inbox_readmark AS mark (conversation_id, wamid, told_wamid, typed_at, due_at, tries)
SELECT m.conversation_id, m.wamid, '', CASE WHEN %s THEN now() END, now(), 0
FROM inbox_message m JOIN numbers_phonenumber n ON n.id = m.number_id
WHERE m.conversation_id = %s AND m.direction = 'INBOUND' AND NOT m.kind = ANY(%b) AND n.read_marks = ANY(%b)
ORDER BY m.sent_at DESC, m.id DESC LIMIT 1
ON CONFLICT (conversation_id) DO UPDATE
SET wamid = EXCLUDED.wamid, typed_at = EXCLUDED.typed_at, due_at = now(), tries = 0
WHERE mark.told_wamid <> EXCLUDED.wamid
  OR EXCLUDED.typed_at > COALESCE(mark.typed_at + interval '10 seconds', '-infinity')
"""


def tell_opened(conversation: Conversation) -> None:
    """Let the customer know that all was read, where the number tells so on opening."""
    _tell(conversation, [Policy.ON_OPEN])


def tell_replied(conversation: Conversation) -> None:
    """Let the customer know that all was read, for somebody answers."""
    _tell(conversation, [Policy.ON_OPEN, Policy.ON_REPLY])


def tell_typing(conversation: Conversation) -> None:
    """Let the customer see for a moment that somebody types; for WhatsApp that is to have read, too."""
    if conversation.window_is_open and not conversation.is_closed:
        _tell(conversation, [Policy.ON_OPEN, Policy.ON_REPLY], is_typing=True)


def _tell(conversation: Conversation, policies: list[str], *, is_typing: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, [is_typing, conversation.pk, sorted(FROM_META), [str(policy) for policy in policies]])
