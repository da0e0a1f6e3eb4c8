"""Every page there is, with real things behind their ids; and all that the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.authz.bodies import address, kind_of
from tests.authz.routes import paths
from tests.authz.world import World

MOVES = "- 'seen_at' - 'last_used_at' - 'last_used_address' - 'expire_date'"
"""Columns that say when somebody was last here: to look is to be here."""
UNCHECKED = ("django_migrations", "accounts_auditseal", "accounts_pace")
"""The seal follows the audit trail, which is compared row by row; the pace counts requests, whatever they are."""
SIGNED_IN = ("/api/docs/", "/api/schema/")
"""Pages about the API, opened with a session as others are."""
NOT_READING = "WHERE action NOT IN ('conversation.read', 'webhook.read')"
"""That somebody read a conversation, or a delivery as it came, is what a GET may write down."""


def addresses(world: World, *, api: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (pattern, address) of every path outside or inside the API, with ids of North's things."""
    things: dict[str, Any] = {}
    for path in paths():
        if (path.startswith("/api/") and path not in SIGNED_IN) != api:
            continue
        kind = kind_of(path)
        if kind and kind not in things:
            things[kind] = world.make(kind, "own", "admin")
        yield path, address(path, things.get(kind), world)


def contents() -> dict[str, str]:
    """Return a fingerprint of the rows of each table."""
    tables = [name for name in connection.introspection.table_names() if name not in UNCHECKED]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_fingerprint, tables)))
        return dict(cursor.fetchall())


def _fingerprint(table: str) -> str:
    where = NOT_READING if table == "accounts_auditlog" else ""
    rows = f"SELECT (to_jsonb(t) {MOVES})::text AS row FROM {table} AS t {where}"
    return f"SELECT '{table}', md5(coalesce(string_agg(row, '|' ORDER BY row), '')) FROM ({rows}) AS {table}_rows"


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the tables that differ."""
    return [table for table in before if before[table] != after[table]]


@pytest.fixture
def world(db: None) -> World:
    return World()
