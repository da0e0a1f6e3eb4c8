"""Signs of life of the numbers: gathered in memory by the drain, written down every few seconds."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection

from lib.arrays import columns

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 5.0
UPSERT = """
INSERT INTO numbers_numberpulse (number_id, last_heard_at, lag, worst_lag, worst_lag_at, updated_at)
SELECT number.id, heard.last_at, heard.lag, coalesce(heard.worst, '0'), heard.worst_at, now()
FROM unnest(%s::text[], %s::timestamptz[], %s::interval[], %s::interval[], %s::timestamptz[])
     AS heard (phone_number_id, last_at, lag, worst, worst_at)
JOIN numbers_phonenumber number USING (phone_number_id)
ORDER BY number.id
ON CONFLICT (number_id) DO UPDATE SET
    last_heard_at = greatest(numbers_numberpulse.last_heard_at, excluded.last_heard_at),
    lag = CASE WHEN excluded.lag IS NULL OR excluded.last_heard_at < numbers_numberpulse.last_heard_at
               THEN numbers_numberpulse.lag ELSE excluded.lag END,
    worst_lag = CASE WHEN {worse} THEN excluded.worst_lag ELSE numbers_numberpulse.worst_lag END,
    worst_lag_at = CASE WHEN {worse} THEN excluded.worst_lag_at ELSE numbers_numberpulse.worst_lag_at END,
    updated_at = now()
""".format(
    worse="""excluded.worst_lag_at IS NOT NULL AND (
        numbers_numberpulse.worst_lag_at IS NULL
        OR numbers_numberpulse.worst_lag_at < excluded.worst_lag_at - interval '1 hour'
        OR excluded.worst_lag >= numbers_numberpulse.worst_lag)"""
)


@dataclass(slots=True)
class _Heard:
    """What one number said since the last flush."""

    last_at: datetime
    lag: timedelta | None = None
    lag_at: datetime | None = None
    worst: timedelta | None = None
    worst_at: datetime | None = None


class Hearing:
    """What one process heard of the numbers; its threads share it."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}
        self._lock = threading.Lock()
        self._flushed = time.monotonic()

    def note(self, phone_number_id: str, received_at: datetime, told_at: datetime | None = None) -> None:
        """Remember that a number was heard; `told_at` is Meta's time of a message that came live."""
        with self._lock:
            heard = self._heard.setdefault(phone_number_id, _Heard(received_at))
            heard.last_at = max(heard.last_at, received_at)
            if told_at is None:
                return
            lag = max(received_at - told_at, timedelta())
            if heard.lag_at is None or received_at >= heard.lag_at:
                heard.lag, heard.lag_at = lag, received_at
            if heard.worst is None or lag > heard.worst:
                heard.worst, heard.worst_at = lag, received_at

    def flush_due(self) -> None:
        """Write down what was heard, every few seconds at most; call it outside a transaction."""
        if self._heard and time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write down what was heard in one statement; what cannot be written is told again by the next word."""
        with self._lock:
            heard, self._heard = self._heard, {}
            self._flushed = time.monotonic()
        if not heard:
            return
        rows = [(key, one.last_at, one.lag, one.worst, one.worst_at) for key, one in sorted(heard.items())]
        try:
            with connection.cursor() as cursor:
                cursor.execute(UPSERT, columns(rows))
        except DatabaseError as error:
            log.warning("hearing.lost", error=f"{type(error).__name__}: {error}"[:300])
