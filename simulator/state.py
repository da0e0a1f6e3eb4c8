"""Everything one running simulator holds."""

import asyncio
import dataclasses
import json
import time
from collections.abc import Callable

from simulator import management, media, templates
from simulator.config import Config
from simulator.customers import CUSTOMERS, INSERT_CUSTOMER, STOPPED, Customer, People
from simulator.faults import Faults, Throttles
from simulator.ledger import Ledger
from simulator.webhooks import Webhooks

WINDOW_SECONDS = 24 * 3600.0


class Simulator:
    """The parts of the simulator and what it remembers between requests."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.faults = Faults(latency_ms=config.latency_ms)
        self.ledger = Ledger(config.database)
        self.webhooks = Webhooks(config, self.ledger, self.faults)
        self.webhooks.is_muted = lambda update: management.is_muted(self, update.phone_number_id)
        self.on_answer: Callable[[str, str], None] | None = None  # customer id, phone number id
        self.usage_header = _usage(config.waba_id)

    async def start(self) -> None:
        """Load what the ledger knows and begin to deliver."""
        self.ledger.start()
        await self._load()
        self.webhooks.start()

    async def stop(self) -> None:
        """Stop delivering and close the ledger."""
        await self.webhooks.stop()
        await self.ledger.stop()

    async def reset(self) -> None:
        """Forget everything, faults included."""
        await self.webhooks.forget()
        await self.ledger.forget()
        self.faults.change(dataclasses.asdict(Faults(latency_ms=self.config.latency_ms)))
        await self._load()

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Call the action after so many seconds."""
        asyncio.get_running_loop().call_later(seconds, action)

    def window_open(self, phone_number_id: str, customer: Customer) -> bool:
        """Tell whether the customer wrote to the number in the last 24 hours."""
        return time.time() - self.windows.get((phone_number_id, customer.id), 0.0) < WINDOW_SECONDS

    async def add_customer(self, customer: Customer) -> None:
        """Remember one more customer."""
        await self.ledger.write((INSERT_CUSTOMER, dataclasses.astuple(customer)))
        self.people.add(customer)

    async def _load(self) -> None:
        rows = [(INSERT_CUSTOMER, dataclasses.astuple(customer)) for customer in CUSTOMERS]
        await self.ledger.write(*rows, *templates.first_rows())
        people = await self.ledger.read("SELECT * FROM customers ORDER BY rowid")
        self.people = People([Customer(**row | {"phone_shared": bool(row["phone_shared"])}) for row in people])
        windows = await self.ledger.read(
            "SELECT phone_number_id, customer_id, max(at) AS at FROM inbound "
            "WHERE kind NOT IN ('system', 'preference', 'echo') GROUP BY 1, 2"
        )
        self.windows = {(row["phone_number_id"], row["customer_id"]): row["at"] for row in windows}
        self.templates = templates.Catalogue(await self.ledger.read("SELECT body FROM templates ORDER BY rowid"))
        self.media_kinds = {row["id"]: row["mime_type"] for row in await self.ledger.read(media.KINDS_QUERY)}
        wishes = await self.ledger.read("SELECT customer_id, body FROM inbound WHERE kind = 'preference' ORDER BY id")
        newest = {row["customer_id"]: row["body"] for row in wishes}
        self.stopped = {customer_id for customer_id, words in newest.items() if words == STOPPED}
        self.throttles = Throttles()
        self.changed = management.Changed(self.config.waba_id)
        self.typing: dict[tuple[str, str], float] = {}
        self.uploads: dict[str, int] = {}


def _usage(waba_id: str) -> bytes:
    usage = {"type": "whatsapp", "call_count": 1, "total_cputime": 0, "total_time": 1}
    return json.dumps({waba_id: [usage | {"estimated_time_to_regain_access": 0}]}).encode()
