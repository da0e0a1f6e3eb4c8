"""PostgreSQL's transaction ids as cursors: the only order in which nothing commits behind one's back."""

from __future__ import annotations

from django.db import connection
from django.db.models import BigIntegerField, Func, TextField
from django.db.models.functions import Cast


class CurrentTransaction(Func):
    """The id of the transaction that writes the row, for a column's `db_default`."""

    function = "pg_current_xact_id"
    output_field = TextField()

    def __init__(self) -> None:
        super().__init__()


def current_transaction() -> Cast:
    """Return the expression for a BigIntegerField's `db_default`; xid8 casts to text, text to bigint."""
    return Cast(Cast(CurrentTransaction(), TextField()), BigIntegerField())


def horizon() -> int:
    """Return the oldest transaction still running: whatever commits later is at or after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
