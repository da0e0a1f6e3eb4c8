"""The control API: faults, customers and the ledger, as JSON under /control/.

GET, PUT, DELETE faults          read, merge named values (faults.Faults), back to normal
PUT numbers/{id}, accounts/{id}  let Graph tell these values from now on
PUT refusals                     {operation: {"code", "subcode"?, "details"?} or null}: let Graph refuse it (graph.py)
PUT token                        let the token's debugger tell these values
PUT callbacks                    {"verify": false}: believe every address, as if it had returned the challenge
GET, POST customers              list; add {"name", "wa_id" or "username"}
POST customers/{id}/messages     one kind of contents: {"text"}, {"image": caption}, {"voice": true}, {"raw": {...}},
                                 {"reaction", "to": wamid}, {"edit", "of": wamid}; or one of happenings:
                                 {"call": {"seconds"}}, {"new_number"}, {"preference"}, {"echo"}; "phone_number_id"
GET media/{id}                   a file, for the page
POST media                       keep {"content_base64", "mime_type", "phone_number_id"}; the object for a message
PUT media/{id}/fault             spoil it: the names of spoilt.Fault, "content_base64" for `content`
POST deliveries                  sign and post {"field", "raw_value", "entry"?} or {"body": any text}
GET ledger?after=&outcome=...    Graph calls; ledger/summary counts them and finds what was sent twice
GET deliveries?after=            posts of webhooks and their answers
POST webhooks/retry, reset       cut short the pauses between retries; forget everything
GET live                         all the page shows
"""

import dataclasses
import secrets
from typing import TYPE_CHECKING

from simulator import happenings, management, media, spoilt, views
from simulator.customers import Customer
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
        case "PUT", ["numbers", number_id]:
            return json_answer(management.pretend(sim, number_id, request.json()))
        case "PUT", ["accounts", waba_id]:
            return json_answer(management.pretend_of_account(sim, waba_id, request.json()))
        case "PUT", ["refusals"]:
            return _order_refusals(sim, request.json())
        case "PUT", ["token"]:
            sim.changed.token |= request.json()
            return json_answer(sim.changed.token)
        case "PUT", ["callbacks"]:
            sim.changed.verify_callbacks = bool(request.json().get("verify", True))
            return json_answer({"verify": sim.changed.verify_callbacks})
        case "GET", ["ledger"]:
            return json_answer({"data": await views.calls(sim, request)})
        case "GET", ["ledger", "summary"]:
            return json_answer(await views.summary(sim))
        case "GET", ["deliveries"]:
            return json_answer({"data": await views.deliveries(sim, request)})
        case "POST", ["deliveries"]:
            return json_answer({"update": await happenings.tell(sim, request.json())}, 201)
        case "GET", ["media", media_id]:
            return await _media(sim, media_id)
        case "POST", ["media"]:
            return json_answer(await media.keep(sim, request.json()), 201)
        case "PUT", ["media", media_id, "fault"]:
            spoilt.spoil(media_id, request.json())
            return json_answer({"success": True})
        case "GET", ["live"]:
            return json_answer(await views.live(sim, request))
        case "POST", ["webhooks", "retry"]:
            sim.webhooks.retry_now()
            return json_answer({"success": True})
        case "POST", ["reset"]:
            await sim.reset()
            return json_answer({"success": True})
    return json_answer({"error": "There is no such control."}, 404)


def _order_refusals(sim: "Simulator", orders: dict) -> Answer:
    """Merge the named refusals of management operations; null ends one."""
    for operation, order in orders.items():
        if order is not None and not (isinstance(order, dict) and type(order.get("code")) is int):
            raise BadRequest(f"{operation} needs a code, or null.")
    sim.changed.refusals = {name: order for name, order in (sim.changed.refusals | orders).items() if order}
    return json_answer(sim.changed.refusals)


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
    try:
        wamid = await happenings.happen(sim, customer, number_id, values)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadRequest(f"The content has the wrong shape: {error!r}") from error
    return json_answer({"id": wamid, "customer_id": customer.id, "phone_number_id": number_id}, 201)


async def _media(sim: "Simulator", media_id: str) -> Answer:
    """Answer with a file; only pictures, sound and films are shown, the rest is saved."""
    rows = await sim.ledger.read("SELECT mime_type, content FROM media WHERE id = ?", (media_id,))
    if not rows:
        return json_answer({"error": "There is no such media."}, 404)
    kind = rows[0]["mime_type"]
    shown = kind.startswith(("audio/", "video/", "image/")) and "svg" not in kind
    headers = [(b"content-disposition", b"inline" if shown else b"attachment"), (b"cache-control", b"max-age=3600")]
    return Answer(rows[0]["content"], 200, kind.encode(), headers)
