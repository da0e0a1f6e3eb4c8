"""Is the process alive, and can it do its work."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer at once and touch nothing."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages and sends work; `degraded` when only live pushes are missing; 503 without PostgreSQL."""
    checks = {"database": _database(), "redis": _redis()}
    state = "unready" if checks["database"] != "ok" else "ready" if checks["redis"] == "ok" else "degraded"
    return JsonResponse({"state": state, **checks}, status=503 if state == "unready" else 200)


def _database() -> str:
    try:
        applied = MigrationRecorder(connection).applied_migrations()
        return "ok" if _newest_migrations() <= applied.keys() else "migrations pending"
    except (DatabaseError, OSError):
        return "away"


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the code of this process has them: read once, for anybody may ask us."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _redis() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5) as client:
            client.ping()
    except redis.RedisError:
        return "away"
    return "ok"
