"""How fast a person or a machine's token may call the API: PostgreSQL keeps it, for all processes at once."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken

# GCRA: a call moves the time at which its caller owes nothing; too far ahead of now, it is refused and moves nothing.
SPEND = """
WITH spent AS (
  INSERT INTO accounts_pace AS pace (caller, free_at) VALUES (%(caller)s, clock_timestamp() + %(step)s)
  ON CONFLICT (caller) DO UPDATE SET free_at = greatest(pace.free_at, clock_timestamp()) + %(step)s
  WHERE greatest(pace.free_at, clock_timestamp()) + %(step)s <= clock_timestamp() + %(ahead)s
  RETURNING free_at
)
SELECT true, extract(epoch FROM free_at - clock_timestamp())::float8 FROM spent
UNION ALL
SELECT false, extract(epoch FROM free_at - clock_timestamp())::float8 FROM accounts_pace
WHERE caller = %(caller)s AND NOT EXISTS (SELECT FROM spent)
"""


class Spent(NamedTuple):
    """Whether a call was granted, and how many seconds the caller has run ahead."""

    granted: bool
    ahead: float


def spend(caller: str, *, rate: float, burst: int) -> Spent:
    """Count one call of `caller`, who may make `burst` at once and `rate` a second in the long run."""
    step = timedelta(seconds=1 / rate)
    parameters: dict[str, Any] = {"caller": caller, "step": step, "ahead": step * burst}
    with connection.cursor() as cursor:
        cursor.execute(SPEND, parameters)
        return Spent(*cursor.fetchone())


class ApiPace(BaseThrottle):
    """Refuse with 429 whoever calls too fast, and tell everybody what they have left."""

    ahead = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        rate, burst = settings.API_RATE, settings.API_BURST
        if not rate or not request.user.is_authenticated:
            return True
        granted, self.ahead = spend(_caller(request), rate=rate, burst=burst)
        left = max(0, math.floor(burst - self.ahead * rate)) if granted else 0
        request.pace_headers = {
            "RateLimit-Policy": f'"default";q={burst};w={math.ceil(burst / rate)}',
            "RateLimit": f'"default";r={left};t={math.ceil(max(0.0, self.ahead))}',
        }
        return granted

    def wait(self) -> float:
        """Seconds until one call is granted again; at least 1, because Retry-After counts in whole ones."""
        return max(1.0, self.ahead - (settings.API_BURST - 1) / settings.API_RATE)


def _caller(request: Request) -> str:
    return f"token:{request.auth.pk}" if isinstance(request.auth, ApiToken) else f"person:{request.user.pk}"
