"""POST /{phone_number_id}/messages: check as Meta does, accept, and plan the statuses."""

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import media, shapes, templates
from simulator.calls import Call
from simulator.customers import Customer
from simulator.errors import GraphError
from simulator.shapes import Update

if TYPE_CHECKING:
    from simulator.state import Simulator

TEXT_LIMIT = 4096
CALLBACK_DATA_LIMIT = 512
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
FREE_TYPES = ("text", "location", "contacts", "reaction", "interactive", *MEDIA_TYPES)
LABELS = {
    "image": "📷 Foto",
    "video": "🎥 Vídeo",
    "audio": "🎤 Áudio",
    "document": "📄 Documento",
    "sticker": "Figurinha",
    "location": "📍 Localização",
    "contacts": "👤 Contato",
}


@dataclass(slots=True)
class Recipient:
    """Who a send is for."""

    given: str
    wa_id: str | None
    user_id: str | None
    customer: Customer | None
    by_user_id: bool = False
    reachable: bool = True

    @property
    def key(self) -> str:
        return self.wa_id or self.user_id or self.given


async def mark_read(sim: "Simulator", call: Call, number_id: str, payload: dict) -> dict:
    """Mark a customer's message and the earlier ones as read, and show typing when asked to."""
    call.kind, call.wamid = "read", payload.get("message_id")
    rows = await sim.ledger.read("SELECT id, customer_id FROM inbound WHERE wamid = ?", (call.wamid,))
    if not rows:
        if sim.config.any_number:  # the load comes from elsewhere, we cannot know its messages
            return {"success": True}
        raise GraphError(131009, "Message ID is invalid.")
    message = rows[0]
    call.customer_id = message["customer_id"]
    call.statements.append(
        (
            "UPDATE inbound SET read_at = ? WHERE customer_id = ? AND phone_number_id = ? AND id <= ? "
            "AND read_at IS NULL",
            (time.time(), message["customer_id"], number_id, message["id"]),
        )
    )
    if payload.get("typing_indicator"):
        call.kind = "typing"
        sim.typing[message["customer_id"], number_id] = time.time()
    return {"success": True}


def describe(sim: "Simulator", call: Call, payload: dict) -> Recipient:
    """Note in the call what is sent to whom, and return whom; raise GraphError when nobody is named."""
    call.kind = str(payload.get("type") or "text")
    call.attempt = _text_or_none(payload.get("biz_opaque_callback_data"))
    call.text = _preview(payload, call.kind)
    recipient = _recipient(sim, payload)
    call.recipient = recipient.key
    call.customer_id = recipient.customer.id if recipient.customer else None
    return recipient


def accept(sim: "Simulator", call: Call, number_id: str, payload: dict, recipient: Recipient) -> dict:
    """Accept a message and return Meta's answer; raise GraphError for what Meta refuses."""
    kind = call.kind
    if payload.get("messaging_product") != "whatsapp":
        raise GraphError(100, "(#100) The parameter messaging_product is required.")
    check_throttles(sim, number_id, recipient)
    category = _check_content(sim, call, payload, kind, recipient)
    failure = _failure_by_status(sim, number_id, category, recipient) or _late_failure(sim, payload, kind)
    call.wamid = shapes.new_wamid("".join(filter(str.isdigit, recipient.key)) or "0")
    call.outcome = "accepted"
    sim.typing.pop((call.customer_id or "", number_id), None)
    call.updates += planned_statuses(sim, call, recipient, category, failure)
    return _accepted_answer(call, recipient, kind)


def _late_failure(sim: "Simulator", payload: dict, kind: str) -> int | None:
    """Return what Meta finds only after it accepted: a file that is not what the message says it is."""
    content = payload.get(kind)
    media_id = str(content.get("id") or "") if kind in MEDIA_TYPES and isinstance(content, dict) else ""
    return 131053 if media_id and not media.fits(sim, kind, media_id) else None


def check_throttles(sim: "Simulator", number_id: str, recipient: Recipient) -> None:
    """Raise GraphError when the number or the pair has sent too much."""
    faults = sim.faults
    if sim.throttles.number_exceeded(number_id, faults.throttle_per_second):
        raise GraphError(130429, "Cloud API message throughput has been reached.")
    if sim.throttles.pair_exceeded(number_id, recipient.key, faults.pair_throttle):
        raise GraphError(131056, "Too many messages sent from this phone number to the same phone number.")


def planned_statuses(
    sim: "Simulator", call: Call, recipient: Recipient, category: str, failure: int | None
) -> list[Update]:
    """Return the statuses to come for an accepted message, due after its answer."""
    wamid, number_id = call.wamid or "", call.phone_number_id or ""
    pricing = _pricing(category)
    # Of strangers we only repeat the address: inventing a user id for them would contradict the one that
    # whoever made them up (the bench, a test) has told the platform.
    contact = recipient.customer.contact() if recipient.customer and not failure else ""
    updates = []
    for name, due in _plan(sim, call, failure):
        payload = shapes.status(
            name,
            wamid,
            at=due,
            wa_id=recipient.wa_id,
            user_id=recipient.user_id,
            callback_data=call.attempt,
            pricing=pricing,
            error_code=failure,
        )
        update_id = sim.ledger.next_id("updates")
        updates.append(Update(update_id, due, "status", number_id, wamid, name, contact, payload))
    return updates


def _plan(sim: "Simulator", call: Call, failure: int | None) -> list[tuple[str, float]]:
    """Return which statuses come, and when (seconds since 1970)."""
    faults = sim.faults
    answered = time.time() + call.latency
    if failure:
        return [("failed", answered + faults.sent_ms / 1000)]
    plan = [("sent", faults.sent_ms), ("delivered", faults.delivered_ms), ("read", faults.read_ms)]
    if call.kind == "reaction":
        del plan[1:]
    elif random.random() >= faults.read_probability:
        plan.pop()
    names, delays = map(list, zip(*plan, strict=True))
    if faults.disorder:
        random.shuffle(delays)
        delays[0] = -call.latency * 1000  # before the HTTP answer
    return [(name, answered + delay / 1000) for name, delay in zip(names, delays, strict=True)]


def _recipient(sim: "Simulator", payload: dict) -> Recipient:
    to, user_id = payload.get("to"), payload.get("recipient")
    if to:
        given = str(to)
        digits = "".join(filter(str.isdigit, given))
        if given[:2].isalpha() and given[2:3] == ".":
            # The trap: Meta keeps the digits of a user id in "to", answers 200 and fails by status.
            return Recipient(given, digits, None, None, reachable=False)
        if not digits:
            raise GraphError(100, "Parameter to is not a valid phone number")
        customer = sim.people.by_phone(digits)
        if customer:
            return Recipient(given, customer.wa_id, customer.user_id, customer)
        return Recipient(given, digits, None, None)
    if not user_id:
        raise GraphError(131008, "Parameter to or recipient is required")
    given = str(user_id)
    customer = sim.people.by_user_id.get(given)
    known = customer is not None or sim.config.any_number
    return Recipient(
        given, customer.shown_wa_id if customer else None, given, customer, by_user_id=True, reachable=known
    )


def _check_content(sim: "Simulator", call: Call, payload: dict, kind: str, recipient: Recipient) -> str:
    """Raise GraphError for content Meta refuses; return the pricing category."""
    if call.attempt and len(call.attempt) > CALLBACK_DATA_LIMIT:
        raise GraphError(100, "Param biz_opaque_callback_data is too long")
    content = payload.get(kind)
    if kind == "template":
        template = templates.check_sendable(sim, content or {})
        if template["category"] == "AUTHENTICATION" and recipient.by_user_id:
            raise GraphError(131062)
        call.text = templates.rendered(template, content or {})
        return template["category"].lower()
    if kind not in FREE_TYPES:
        raise GraphError(131051, f"Unsupported message type {kind}")
    if not content:
        raise GraphError(131008, f"Parameter {kind} is required")
    if kind == "text":
        _check_text(content)
    elif kind in MEDIA_TYPES:
        _check_media(sim, content)
    elif kind == "interactive":
        _check_interactive(sim, content)
    _check_window(sim, call.phone_number_id or "", recipient)
    return "service"


def _check_text(content: dict) -> None:
    body = content.get("body") if isinstance(content, dict) else None
    if not isinstance(body, str) or not body.strip():
        raise GraphError(100, "The parameter text['body'] is required.")
    if len(body) > TEXT_LIMIT:
        raise GraphError(100, f"Param text['body'] must be at most {TEXT_LIMIT} characters long.")


def _check_media(sim: "Simulator", content: dict) -> None:
    media_id, link = content.get("id"), content.get("link")
    if not media_id and not link:
        raise GraphError(131008, "Either id or link is required")
    if media_id and str(media_id) not in sim.media_kinds:
        raise GraphError(131009, f"Media id {media_id} does not exist")


def _check_interactive(sim: "Simulator", content: dict) -> None:
    action, header = content.get("action") or {}, content.get("header") or {}
    buttons = [button.get("reply") or {} for button in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section.get("rows", [])]
    if not (content.get("body") or {}).get("text") or len(buttons) > 3 or len(rows) > 10:
        raise GraphError(131009, "Parameter value is not valid")
    if any(len(one.get("title", "")) > 20 for one in buttons) or any(len(one.get("title", "")) > 24 for one in rows):
        raise GraphError(131009, "Button title length invalid")
    if header.get("type") in MEDIA_TYPES:
        _check_media(sim, header.get(header["type"]) or {})


def _check_window(sim: "Simulator", number_id: str, recipient: Recipient) -> None:
    if not sim.faults.window_by_status and _window_closed(sim, number_id, recipient):
        raise GraphError(
            131047,
            "Message failed to send because more than 24 hours have passed since the customer last replied",
        )


def _window_closed(sim: "Simulator", number_id: str, recipient: Recipient) -> bool:
    if sim.faults.window == "off" or not recipient.reachable:
        return False
    if recipient.customer:
        return not sim.window_open(number_id, recipient.customer)
    return sim.faults.window == "all"


def _failure_by_status(sim: "Simulator", number_id: str, category: str, recipient: Recipient) -> int | None:
    faults = sim.faults
    if not recipient.reachable:
        return 131026
    if category == "marketing" and recipient.customer and recipient.customer.id in sim.stopped:
        return 131050
    if faults.status_error_code and random.random() < faults.status_error_probability:
        return faults.status_error_code
    if category == "service" and faults.window_by_status and _window_closed(sim, number_id, recipient):
        return 131047
    return None


def _accepted_answer(call: Call, recipient: Recipient, kind: str) -> dict:
    contact: dict = {"input": recipient.given}
    if recipient.by_user_id:
        contact["user_id"] = recipient.user_id
    else:
        contact["wa_id"] = recipient.wa_id
    message = {"id": call.wamid}
    if kind == "template":
        message["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]}


def _pricing(category: str) -> dict:
    free = category == "service"
    kind = "free_customer_service" if free else "regular"
    return {"billable": not free, "pricing_model": "PMP", "type": kind, "category": category}


def _preview(payload: dict, kind: str) -> str:
    """Return the text a phone would show for the message."""
    content = payload.get(kind)
    if not isinstance(content, dict):
        return LABELS.get(kind, kind)
    if kind == "text":
        return str(content.get("body", ""))
    if kind == "reaction":
        return str(content.get("emoji", ""))
    if kind == "interactive":
        return str((content.get("body") or {}).get("text", ""))
    caption = content.get("caption") or content.get("filename") or content.get("name")
    return " · ".join(filter(None, [LABELS.get(kind, kind), _text_or_none(caption)]))


def _text_or_none(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
