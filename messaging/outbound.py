"""From a message of ours to the body Graph takes (Meta: section 6)."""

from __future__ import annotations

from typing import Any


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
