"""What the control API and the page show, read from the ledger."""

import dataclasses
import time
from typing import TYPE_CHECKING

from simulator import chats, management
from simulator.config import SPARE, Number
from simulator.web import Request

if TYPE_CHECKING:
    from simulator.state import Simulator

TYPING_SECONDS = 25.0
LIVE_CALLS = 60
CALLS = """
SELECT * FROM calls WHERE id > :after
  AND (:outcome IS NULL OR outcome = :outcome) AND (:attempt IS NULL OR attempt = :attempt)
  AND (:recipient IS NULL OR recipient = :recipient) AND (:wamid IS NULL OR wamid = :wamid)
  AND (:kind IS NULL OR kind = :kind)
ORDER BY id LIMIT :limit
"""
COUNTS = """
SELECT
  (SELECT count(*) FROM calls WHERE outcome = 'accepted') AS accepted,
  (SELECT count(*) FROM calls WHERE outcome = 'rejected') AS rejected,
  (SELECT count(DISTINCT attempt) FROM calls WHERE outcome = 'accepted') AS distinct_attempts,
  (SELECT count(*) FROM updates WHERE kind = 'status') AS statuses_queued,
  (SELECT count(*) FROM updates WHERE kind = 'status' AND state = 'delivered') AS statuses_delivered,
  (SELECT count(*) FROM updates WHERE kind = 'message') AS messages_queued,
  (SELECT count(*) FROM updates WHERE kind = 'message' AND state = 'delivered') AS messages_delivered,
  (SELECT count(*) FROM updates WHERE state = 'pending') AS pending,
  (SELECT count(*) FROM deliveries WHERE status = 200) AS deliveries_ok,
  (SELECT count(*) FROM deliveries WHERE status IS NULL OR status <> 200) AS deliveries_failed
"""


def customers(sim: "Simulator") -> list[dict]:
    """Return all customers with what the platform may see of them."""
    return [dataclasses.asdict(one) | {"shown_wa_id": one.shown_wa_id} for one in sim.people.by_id.values()]


async def calls(sim: "Simulator", request: Request) -> list[dict]:
    """Return calls after an id, oldest first; ?outcome=, ?attempt=, ?recipient= and ?wamid= narrow them."""
    names = ("outcome", "attempt", "recipient", "wamid", "kind")
    values: dict = {name: request.query.get(name) for name in names}
    values |= {"after": request.number("after", 0), "limit": min(request.number("limit", 1000), 50_000)}
    return await sim.ledger.read(CALLS, values)


async def deliveries(sim: "Simulator", request: Request) -> list[dict]:
    """Return the posts of webhooks after an id, oldest first."""
    values = (request.number("after", 0), min(request.number("limit", 1000), 50_000))
    return await sim.ledger.read("SELECT * FROM deliveries WHERE id > ? ORDER BY id LIMIT ?", values)


async def summary(sim: "Simulator") -> dict:
    """Return counts, the attempts accepted more than once, and equal texts to one person."""
    counts = (await sim.ledger.read(COUNTS))[0]
    attempts = await sim.ledger.read(
        "SELECT attempt, count(*) AS count FROM calls WHERE outcome = 'accepted' AND attempt IS NOT NULL "
        "GROUP BY attempt HAVING count(*) > 1 LIMIT 200"
    )
    texts = await sim.ledger.read(
        "SELECT recipient AS \"to\", body, count(*) AS count FROM calls WHERE outcome = 'accepted' "
        "GROUP BY recipient, body HAVING count(*) > 1 LIMIT 200"
    )
    return counts | {"duplicate_attempts": attempts, "duplicates": texts}


async def live(sim: "Simulator", request: Request) -> dict:
    """Return all the page shows: chats, the open chat, the latest calls, faults and counts."""
    customer_id = request.query.get("customer", "")
    number_id = request.query.get("phone_number_id", "")
    now = time.time()
    typing = now - sim.typing.get((customer_id, number_id), 0) < TYPING_SECONDS
    return {
        "numbers": [{"id": one.id, "display": one.display, "name": one.name} for one in _in_service(sim)][:20],
        "customers": await _chat_list(sim),
        "chat": await chats.chat(sim, customer_id, number_id, now),
        "typing": typing,
        "calls": await sim.ledger.read("SELECT * FROM calls ORDER BY id DESC LIMIT ?", (LIVE_CALLS,)),
        "faults": dataclasses.asdict(sim.faults),
        "webhooks": await _webhook_health(sim),
    }


def _in_service(sim: "Simulator") -> list[Number]:
    spare = [SPARE] if management.is_registered(sim, SPARE.id) else []
    return [*sim.config.numbers.values(), *spare]


async def _chat_list(sim: "Simulator") -> list[dict]:
    rows = await sim.ledger.read(
        "SELECT customer_id, phone_number_id, max(at) AS at, body, side FROM ("
        "SELECT customer_id, phone_number_id, at, body, 'in' AS side FROM inbound UNION ALL "
        "SELECT customer_id, phone_number_id, at, body, 'out' FROM calls "
        "WHERE customer_id IS NOT NULL AND outcome = 'accepted') GROUP BY customer_id"
    )
    last = {row.pop("customer_id"): row for row in rows}
    return [one | {"last": last.get(one["id"])} for one in customers(sim)]


async def _webhook_health(sim: "Simulator") -> dict:
    last = await sim.ledger.read("SELECT * FROM deliveries ORDER BY id DESC LIMIT 1")
    return {
        "last": last[0] if last else None,
        "pending": sim.webhooks.pending,
        "repeating": sim.webhooks.repeating,
    }
