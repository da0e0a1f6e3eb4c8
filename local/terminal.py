"""What the person at the terminal sees."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something the person has to know; the message is the whole text, shown without a traceback."""


_step_is_open = False


def say(text: str = "") -> None:
    """Print a line at once, also in the middle of a step."""
    global _step_is_open
    if _step_is_open:
        print()
        _step_is_open = False
    print(text, flush=True)


@contextmanager
def step(label: str) -> Iterator[None]:
    """Print what is being done, and how long it took in seconds once it is done."""
    global _step_is_open
    started = time.monotonic()
    print(f"{label} ... ", end="", flush=True)
    _step_is_open = True
    try:
        yield
    except BaseException:
        _end_step(label, "failed")
        raise
    _end_step(label, f"{time.monotonic() - started:.1f} s")


def _end_step(label: str, result: str) -> None:
    global _step_is_open
    print(result if _step_is_open else f"{label}: {result}", flush=True)
    _step_is_open = False


def complain(trouble: Trouble) -> int:
    """Print the trouble on standard error and return the exit code that goes with it."""
    print(trouble, file=sys.stderr, flush=True)
    return 1
