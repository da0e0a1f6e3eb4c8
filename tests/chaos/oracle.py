"""What the world outside knows: the simulated Meta's own ledger, which no failure of the product can touch."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests


@dataclass(frozen=True)
class Oracle:
    """The simulator's file, read as it is, and its control API."""

    database: Path
    url: str

    def control(self, method: str, path: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the control API; requests.RequestException when it does not answer or refuses."""
        answer = requests.request(method, f"{self.url}/control{path}", json=values, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def faults(self, **values: Any) -> None:
        """Change the named faults."""
        self.control("PUT", "/faults", values)

    def write(self, customer: str, text: str) -> str:
        """Make a customer write; return the wamid once the simulator has it for good."""
        return self.control("POST", f"/customers/{customer}/messages", {"text": text})["id"]

    def retry_webhooks(self) -> None:
        """Cut short the pauses between the tries of a delivery."""
        self.control("POST", "/webhooks/retry")

    def written(self) -> list[str]:
        """The wamids of all messages that customers ever wrote."""
        return [wamid for (wamid,) in self.query("SELECT wamid FROM inbound ORDER BY id")]

    def accepted(self, *texts: str) -> list[str]:
        """The texts of all sends that Meta accepted, in their order; given some, only those."""
        rows = self.query("SELECT body FROM calls WHERE outcome = 'accepted' AND attempt IS NOT NULL ORDER BY id")
        return [text for (text,) in rows if not texts or text in texts]

    def undelivered(self) -> int:
        """How many updates the product has not answered with 200."""
        return self.query("SELECT count(*) FROM updates WHERE state = 'pending'")[0][0]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the simulator's file."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql).fetchall()
