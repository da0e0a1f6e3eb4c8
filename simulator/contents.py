"""What a customer can send: each kind as Meta transmits it, and the words a chat shows for it.

The first name of MAKERS found in the request decides the kind. These go with any kind: "context" (a wamid,
"answer" or "own"), "forwarded" (true or "often"), "referral" (true or Meta's object), "product".
"""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator import drawings, files, media, references, samples
from simulator.ledger import Statement
from simulator.web import BadRequest

if TYPE_CHECKING:
    from simulator.customers import Customer
    from simulator.state import Simulator


class Content(NamedTuple):
    """A message without its sender and time; the statements keep its media."""

    message: dict
    preview: str
    statements: tuple[Statement, ...] = ()


class Writing(NamedTuple):
    """Who writes to which number, and all they gave."""

    sim: "Simulator"
    customer: "Customer"
    number_id: str
    values: dict


async def from_request(sim: "Simulator", customer: "Customer", number_id: str, values: dict) -> Content:
    """Return what the values ask for; raise BadRequest when they name no kind or no message to point at."""
    writing = Writing(sim, customer, number_id, values)
    for name, make_about in ABOUT_ANOTHER.items():
        if name in values:
            about = values.get("to") or values.get("of") or (values[name] if name == "revoke" else None)
            return make_about(writing, await references.find(sim, customer, number_id, about), values[name])
    for name, make in MAKERS.items():
        if name in values:
            content = make(writing, values[name])
            return content._replace(message=content.message | await _extras(writing))
    raise BadRequest("text is required.")


async def _extras(writing: Writing) -> dict:
    values, extras, context = writing.values, {}, {}
    if values.get("context"):
        context = await _context(writing)
    if forwarded := values.get("forwarded"):
        context["frequently_forwarded" if forwarded == "often" else "forwarded"] = True
    if product := values.get("product"):
        context["referred_product"] = samples.PRODUCT if product is True else product
    if context:
        extras["context"] = context
    if referral := values.get("referral"):
        extras["referral"] = samples.REFERRAL if referral is True else referral
    return extras


async def _context(writing: Writing) -> dict:
    sim, customer, number_id, values = writing
    quoted = await references.find(sim, customer, number_id, values["context"])
    number = sim.config.number(number_id)
    author = customer.shown_wa_id if quoted.is_customers else number and number.digits
    return {"from": author, "id": quoted.wamid} if author else {"id": quoted.wamid}


def _text(writing: Writing, text: Any) -> Content:
    if not isinstance(text, str) or not text.strip():
        raise BadRequest("text is required.")
    return Content({"type": "text", "text": {"body": text}}, text)


def _reply(writing: Writing, reply: dict) -> Content:
    """Return the content of a tapped button: a template's quick reply or an interactive one."""
    title = str(reply.get("title", ""))
    if reply.get("template"):
        return Content({"type": "button", "button": {"payload": reply["id"], "text": title}}, title)
    kind = "list_reply" if reply.get("list") else "button_reply"
    tapped = {"id": reply.get("id", ""), "title": title}
    if reply.get("list") and reply.get("description"):
        tapped["description"] = reply["description"]
    return Content({"type": "interactive", "interactive": {"type": kind, kind: tapped}}, title)


def _flow(writing: Writing, answers: Any) -> Content:
    """Return a filled form; the answers travel as JSON inside JSON."""
    answers = samples.FLOW_ANSWERS if answers is True else answers
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(answers, ensure_ascii=False)}
    return Content(
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}, "📋 Formulário enviado"
    )


def _location(writing: Writing, location: Any) -> Content:
    location = samples.PLACE if location is True else location
    return Content({"type": "location", "location": location}, f"📍 {location.get('name', 'Localização atual')}")


def _contacts(writing: Writing, cards: Any) -> Content:
    cards = samples.CARDS if cards is True else cards
    names = [(card.get("name") or {}).get("formatted_name", "Contato") for card in cards]
    return Content({"type": "contacts", "contacts": cards}, f"👤 {', '.join(names)}")


def _own_card(writing: Writing, phone: Any) -> Content:
    """Return what WhatsApp sends when somebody agrees to share their phone: true for their own or any."""
    customer = writing.customer
    digits = str(phone) if phone is not True else customer.wa_id or samples.SHARED_PHONE
    name = customer.name
    lines = ("VERSION:3.0", f"N:;{name};;;", f"FN:{name}", f"TEL;type=CELL;waid={digits}:+{digits}")
    card: dict[str, Any] = {"origin": "contact_request", "vcard": "\n".join(("BEGIN:VCARD", *lines, "END:VCARD"))}
    card |= {"phones": [{"phone": f"+{digits}", "wa_id": digits, "type": "CELL"}]}
    return Content({"type": "contacts", "contacts": [card]}, "👤 Compartilhou o telefone")


def _order(writing: Writing, order: Any) -> Content:
    order = samples.ORDER if order is True else order
    count = sum(item.get("quantity", 0) for item in order.get("product_items", []))
    return Content({"type": "order", "order": order}, f"🛒 Pedido com {count} itens")


def _unsupported(writing: Writing, kind: Any) -> Content:
    details = {"details": "Message type is currently not supported."}
    error = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": details}
    content: dict[str, Any] = {"type": "unsupported", "errors": [error]}
    if isinstance(kind, str) and kind:
        content["unsupported"] = {"type": kind}
    return Content(content, "📊 Enquete" if kind == "poll_creation" else "Mensagem sem suporte")


def _raw(writing: Writing, raw: Any) -> Content:
    if not isinstance(raw, dict):
        raise BadRequest("raw must be an object.")
    return Content(raw, f"{{…}} {raw.get('type', '')}")


def _image(writing: Writing, caption: Any) -> Content:
    caption = str(caption or writing.values.get("text") or "")
    return _media(writing, "image", files.File(*drawings.photo(caption)), f"📷 {caption or 'Foto'}", caption=caption)


def _screenshot(writing: Writing, caption: Any) -> Content:
    caption = _caption(caption)
    return _media(writing, "image", files.File(*drawings.screenshot()), f"📷 {caption or 'Foto'}", caption=caption)


def _voice(writing: Writing, _: Any) -> Content:
    return _media(writing, "audio", files.voice(), "🎤 Mensagem de voz", voice=True)


def _audio(writing: Writing, _: Any) -> Content:
    return _media(writing, "audio", files.song(), "🎵 Áudio", voice=False)


def _video(writing: Writing, caption: Any) -> Content:
    caption = _caption(caption)
    return _media(writing, "video", files.video(), f"🎥 {caption or 'Vídeo'}", caption=caption)


def _document(writing: Writing, filename: Any) -> Content:
    filename = filename if isinstance(filename, str) else samples.RECEIPT_NAME
    file = files.pdf(samples.RECEIPT_TITLE, samples.RECEIPT_LINES)
    caption = _caption(writing.values.get("caption"))
    return _media(writing, "document", file, f"📄 {filename}", filename=filename, caption=caption)


def _sticker(writing: Writing, form: Any) -> Content:
    animated = form == "animated"
    return _media(writing, "sticker", files.File(*drawings.sticker(animated=animated)), "Figurinha", animated=animated)


def _media(writing: Writing, kind: str, file: files.File, preview: str, **more: Any) -> Content:
    """Store the file and return its message; {"url": false} leaves out the address, as Meta may."""
    media_id, statement = media.store(writing.sim, writing.number_id, file.mime_type, file.content)
    digest = base64.b64encode(hashlib.sha256(file.content).digest()).decode()
    described = {"mime_type": file.mime_type, "sha256": digest, "id": media_id}
    if writing.values.get("url", True):
        described["url"] = media.signed_url(writing.sim.config.address, media_id)
    described |= {name: value for name, value in more.items() if value != ""}
    return Content({"type": kind, kind: described}, preview, (statement,))


def _caption(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _reaction(writing: Writing, about: references.Reference, emoji: Any) -> Content:
    """Return a reaction; Meta leaves the emoji out when it is taken back."""
    reaction = {"message_id": about.wamid} | ({"emoji": emoji} if emoji else {})
    return Content({"type": "reaction", "reaction": reaction}, str(emoji or ""))


def _edit(writing: Writing, about: references.Reference, words: Any) -> Content:
    kind = about.content.get("type", "text")
    content = about.content.get(kind) or {}
    changed = content | {"body" if kind == "text" else "caption": str(words)}
    edit = {"original_message_id": about.wamid, "message": {"context": {"id": "M0"}, "type": kind, kind: changed}}
    return Content({"type": "edit", "edit": edit}, str(words))


def _revoke(writing: Writing, about: references.Reference, _: Any) -> Content:
    return Content({"type": "revoke", "revoke": {"original_message_id": about.wamid}}, "")


ABOUT_ANOTHER: dict[str, Callable[[Writing, references.Reference, Any], Content]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
}
MAKERS: dict[str, Callable[[Writing, Any], Content]] = {
    "reply": _reply,
    "flow": _flow,
    "location": _location,
    "image": _image,
    "screenshot": _screenshot,
    "voice": _voice,
    "audio": _audio,
    "video": _video,
    "document": _document,
    "sticker": _sticker,
    "contacts": _contacts,
    "own_card": _own_card,
    "order": _order,
    "unsupported": _unsupported,
    "raw": _raw,
    "text": _text,
}
