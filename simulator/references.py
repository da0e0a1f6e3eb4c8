"""Earlier messages that a new one points at: to quote, react, edit or delete."""

import json
from typing import TYPE_CHECKING, NamedTuple

from simulator.web import BadRequest

if TYPE_CHECKING:
    from simulator.customers import Customer
    from simulator.state import Simulator

NEWEST_ANSWER = """
SELECT wamid FROM calls WHERE customer_id = ? AND phone_number_id = ? AND outcome = 'accepted' AND kind <> 'reaction'
ORDER BY id DESC LIMIT 1
"""
NEWEST_OWN = """
SELECT wamid FROM inbound WHERE customer_id = ? AND phone_number_id = ?
  AND kind IN ('text', 'image', 'video', 'document') ORDER BY id DESC LIMIT 1
"""
NEWEST = {"answer": NEWEST_ANSWER, "own": NEWEST_OWN}
WRITTEN = "SELECT payload FROM updates WHERE wamid = ? AND kind = 'message' LIMIT 1"


class Reference(NamedTuple):
    """A message of the chat; its content only when the customer wrote it."""

    wamid: str
    content: dict

    @property
    def is_customers(self) -> bool:
        return bool(self.content)


async def find(sim: "Simulator", customer: "Customer", number_id: str, name: object) -> Reference:
    """Return the message of this wamid, or the newest "answer" or "own" one; raise BadRequest when there is none."""
    wamid = str(name or "")
    if wamid in NEWEST:
        rows = await sim.ledger.read(NEWEST[wamid], (customer.id, number_id))
        wamid = rows[0]["wamid"] if rows else ""
    if not wamid:
        raise BadRequest("There is no message to point at.")
    written = await sim.ledger.read(WRITTEN, (wamid,))
    return Reference(wamid, json.loads(written[0]["payload"]) if written else {})
