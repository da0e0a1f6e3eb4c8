"""Statements on tables whose size changes by the minute."""

from __future__ import annotations

from typing import Any

from django.db import connection


def execute_planned_now(cursor: Any, sql: str, values: Any = None) -> None:
    """Execute `sql` planned for what the table holds now.

    A prepared statement keeps its plan until the next ANALYZE; one made while a queue was empty reads the
    whole table for ever after.
    """
    with connection.wrap_database_errors:
        cursor.cursor.execute(sql, values, prepare=False)
