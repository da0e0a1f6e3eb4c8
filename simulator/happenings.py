"""What happens between a customer and the business other than messages: calls, a new number, preferences.

Also what the owner types on the phone (an echo), and any change or bytes somebody wants to see signed.
"""

import dataclasses
import json
import secrets
import time
from typing import TYPE_CHECKING, Any

from simulator import contents, shapes
from simulator.customers import STOPPED, Customer, inbound_row, write_message
from simulator.shapes import Update, transmitted
from simulator.web import BadRequest
from simulator.webhooks import insert

if TYPE_CHECKING:
    from simulator.state import Simulator

RING_SECONDS = 3.0
SESSION = {"sdp_type": "offer", "sdp": "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n"}
MOVE_CUSTOMER = "UPDATE customers SET wa_id = ?, user_id = ? WHERE id = ?"


async def happen(sim: "Simulator", customer: Customer, number_id: str, values: dict) -> str:
    """Do the one thing the values name: a happening, else a message; return its id."""
    for name, act in HAPPENINGS.items():
        if name in values:
            return await act(sim, customer, number_id, values[name])
    message, preview, statements = await contents.from_request(sim, customer, number_id, values)
    return await write_message(sim, customer, number_id, message, preview=preview, statements=statements)


async def call(sim: "Simulator", customer: Customer, number_id: str, values: Any) -> str:
    """Call the number: {"seconds": spoken, 0 when missed, "ring": seconds before}; return the wacid."""
    values = values if isinstance(values, dict) else {}
    spoken, ring = int(values.get("seconds", 0)), float(values.get("ring", RING_SECONDS))
    began, wacid = time.time(), shapes.new_wacid(customer.digits)
    ended = began + ring + spoken
    finish: dict[str, Any] = {"status": "FAILED"}
    if spoken:
        times = {"start_time": str(int(began + ring)), "end_time": str(int(ended)), "duration": spoken}
        finish = {"status": "COMPLETED"} | times
    preview = f"📞 Chamada de {spoken // 60}:{spoken % 60:02}" if spoken else "📞 Chamada perdida"
    events = [
        (began, {"event": "connect", "timestamp": str(int(began)), "session": SESSION}),
        (ended, {"event": "terminate", "timestamp": str(int(ended))} | finish),
    ]
    updates = [_call_update(sim, customer, number_id, wacid, due, event) for due, event in events]
    await sim.ledger.write(inbound_row(sim, customer, number_id, wacid, "call", preview), *map(insert, updates))
    sim.windows[number_id, customer.id] = began
    sim.webhooks.schedule(updates)
    return wacid


def _call_update(sim: "Simulator", customer: Customer, number_id: str, wacid: str, due: float, event: dict) -> Update:
    number = sim.config.number(number_id)
    item = {"id": wacid, "direction": "USER_INITIATED", "to": number.digits if number else ""}
    item |= customer.sender() | event
    value = shapes.number_value(sim.config, number_id, json.loads(customer.contact()), "calls", item)
    return shapes.change_update(sim.ledger.next_id("updates"), due, "calls", value, wamid=wacid)


async def move(sim: "Simulator", customer: Customer, number_id: str, phone: Any) -> str:
    """Give the customer another phone (true: any) and the user id that comes with it; return the wamid."""
    user_id = f"BR.{10**18 + secrets.randbelow(9 * 10**18)}"
    if phone is True or not str(phone or "").isdigit():
        phone = f"{(customer.wa_id or '5511')[:4]}98765{9000 + secrets.randbelow(1000)}"
    new = dataclasses.replace(customer, user_id=user_id, wa_id=customer.wa_id and str(phone))
    told: dict[str, Any] = {"user_id": new.user_id, "previous_user_id": customer.user_id}
    if customer.shown_wa_id:
        words = f"O usuário mudou de {customer.wa_id} para {new.wa_id}"
        told |= {"type": "user_changed_number", "body": words, "wa_id": new.wa_id}
    else:
        told |= {"type": "user_changed_user_id", "body": "User changed user id"}
    content = {"type": "system", "system": told}
    moved = [(MOVE_CUSTOMER, (new.wa_id, new.user_id, new.id))]
    preview = "Número novo"
    wamid = await write_message(sim, customer, number_id, content, preview=preview, statements=moved)
    sim.people.replace(new)
    return wamid


async def prefer(sim: "Simulator", customer: Customer, number_id: str, wish: Any) -> str:
    """Tell the business to "stop" or "resume" its marketing; return the id of the line in the chat."""
    if wish not in ("stop", "resume"):
        raise BadRequest("preference must be stop or resume.")
    now = time.time()
    wamid = shapes.new_wamid(customer.digits, inbound=True)
    item: dict[str, Any] = {"wa_id": customer.shown_wa_id} if customer.shown_wa_id else {}
    item |= {"user_id": customer.user_id, "detail": f"User requested to {wish} marketing messages"}
    item |= {"category": "marketing_messages", "value": wish, "timestamp": int(now)}
    contact = json.loads(customer.contact())
    value = shapes.number_value(sim.config, number_id, contact, "user_preferences", item)
    update = shapes.change_update(sim.ledger.next_id("updates"), now, "user_preferences", value, wamid=wamid)
    preview = STOPPED if wish == "stop" else "Voltou a receber ofertas"
    await sim.ledger.write(inbound_row(sim, customer, number_id, wamid, "preference", preview), insert(update))
    (sim.stopped.add if wish == "stop" else sim.stopped.discard)(customer.id)
    sim.webhooks.schedule([update])
    return wamid


async def echo(sim: "Simulator", customer: Customer, number_id: str, values: Any) -> str:
    """Write to the customer from the business's own phone: text, or any content; return the wamid."""
    values = {"text": values} if isinstance(values, str) else values
    message, preview, statements = await contents.from_request(sim, customer, number_id, values)
    now, number = time.time(), sim.config.number(number_id)
    wamid = shapes.new_wamid(customer.digits)
    item = {"from": number.digits if number else "", "to_user_id": customer.user_id}
    item |= {"id": wamid, "timestamp": str(int(now))} | message
    contact = json.loads(customer.contact())
    if customer.shown_wa_id:
        item["to"] = customer.shown_wa_id
        contact.pop("profile")
    value = shapes.number_value(sim.config, number_id, contact, "message_echoes", item)
    update = shapes.change_update(sim.ledger.next_id("updates"), now, "smb_message_echoes", value, wamid=wamid)
    row = inbound_row(sim, customer, number_id, wamid, "echo", preview)
    await sim.ledger.write(*statements, row, insert(update))
    sim.webhooks.schedule([update])
    return wamid


async def tell(sim: "Simulator", values: dict) -> int:
    """Deliver {"field", "raw_value", "entry"?} or {"body"} as a signed post; return the update's id."""
    update_id, now = sim.ledger.next_id("updates"), time.time()
    if isinstance(body := values.get("body"), str):
        update = Update(update_id, now, "body", "", None, "body", "", body)
    elif "raw_value" not in values:
        raise BadRequest("raw_value or body is required.")
    elif entry := values.get("entry"):
        change = {"value": values["raw_value"], "field": values.get("field")}
        whole = {"id": entry, "time": int(now), "changes": [change]}
        body = transmitted({"object": "whatsapp_business_account", "entry": [whole]})
        update = Update(update_id, now, "body", "", None, str(values.get("field")), "", body)
    else:
        update = shapes.change_update(update_id, now, str(values.get("field") or "messages"), values["raw_value"])
    await sim.ledger.write(insert(update))
    sim.webhooks.schedule([update])
    return update_id


HAPPENINGS = {"call": call, "new_number": move, "preference": prefer, "echo": echo}
