"""Resumable uploads: samples of template headers (Meta: Resumable Upload API)."""

import secrets
from typing import TYPE_CHECKING

from simulator.errors import GraphError
from simulator.web import Request

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.state import Simulator


def begin(sim: "Simulator", call: "Call", query: dict[str, str]) -> dict:
    """Open a session for a file of the length and type that the query names."""
    call.kind = "upload.begin"
    length, kind = int(query.get("file_length") or 0), query.get("file_type", "")
    if length <= 0 or "/" not in kind:
        raise GraphError(100, "file_length and file_type are required")
    session = f"upload:{secrets.token_urlsafe(24)}"
    sim.uploads[session] = length
    return {"id": session}


def take(sim: "Simulator", call: "Call", request: Request, session: str) -> dict:
    """Take the bytes, all at once, and return the handle that names the file from now on."""
    call.kind = "upload.bytes"
    length = sim.uploads.get(session)
    if length is None:
        raise GraphError(100, "There is no such upload", subcode=33)
    if request.headers.get(b"file_offset") != b"0" or len(request.body) != length:
        raise GraphError(100, f"{len(request.body)} bytes came of {length}")
    del sim.uploads[session]
    call.text = f"{length} bytes"
    return {"h": f"4::{secrets.token_urlsafe(48)}"}
