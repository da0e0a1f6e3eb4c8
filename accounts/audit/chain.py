"""The chain: each seal is an HMAC over an entry and the seal before it (docs/decisions/011-audit-chain.md)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

GENESIS = bytes(32)
"""What stands in the place of a digest before the first seal."""

# Each column as PostgreSQL's own text: exact for every value it can hold, whatever Python makes of it.
CANONICAL = """
entry.id::text, trim_scale(extract(epoch FROM entry.at) * 1000000)::text, entry.actor_id::text, entry.action,
entry.entity_type, entry.entity_id::text, entry.particulars::text, entry.address::text, entry.request_id,
entry.written_in::text
"""

_encode = json.JSONEncoder(separators=(",", ":")).encode

Row = Sequence[str | None]
"""An entry as the columns of CANONICAL."""


LAST = """
SELECT seal.position, seal.digest, entry.written_in, entry.id,
  coalesce(to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
FROM accounts_auditseal AS seal LEFT JOIN accounts_auditlog AS entry ON entry.id = seal.entry_id
ORDER BY seal.position DESC LIMIT 1
"""


@dataclass(frozen=True)
class Head:
    """The last seal: kept elsewhere, it shows later that nothing up to it was changed or dropped."""

    position: int = 0
    digest: str = GENESIS.hex()
    at: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Last:
    """The last sealed entry's place in the order of sealing; no id when the entry is gone."""

    head: Head = Head()
    written_in: int = 0
    entry: int | None = 0


def last() -> Last:
    """Return where the chain ends; position 0 when nothing is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        if not (found := cursor.fetchone()):
            return Last()
    position, sealed, written_in, entry, at = found
    return Last(Head(position, bytes(sealed).hex(), at), written_in or 0, entry)


def keys() -> list[bytes]:
    """Return the keys, the one that seals first; raise ImproperlyConfigured without one."""
    if not settings.AUDIT_KEY:
        raise ImproperlyConfigured(
            "AUDIT_KEY is empty, so the audit trail is not sealed (.env.example says how to make one)."
        )
    return [key.encode() for key in (settings.AUDIT_KEY, *settings.AUDIT_OLD_KEYS)]


def digest(key: bytes, position: int, previous: bytes, row: Row) -> bytes:
    """Return the seal of `row` at `position`, after the seal `previous`."""
    return hmac.digest(key, previous + _encode([position, *row]).encode(), "sha256")
