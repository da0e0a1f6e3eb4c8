"""How the tests are dealt out to processes: what takes long first, and together what shares a running product."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

LONGEST = (
    "tests/e2e/",
    "tests/authz/test_table.py",
    "tests/e2e/test_injected.py",
    "tests/chaos/",
    "tests/local/",
    "tests/config/",
    "tests/webhooks/",
)
"""What is begun first, so that no process is left with it while the others have nothing to do."""
SHARED = ("tests/e2e/", "tests/chaos/")
"""Folders whose tests share one running product."""
OF_ITS_OWN = "tests/e2e/test_injected.py"


def unit(nodeid: str) -> str:
    """Return what a test goes with to the same process: its folder where that shares a product, else its file."""
    if nodeid.startswith(SHARED) and not nodeid.startswith(OF_ITS_OWN):
        return nodeid[: nodeid.index("/", len("tests/")) + 1]
    return nodeid.partition("::")[0]


class Units(LoadFileScheduling):
    """Deal out units instead of files."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Units:
    return Units(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}

    def place(item: pytest.Item) -> int:
        of = unit(item.nodeid)
        return places.get(of, next((n for name, n in places.items() if of.startswith(name)), len(places)))

    items.sort(key=place)
