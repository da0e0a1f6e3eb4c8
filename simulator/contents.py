"""What a customer can send: content for the webhook and the text a chat shows for it."""

import base64
import hashlib
import struct
import zlib
from typing import TYPE_CHECKING

from simulator import media
from simulator.ledger import Statement
from simulator.web import BadRequest

if TYPE_CHECKING:
    from simulator.state import Simulator

PICTURE_SIZE = (480, 360)


def from_request(sim: "Simulator", phone_number_id: str, values: dict) -> tuple[dict, str, list[Statement]]:
    """Return content, preview and statements for {"text"}, {"reply"}, {"location"} or {"image"}."""
    context = {"context": {"id": values["context"]}} if values.get("context") else {}
    if reply := values.get("reply"):
        return _reply(reply) | context, str(reply.get("title", "")), []
    if location := values.get("location"):
        return {"type": "location", "location": location}, f"📍 {location.get('name', 'Localização')}", []
    text = values.get("text")
    if "image" in values:
        return _picture(sim, phone_number_id, str(values["image"] or text or ""))
    if not isinstance(text, str) or not text.strip():
        raise BadRequest("text is required.")
    return {"type": "text", "text": {"body": text}} | context, text, []


def _reply(reply: dict) -> dict:
    """Return the content of a tapped button: a template's quick reply or an interactive one."""
    if reply.get("template"):
        return {"type": "button", "button": {"payload": reply["id"], "text": reply["title"]}}
    kind = "list_reply" if reply.get("list") else "button_reply"
    tapped = {"id": reply.get("id", ""), "title": reply.get("title", "")}
    return {"type": "interactive", "interactive": {"type": kind, kind: tapped}}


def _picture(sim: "Simulator", phone_number_id: str, caption: str) -> tuple[dict, str, list[Statement]]:
    content = _png(hashlib.sha256(caption.encode()).digest())
    media_id, statement = media.store(sim, phone_number_id, "image/png", content)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    image = {"id": media_id, "mime_type": "image/png", "sha256": digest}
    if caption:
        image["caption"] = caption
    return {"type": "image", "image": image}, f"📷 {caption or 'Foto'}", [statement]


def _png(seed: bytes) -> bytes:
    """Return a soft vertical gradient whose colours follow the seed."""
    width, height = PICTURE_SIZE
    top, bottom = seed[:3], seed[3:6]
    rows = []
    for y in range(height):
        part = y / height
        colour = bytes(int(a * (1 - part) + b * part) // 2 + 110 for a, b in zip(top, bottom, strict=True))
        rows.append(b"\x00" + colour * width)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(named: tuple[bytes, bytes]) -> bytes:
    name, data = named
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
