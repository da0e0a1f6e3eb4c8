"""From a message of ours to the body Graph takes (Meta: section 6)."""

from __future__ import annotations

from typing import Any

from messaging.kinds.files import HEADS


def message_payload(
    kind: str, content: Any, *, phone: str, bsuid: str, callback_data: str, quoted_wamid: str = ""
) -> dict[str, Any]:
    """Return the body of a message; `content` is what the `payload` of its kind returned.

    A BSUID goes in `recipient`, never in `to` (Meta: section 3.3). `phone` is +E.164 and wins where both
    are known; raise ValueError when neither is. A reaction quotes nothing: it names its message itself.
    """
    if not phone and not bsuid:
        raise ValueError("neither phone nor BSUID")
    payload: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **({"to": phone} if phone else {"recipient": bsuid}),
        "type": kind,
        kind: content,
        "biz_opaque_callback_data": callback_data,
    }
    if quoted_wamid and kind != "reaction":
        payload["context"] = {"message_id": quoted_wamid}
    return payload


def with_file(kind: str, content: dict[str, Any], media_id: str) -> dict[str, Any]:
    """Return the content of a message with Meta's id of its file: in itself, or in its header."""
    match kind:
        case "interactive":
            return content | {"header": _named(content["header"], media_id)}
        case "template":
            return content | {"components": [_with_header(part, media_id) for part in content["components"]]}
    return {"id": media_id} | content


def _with_header(component: dict[str, Any], media_id: str) -> dict[str, Any]:
    if component["type"] != "header":
        return component
    return component | {"parameters": [_named(parameter, media_id) for parameter in component["parameters"]]}


def _named(part: dict[str, Any], media_id: str) -> dict[str, Any]:
    what = part["type"]
    return part | {what: {"id": media_id} | part[what]} if what in HEADS else part
