"""The control API: faults, customers and the ledger, as JSON under /control/.

GET, PUT, DELETE faults          read, merge named values (faults.Faults), back to normal
GET, POST customers              list; add {"name", "wa_id" or "username"}
POST customers/{id}/messages     {"text"}, {"image": caption}, {"location"} or {"reply"}; "phone_number_id"
GET ledger?after=&outcome=...    Graph calls; ledger/summary counts them and finds what was sent twice
GET deliveries?after=            posts of webhooks and their answers
POST webhooks/retry, reset       cut short the pauses between retries; forget everything
GET live                         all the page shows
"""

import dataclasses
import secrets
from typing import TYPE_CHECKING

from simulator import contents, views
from simulator.customers import Customer, write_message
from simulator.faults import Faults
from simulator.web import Answer, BadRequest, Request, json_answer

if TYPE_CHECKING:
    from simulator.state import Simulator


async def handle(sim: "Simulator", request: Request, parts: list[str]) -> Answer:
    """Answer one control request; raise BadRequest for what cannot be used."""
    match request.method, parts:
        case "GET", ["faults"]:
            return json_answer(dataclasses.asdict(sim.faults))
        case "PUT", ["faults"]:
            return _change_faults(sim, request.json())
        case "DELETE", ["faults"]:
            return _change_faults(sim, dataclasses.asdict(Faults(latency_ms=sim.config.latency_ms)))
        case "GET", ["customers"]:
            return json_answer({"data": views.customers(sim)})
        case "POST", ["customers"]:
            return await _add_customer(sim, request.json())
        case "POST", ["customers", customer_id, "messages"]:
            return await _write(sim, customer_id, request.json())
        case "GET", ["ledger"]:
            return json_answer({"data": await views.calls(sim, request)})
        case "GET", ["ledger", "summary"]:
            return json_answer(await views.summary(sim))
        case "GET", ["deliveries"]:
            return json_answer({"data": await views.deliveries(sim, request)})
        case "GET", ["live"]:
            return json_answer(await views.live(sim, request))
        case "POST", ["webhooks", "retry"]:
            sim.webhooks.retry_now()
            return json_answer({"success": True})
        case "POST", ["reset"]:
            await sim.reset()
            return json_answer({"success": True})
    return json_answer({"error": "There is no such control."}, 404)


def _change_faults(sim: "Simulator", values: dict) -> Answer:
    """Merge the named values into the faults; the others stay."""
    try:
        sim.faults.change(values)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return json_answer(dataclasses.asdict(sim.faults))


async def _add_customer(sim: "Simulator", values: dict) -> Answer:
    name = str(values.get("name") or "").strip()
    digits = "".join(filter(str.isdigit, str(values.get("wa_id") or ""))) or None
    username = str(values.get("username") or "").strip() or None
    if not name or not (digits or username):
        raise BadRequest("name and one of wa_id or username are required.")
    customer = Customer(
        id=str(values.get("id") or secrets.token_hex(4)),
        name=name,
        wa_id=digits,
        user_id=str(values.get("user_id") or f"BR.{10**18 + secrets.randbelow(9 * 10**18)}"),
        username=username,
        phone_shared=bool(values.get("phone_shared", digits is not None)),
    )
    if customer.id in sim.people.by_id or customer.user_id in sim.people.by_user_id:
        raise BadRequest("There is such a customer already.")
    await sim.add_customer(customer)
    return json_answer(dataclasses.asdict(customer), 201)


async def _write(sim: "Simulator", customer_id: str, values: dict) -> Answer:
    customer = sim.people.by_id.get(customer_id)
    if not customer:
        return json_answer({"error": "There is no such customer."}, 404)
    number_id = str(values.get("phone_number_id") or next(iter(sim.config.numbers)))
    if not sim.config.number(number_id):
        raise BadRequest("There is no such phone number.")
    content, preview, statements = contents.from_request(sim, number_id, values)
    wamid = await write_message(sim, customer, number_id, content, preview=preview, statements=statements)
    return json_answer({"id": wamid, "customer_id": customer.id, "phone_number_id": number_id}, 201)
