"""Media: upload, address, download and deletion, with bytes in the ledger."""

import base64
import hashlib
import hmac
import secrets
import time
from functools import partial
from typing import TYPE_CHECKING

from simulator import spoilt
from simulator.errors import GraphError
from simulator.web import Answer, Request, json_answer

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.state import Simulator

KINDS_QUERY = "SELECT id, mime_type FROM media"
INSERT_MEDIA = "INSERT INTO media VALUES (?,?,?,?,?,?)"
ADDRESS_SECONDS = 300
MEGABYTE = 1024 * 1024
LIMITS = {
    "audio": (
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"),
        16 * MEGABYTE,
    ),
    "image/webp": (("image/webp",), 500 * 1024),
    "image": (("image/jpeg", "image/png"), 5 * MEGABYTE),
    "video": (("video/mp4", "video/3gpp"), 16 * MEGABYTE),
}
DOCUMENT_LIMIT = 100 * MEGABYTE
_address_key = secrets.token_bytes(16)


def store(sim: "Simulator", phone_number_id: str, mime_type: str, content: bytes) -> tuple[str, tuple]:
    """Return the id of new media and the statement that keeps it."""
    media_id = str(10**15 + secrets.randbelow(9 * 10**15))
    digest = hashlib.sha256(content).hexdigest()
    sim.media_kinds[media_id] = mime_type
    row = (media_id, time.time(), phone_number_id, mime_type, digest, content)
    return media_id, (INSERT_MEDIA, row)


def fits(sim: "Simulator", kind: str, media_id: str) -> bool:
    """Tell whether media can be sent as a kind of message; whatever it is, it can go as a document."""
    base = sim.media_kinds[media_id].partition(";")[0].strip().lower()
    accepted, _ = LIMITS.get("image/webp" if kind == "sticker" else kind, ((base,), 0))
    return base in accepted


async def keep(sim: "Simulator", values: dict) -> dict:
    """Keep {"content_base64", "mime_type", "phone_number_id"} as a customer's; return the object for a message."""
    content = spoilt.from_base64(values.get("content_base64"))
    number_id = str(values.get("phone_number_id") or next(iter(sim.config.numbers)))
    mime_type = str(values.get("mime_type") or "application/octet-stream")
    media_id, statement = store(sim, number_id, mime_type, content)
    await sim.ledger.write(statement)
    digest = values.get("sha256") or base64.b64encode(hashlib.sha256(content).digest()).decode()
    return {"id": media_id, "mime_type": mime_type, "sha256": digest}


def upload(sim: "Simulator", call: "Call", request: Request, phone_number_id: str) -> dict:
    """Keep an uploaded file and return its id; raise GraphError for what Meta refuses."""
    call.kind = "media.upload"
    parts = _multipart(request)
    if parts.get("messaging_product", (b"", ""))[0] != b"whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if "file" not in parts:
        raise GraphError(100, "The parameter file is required.")
    content, file_type = parts["file"]
    mime_type = parts.get("type", (b"", ""))[0].decode() or file_type
    _check_media(mime_type, len(content))
    media_id, statement = store(sim, phone_number_id, mime_type, content)
    call.statements.append(statement)
    call.text = f"{mime_type}, {len(content)} bytes"
    return {"id": media_id}


async def address(sim: "Simulator", call: "Call", request: Request, media_id: str) -> dict:
    """Return what Meta tells about the media, with an address for the next five minutes."""
    call.kind = "media.read"
    row = await _row(sim, media_id, request.query.get("phone_number_id"))
    told = {
        "messaging_product": "whatsapp",
        "url": signed_url(request.origin, media_id),
        "mime_type": row["mime_type"],
        "sha256": row["sha256"],
        "file_size": row["size"],
        "id": media_id,
    }
    return spoilt.offer(media_id, told, partial(signed_url, request.origin, media_id))


def signed_url(origin: str, media_id: str, seconds: float = ADDRESS_SECONDS) -> str:
    """Return where the media can be downloaded during the next five minutes."""
    expires = int(time.time() + seconds)
    return f"{origin}/media/{media_id}?ext={expires}&hash={_proof(media_id, expires)}"


async def delete(sim: "Simulator", call: "Call", request: Request, media_id: str) -> dict:
    """Delete the media."""
    call.kind = "media.delete"
    await _row(sim, media_id, request.query.get("phone_number_id"))
    del sim.media_kinds[media_id]
    call.statements.append(("DELETE FROM media WHERE id = ?", (media_id,)))
    return {"success": True}


async def download(sim: "Simulator", request: Request, media_id: str) -> Answer:
    """Answer with the bytes, for a valid token and an address that has not expired."""
    authorization = request.headers.get(b"authorization", b"").decode("latin-1")
    if not authorized(sim, authorization):
        return json_answer(GraphError(190, "Invalid OAuth access token").body(), 401)
    expires = request.number("ext", 0)
    proof = request.query.get("hash", "")
    if expires < time.time() or not hmac.compare_digest(proof, _proof(media_id, expires)):
        return Answer(b"Not Found", 404, b"text/plain")
    rows = await sim.ledger.read("SELECT mime_type, content FROM media WHERE id = ?", (media_id,))
    if not rows:
        return Answer(b"Not Found", 404, b"text/plain")
    return await spoilt.deliver(request, media_id, Answer(rows[0]["content"], 200, rows[0]["mime_type"].encode()))


def authorized(sim: "Simulator", authorization: str) -> bool:
    """Tell whether the Authorization header carries a token we know (any, when none is configured)."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not token.strip():
        return False
    return not sim.config.tokens or token.strip() in sim.config.tokens


async def _row(sim: "Simulator", media_id: str, phone_number_id: str | None) -> dict:
    rows = await sim.ledger.read(
        "SELECT mime_type, sha256, phone_number_id, length(content) AS size FROM media WHERE id = ?",
        (media_id,),
    )
    if not rows or phone_number_id not in (None, rows[0]["phone_number_id"]):
        raise GraphError(100, f"Object with ID '{media_id}' does not exist", subcode=33)
    return rows[0]


def _proof(media_id: str, expires: int) -> str:
    return hmac.new(_address_key, f"{media_id}:{expires}".encode(), hashlib.sha256).hexdigest()[:32]


def _check_media(mime_type: str, size: int) -> None:
    base = mime_type.partition(";")[0].strip().lower()
    accepted, limit = LIMITS.get(base) or LIMITS.get(base.partition("/")[0]) or ((base,), DOCUMENT_LIMIT)
    if not base or base not in accepted:
        raise GraphError(100, f"Param file must be a file with one of the accepted types, not {mime_type}")
    if size > limit:
        raise GraphError(131053, f"The file has {size} bytes; at most {limit} are accepted")
    if not size:
        raise GraphError(131053, "The file is empty")


def _multipart(request: Request) -> dict[str, tuple[bytes, str]]:
    """Return the parts of a multipart body by name: content and type."""
    content_type = request.headers.get(b"content-type", b"").decode("latin-1")
    kind, _, rest = content_type.partition("boundary=")
    boundary = rest.split(";")[0].strip().strip('"').encode("latin-1")
    if "multipart/form-data" not in kind or not boundary:
        raise GraphError(100, "The request must be multipart/form-data.")
    parts = {}
    for piece in (b"\r\n" + request.body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        fields = _part_headers(head.decode("utf-8", "replace"))
        name = fields.get("content-disposition", "").partition('name="')[2].partition('"')[0]
        parts[name] = (content, fields.get("content-type", ""))
    return parts


def _part_headers(head: str) -> dict[str, str]:
    lines = (line.partition(":") for line in head.split("\r\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in lines}
