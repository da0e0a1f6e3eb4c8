"""Tables for spreadsheets, streamed: a million lines need no memory."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet that this is UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Echo:
    """A file that hands back each line that is written to it."""

    def write(self, line: str) -> str:
        return line


_write: Callable[[Iterable[Any]], str] = csv.writer(Echo(), delimiter=";").writerow


def lines(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines of a CSV, none of whose cells a spreadsheet takes for a formula."""
    return "".join(_write([disarmed(cell) for cell in row]) for row in rows)


def disarmed(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
