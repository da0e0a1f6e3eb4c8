"""Read a list from a CSV file as people have them: whatever the program that wrote it, line by line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from campaigns.refusals import EmptyList, IsASpreadsheet, TooLarge, TooManyColumns, TooManyRows, Unreadable

MAX_ROWS, MAX_COLUMNS, MAX_BYTES = 100_000, 60, 32 * 1024 * 1024
DELIMITERS = (";", ",", "\t")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and LibreOffice begin."""
PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `line` is where it begins in the file, the header being 1."""

    line: int
    cells: list[str]
    is_broken: bool
    """It has more or fewer cells than the header."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open list: how it is written, the names of its columns, and its rows, which can be read once."""

    encoding: str
    delimiter: str
    columns: list[str]
    rows: Iterator[Row]


def open_sheet(file: IO[bytes]) -> Sheet:
    """Guess how a CSV file is written and read its header; raise Unreadable.

    Iterating over the rows raises TooManyRows or EmptyList. What cannot be taken apart comes as it stands,
    marked as broken: no line of the file is passed over, but for blank ones.
    """
    if file.seek(0, io.SEEK_END) > MAX_BYTES:
        raise TooLarge
    file.seek(0)
    encoding = _encoding(file)
    lines = _Lines(io.TextIOWrapper(file, encoding, errors="replace", newline=""))
    header = next((line for line in lines if line.strip()), "")
    delimiter = _delimiter(header)
    columns = _names(_cells(header, delimiter))
    if len(columns) > MAX_COLUMNS:
        raise TooManyColumns
    return Sheet(encoding, delimiter, columns, _counted(_rows(lines, delimiter, len(columns))))


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 where all of it is, or what a mark at its beginning says, else Windows' Latin-1."""
    start = file.read(8)
    file.seek(0)
    if start.startswith(SPREADSHEETS):
        raise IsASpreadsheet
    if marked := next((name for mark, name in MARKS if start.startswith(mark)), ""):
        return marked
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8"


def _delimiter(header: str) -> str:
    if not header.strip():
        raise EmptyList
    if "\0" in header:
        raise Unreadable
    return max(DELIMITERS, key=lambda delimiter: len(_cells(header, delimiter)))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _names(header: list[str]) -> list[str]:
    """Give each column a name of its own: one without a name has its place, a repeated one a number."""
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = " ".join(cell.split())[:100] or _("Column %(place)d") % {"place": place}
        taken = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({taken + 1})" if taken else name)
    return names


class _Lines:
    """The lines of a file, remembering those read since `taken` was last asked."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self._read: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.number += 1
            self._read.append(line)
            yield line.replace("\0", "\ufffd")

    def taken(self) -> list[str]:
        """Return what was read since the last time."""
        read, self._read = self._read, []
        return read


def _rows(lines: _Lines, delimiter: str, width: int) -> Iterator[Row]:
    lines.taken()
    reader = csv.reader(iter(lines), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        read = lines.taken()
        first = lines.number - len(read) + 1
        # A quotation mark that nothing closes swallows the lines after it: they are lines all the same.
        if len(read) > 1 and (len(cells) != width or any(_stands_alone(text, delimiter, width) for text in read[1:])):
            for line, text in enumerate(read, start=first):
                yield from _row(line, _loose_cells(text, delimiter), width)
        else:
            yield from _row(first, cells or read, width)


def _stands_alone(line: str, delimiter: str, width: int) -> bool:
    return _is_quoted_well(line) and len(_cells(line, delimiter)) == width


def _is_quoted_well(line: str) -> bool:
    return line.count('"') % 2 == 0


def _loose_cells(line: str, delimiter: str) -> list[str]:
    line = line.rstrip("\r\n").replace("\0", "\ufffd")
    return _cells(line, delimiter) if _is_quoted_well(line) else line.split(delimiter)


def _row(line: int, cells: list[str], width: int) -> Iterator[Row]:
    cells = [cell.strip() for cell in cells]
    if any(cells):
        yield Row(line, cells, is_broken=len(cells) != width)


def _counted(rows: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise TooManyRows
        yield row
    if not count:
        raise EmptyList
