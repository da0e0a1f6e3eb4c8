"""Walk the chain from its beginning and say where it does not hold."""

from __future__ import annotations

import hmac
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.audit.chain import CANONICAL, GENESIS, Head, Row, digest, keys

CHUNK = 5_000
AMISS = 3_600 * 1_000_000
"""Microseconds an entry may be older than one sealed before it: no transaction of ours takes so long."""

CHAIN = f"""
SELECT seal.position, seal.digest, seal.entry_id, {CANONICAL}
FROM accounts_auditseal AS seal LEFT JOIN accounts_auditlog AS entry ON entry.id = seal.entry_id
ORDER BY seal.position
"""  # noqa: S608
# What is not sealed yet was written after the last sealed entry, by a transaction that there was. Just after a
# restore into another cluster the ids of transactions say nothing; the next seal ends that.
INSERTED = """
SELECT entry.id
FROM accounts_auditlog AS entry, (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint) AS running(next)
WHERE NOT EXISTS (SELECT FROM accounts_auditseal WHERE entry_id = entry.id)
AND ((entry.written_in, entry.id) < (%(written_in)s, %(id)s) OR entry.written_in >= next) AND %(written_in)s < next
ORDER BY entry.id
"""


@dataclass(frozen=True)
class Finding:
    """One place where the trail is not what was sealed."""

    kind: str
    position: int
    entry: int | None
    text: str


class Verifier:
    """Read the whole chain once. `position` is where it ended; `anchors` are heads that were kept elsewhere."""

    def __init__(self, anchors: Iterable[Head] = (), progress: Callable[[int], None] | None = None) -> None:
        self.position = 0
        self._anchors: dict[int, set[str]] = defaultdict(set)
        for anchor in anchors:
            self._anchors[anchor.position].add(anchor.digest)
        self._progress = progress or (lambda _position: None)
        self._keys = keys()[::-1]
        self._previous = GENESIS
        self._last_written = (0, 0)
        self._latest = 0.0
        self._now = time.time() * 1_000_000

    def findings(self) -> Iterator[Finding]:
        """Yield what does not hold, in the order of the chain, then what stands outside of it."""
        waiting = dict(self._anchors)
        waiting.pop(0, None)
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(CHAIN)
            while rows := cursor.fetchmany(CHUNK):
                for position, sealed, entry, *row in rows:
                    yield from self._link(position, bytes(sealed), entry, row)
                    if position in waiting and waiting.pop(position) != {self._previous.hex()}:
                        yield Finding("rewritten", position, None, "this seal is not the one that was kept elsewhere")
                self._progress(self.position)
        for position in sorted(waiting):
            yield Finding("dropped", position, None, f"it was kept elsewhere, and the chain ends at {self.position}")
        yield from self._inserted()

    def _link(self, position: int, sealed: bytes, entry: int, row: Row) -> Iterator[Finding]:
        expected = self.position + 1
        if position != expected:
            yield Finding("missing", expected, None, f"after seal {expected - 1} comes {position}")
        if row[0] is None:
            yield Finding("missing", position, entry, "the entry is gone")
        elif not self._holds(position, sealed, row):
            yield Finding("changed", position, entry, "entry and seal do not belong together in this place")
        else:
            yield from self._misdated(position, entry, float(str(row[1])))
            self._last_written = (int(str(row[-1])), entry)
        self._previous, self.position = sealed, position

    def _holds(self, position: int, sealed: bytes, row: Row) -> bool:
        """Try the key in use, then the newer ones: a key that was replaced seals nothing any more."""
        for tried, key in enumerate(self._keys):
            if hmac.compare_digest(digest(key, position, self._previous, row), sealed):
                del self._keys[:tried]
                return True
        return False

    def _misdated(self, position: int, entry: int, at: float) -> Iterator[Finding]:
        """Find what came into the trail with a date of somebody's choice, past the trigger that sets it."""
        if at < self._latest - AMISS:
            yield Finding("misdated", position, entry, "it is an hour or more older than entries sealed before it")
        elif at > self._now + AMISS:
            yield Finding("misdated", position, entry, "it is dated in the future")
        else:
            self._latest = max(self._latest, at)

    def _inserted(self) -> Iterator[Finding]:
        if not self.position:
            return
        written_in, pk = self._last_written
        with connection.cursor() as cursor:
            cursor.execute(INSERTED, {"written_in": written_in, "id": pk})
            for (entry,) in cursor.fetchall():
                yield Finding("inserted", self.position, entry, "it stands among sealed entries and has no seal")
