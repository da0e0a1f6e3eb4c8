"""One module for each kind of news Meta sends: `FIELDS` it reads, and `read` from a change to facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from messaging.fields.change import Change

MODULES = (
    "messages", "echoes", "standby", "history", "calls", "preferences", "address_book", "templates", "numbers",
    "accounts", "others",
)  # fmt: skip

READERS: dict[str, Callable[[Change], Iterator[Any]]] = {
    name: module.read for module in (import_module(f"{__name__}.{name}") for name in MODULES) for name in module.FIELDS
}
"""Meta's name of a field to what reads it."""
