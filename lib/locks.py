"""PostgreSQL advisory locks: one runner per periodic job, in whatever number of processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.db import connection, transaction


@contextmanager
def only_one(job: str) -> Iterator[bool]:
    """Open a transaction and give True if this process alone holds `job` until it ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [crc32(job.encode())])
        yield bool(cursor.fetchone()[0])
