"""Files that come wrong on purpose: each may have a fault of its own, set through the control API."""

import asyncio
import base64
import binascii
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.errors import GraphError
from simulator.web import Answer, BadRequest, Request

PARTS = 10


@dataclass(slots=True)
class Fault:
    """What is wrong with one file: the first five in what Graph says of it, the others in the download."""

    gone: bool = False
    address: str | None = None  # Graph sends the caller there
    address_seconds: float | None = None  # how long the address is good
    sha256: str | None = None
    file_size: int | None = None
    times: int | None = None  # so many downloads go wrong and then none; None: all of them
    status: int | None = None
    redirect: str | None = None
    content: bytes | None = None  # these bytes come instead
    cut_after: int | None = None  # so many bytes come, then the connection ends
    pause_ms: float = 0.0  # before each of ten parts

    def strikes(self) -> bool:
        """Tell whether this download goes wrong, and count it."""
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


_faults: dict[str, Fault] = {}


def offer(media_id: str, told: dict, address: Callable[[float], str]) -> dict:
    """Return what Graph tells of a file, `address` making one for so many seconds; raise GraphError when it is gone."""
    fault = _faults.get(media_id)
    if not fault:
        return told
    if fault.gone:
        raise GraphError(100, f"Object with ID '{media_id}' does not exist", subcode=33)
    told = told | {name: getattr(fault, name) for name in ("sha256", "file_size") if getattr(fault, name) is not None}
    if fault.address_seconds is not None:
        told["url"] = address(fault.address_seconds)
    return told if fault.address is None else told | {"url": fault.address}


async def deliver(request: Request, media_id: str, whole: Answer) -> Answer:
    """Return what comes for a download; what comes in parts or is cut is on its way already."""
    fault = _faults.get(media_id)
    if not fault or not fault.strikes():
        return whole
    if fault.status is not None:
        return Answer(b"Sorry, something went wrong.", fault.status, b"text/html")
    if fault.redirect is not None:
        return Answer(b"", 302, b"text/html", [(b"location", fault.redirect.encode())])
    if fault.content is not None:
        whole = Answer(fault.content, 200, whole.content_type)
    if fault.cut_after is None and not fault.pause_ms:
        return whole
    await _drip(request, whole, fault)
    return Answer(b"")  # The connection is gone: nobody reads it.


def spoil(media_id: str, values: dict[str, Any]) -> None:
    """Give a file a fault from named values, `content_base64` for `content`; raise BadRequest."""
    values = dict(values)
    if "content_base64" in values:
        values["content"] = from_base64(values.pop("content_base64"))
    if unknown := values.keys() - {field.name for field in dataclasses.fields(Fault)}:
        raise BadRequest(f"There is no fault called {sorted(unknown)[0]}.")
    _faults[media_id] = Fault(**values)


def from_base64(text: Any) -> bytes:
    """Return the bytes; raise BadRequest."""
    try:
        return base64.b64decode(str(text or ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("content_base64 is not base64.") from error


async def _drip(request: Request, whole: Answer, fault: Fault) -> None:
    body = whole.body[: fault.cut_after]
    step = max(1, -(-len(body) // PARTS))
    length = (b"content-length", str(len(whole.body)).encode())
    headers = [(b"content-type", whole.content_type), length]
    await request._send({"type": "http.response.start", "status": whole.status, "headers": headers})
    for start in range(0, len(body), step):
        await asyncio.sleep(fault.pause_ms / 1000)
        await request._send({"type": "http.response.body", "body": body[start : start + step], "more_body": True})
    await asyncio.sleep(0.02)  # What was written shall leave before the connection ends.
    await request.hang_up()
