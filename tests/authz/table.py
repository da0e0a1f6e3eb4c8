"""The table of rights as data: `expected/*.txt`, written by hand from the policy and read here.

A line is a door and the status each role gets there. `200/404/200/404` are the statuses for the scopes
of what is asked for, in the order of SCOPES; a lone status is the same for all of them::

    roles                                 anonymous  agent            supervisor  ...
    GET  /conversations/<int:pk>/older/   302        200/404/200/404  ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

EXPECTED = Path(__file__).parent / "expected"
SCOPES = ("own", "other", "none", "absent")
"""Of the person's team; of another team; of nobody's (see `world.py` for each kind); an id nobody has."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role shall get at one door for one scope; `scope` is empty where the door asks for no thing."""

    door: str
    role: str
    scope: str
    status: int

    def __str__(self) -> str:
        return f"{self.door} as {self.role}{f', {self.scope}' if self.scope else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a door and, for each role, one status or one for each scope."""

    door: str
    statuses: dict[str, tuple[int, ...]]

    @property
    def is_no_method(self) -> bool:
        """Whether the door does not take the method: then nothing is looked for, and two scopes are enough."""
        return (405,) in self.statuses.values()

    def cells(self, scopes: tuple[str, ...]) -> Iterator[Cell]:
        """Yield the row's cells; raise ValueError where statuses and scopes are not as many."""
        if scopes and self.is_no_method:
            scopes = ("own", "absent")
        for role, statuses in self.statuses.items():
            spread = statuses * max(len(scopes), 1) if len(statuses) == 1 else statuses
            for scope, status in zip(scopes or ("",), spread, strict=True):
                yield Cell(self.door, role, scope, status)


def read() -> list[Row]:
    """Return every row of every file; raise ValueError for a door written twice."""
    rows = [row for file in sorted(EXPECTED.glob("*.txt")) for row in _rows(file)]
    doors = [row.door for row in rows]
    if twice := {door for door in doors if doors.count(door) > 1}:
        raise ValueError(f"Written twice: {sorted(twice)}")
    return rows


def _rows(file: Path) -> Iterator[Row]:
    roles: list[str] = []
    for line in file.read_text().splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["roles"]:
            roles = words[1:]
        elif words:
            methods, path, *statuses = words
            if len(statuses) != len(roles):
                raise ValueError(f"{file.name}: {len(roles)} roles, {len(statuses)} statuses: {line}")
            given = {role: tuple(map(int, text.split("/"))) for role, text in zip(roles, statuses, strict=True)}
            yield from (Row(f"{method} {path}", given) for method in methods.split(","))
