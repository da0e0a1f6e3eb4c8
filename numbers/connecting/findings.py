"""What a look at one step found, and whom it was about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise

from lib.graph import client
from numbers.models import PhoneNumber, WabaAccount

PATIENCE = 8.0
"""Seconds a page waits for one answer of Graph."""


class State(Enum):
    OK = "ok"
    TODO = "todo"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is true of a step, how to mend it, and which of our doings (numbers.connecting.doings) may help."""

    state: State
    text: str | Promise
    advice: str | Promise = ""
    facts: tuple[tuple[str | Promise, str], ...] = ()
    offers: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """What the offer has to choose from, as (value, label)."""
    is_waiting: bool = False
    """Whether looking again in some seconds may find more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is being connected: an account, or one of its numbers."""

    account: WabaAccount
    number: PhoneNumber | None = None

    @property
    def secret(self) -> str:
        """The app secret that proves our calls, where one is stored."""
        return (self.number or self.account).secret_for_proof

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Read from Graph as sending would; raise GraphError."""
        return client(patience=PATIENCE).get(path, token=self.account.token, app_secret=self.secret, **params)

    def post(self, path: str, **values: Any) -> dict[str, Any]:
        """Change something at Graph; raise GraphError."""
        return client(patience=PATIENCE).post(path, token=self.account.token, app_secret=self.secret, **values)
