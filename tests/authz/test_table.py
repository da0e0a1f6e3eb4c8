"""Every door of the product, as every role, on everybody's things: what comes back is what the table says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.authz import routes, table
from tests.authz.conftest import RESULT, Opened
from tests.authz.table import Cell, Row
from tests.authz.visits import Visitor, tally


def visit_all(visitor: Visitor, rows: Iterable[Row]) -> list[tuple[Cell, str]]:
    """Visit the cells of rows; return each with what is wrong about it, empty if nothing."""

    def visit(row: Row, role: str) -> list[tuple[Cell, str]]:
        try:
            return list(visitor.violations(row, role))
        finally:
            connection.close()

    # Reading first, while there is little to list.
    ordered = sorted(rows, key=lambda row: not row.door.startswith("GET "))
    with ThreadPoolExecutor(4) as threads:
        visits = [threads.submit(visit, row, role) for row in ordered for role in row.statuses]
        return [found for one in visits for found in one.result()]


@pytest.mark.timeout(900)
def test_every_cell(opened: Opened, request: pytest.FixtureRequest) -> None:
    rows, doors = table.read(), routes.doors()
    written = {row.door for row in rows}
    with opened(workers=2, live=True) as visitor:
        found = visit_all(visitor, [row for row in rows if row.door in doors])
    wrong = tally(found)
    unwritten, gone = sorted(doors - written), sorted(written - doors)
    request.config.stash[RESULT] = {
        "cells_existing": len(found) + len(unwritten),
        "cells_checked": len(found),
        "violations": sum(map(len, wrong.values())),
        "doors": len(doors),
        "doors_not_in_the_table": len(unwritten),
        "rows_without_a_door": len(gone),
    }
    assert unwritten == [], "these doors exist and are not in the table"
    assert gone == [], "these rows are of doors that exist no more"
    assert not wrong, json.dumps(wrong, indent=1)


@pytest.mark.parametrize(
    ("hole", "door"),
    [
        ("everybody_sees_all_conversations", "GET /conversations/<int:pk>/older/"),
        ("a_page_changes_things_by_get", "GET /conversations/<int:pk>/readings/"),
        ("supervisors_may_all_in_the_admin", "GET /admin/numbers/wabaaccount/"),
        ("scopes_of_tokens_count_for_nothing", "GET /api/v1/users"),
    ],
)
def test_a_hole_is_found(hole: str, door: str, opened: Opened) -> None:
    rows = [row for row in table.read() if row.door == door]
    with opened(hole=hole) as visitor:
        assert tally(visit_all(visitor, rows)), "the table does not see the hole"
