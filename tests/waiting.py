"""Wait for what another thread or process does, instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")


def wait_for(condition: Callable[[], T], *, seconds: float = 10.0) -> T:
    """Return the first true value of the condition; fail when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            pytest.fail(f"Nothing came within {seconds} s.")
        time.sleep(0.01)
