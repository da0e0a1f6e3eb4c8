"""Rows as the arrays that PostgreSQL's `unnest` takes: one statement for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Turn rows of equal length into one list per column; there must be at least one row."""
    return [list(column) for column in zip(*rows, strict=True)]
