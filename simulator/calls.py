"""One Graph call and what came of it, as the ledger keeps it."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from simulator.ledger import INSERT_CALL, Ledger, Statement
from simulator.shapes import Update

LONGEST_KEPT_TEXT = 100_000


@dataclass(slots=True)
class Call:
    """What is known of a call; handlers fill in what they learn."""

    method: str
    path: str
    phone_number_id: str | None = None
    kind: str = "read"
    outcome: str = "ok"  # accepted, rejected or ok
    status: int = 200
    code: int | None = None
    attempt: str | None = None
    wamid: str | None = None
    recipient: str | None = None
    customer_id: str | None = None
    text: str | None = None
    request: Any = None
    answer: Any = None
    latency: float = 0.0  # seconds until the answer
    lost: str | None = None  # timeout, drop: what happened to the answer
    raw: bytes | None = None  # an answer that is not JSON
    content_type: bytes = b"text/html; charset=utf-8"
    updates: list[Update] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def insert(self, ledger: Ledger) -> Statement:
        """Return the statement that writes this call into the ledger."""
        return INSERT_CALL, (
            ledger.next_id("calls"),
            time.time(),
            self.method,
            self.path,
            self.phone_number_id,
            self.kind,
            self.outcome,
            self.status,
            self.code,
            self.attempt,
            self.wamid,
            self.recipient,
            self.customer_id,
            self.text,
            _kept(self.request),
            _kept(self.answer),
            self.latency * 1000,
            self.lost,
        )


def _kept(value: Any) -> str | None:
    """Return the value as JSON; nothing when it is too long, because half of it could not be read."""
    text = None if value is None else json.dumps(value, ensure_ascii=False)
    return text if text and len(text) <= LONGEST_KEPT_TEXT else None
