"""A chat as the customer's phone shows it: reactions, edits and deletions sit on the message they are about."""

import json
from typing import TYPE_CHECKING

from simulator import templates

if TYPE_CHECKING:
    from simulator.state import Simulator

CHAT_LENGTH = 160
CHAT = """
SELECT * FROM (
  SELECT at, CASE kind WHEN 'echo' THEN 'out' ELSE 'in' END AS side, wamid, kind, body, read_at, NULL AS status,
    (SELECT payload FROM updates WHERE wamid = inbound.wamid AND kind = 'message' LIMIT 1) AS content
  FROM inbound WHERE customer_id = ?1 AND phone_number_id = ?2
  UNION ALL
  SELECT at, 'out', wamid, kind, body, NULL,
    (SELECT group_concat(name) FROM updates WHERE wamid = calls.wamid AND due <= ?3), request
  FROM calls WHERE customer_id = ?1 AND phone_number_id = ?2 AND outcome = 'accepted'
  ORDER BY at DESC LIMIT ?4
) ORDER BY at
"""
LADDER = ("failed", "read", "played", "delivered", "sent")
FILES = ("image", "sticker", "audio", "video", "document")


async def chat(sim: "Simulator", customer_id: str, number_id: str, now: float) -> list[dict]:
    """Return the bubbles of one customer's chat with one number, oldest first."""
    rows = await sim.ledger.read(CHAT, (customer_id, number_id, now, CHAT_LENGTH))
    bubbles: dict[str, dict] = {}
    for row in rows:
        content = json.loads(row.pop("content") or "{}")
        target = _target(row["kind"], content)
        if target is None:
            bubbles[row["wamid"]] = _bubble(sim, row, content, bubbles)
        elif target in bubbles:
            _mark(bubbles[target], row)
    return list(bubbles.values())


def _target(kind: str, content: dict) -> str | None:
    """Return which message this only says something about; None for a message of its own."""
    about = content.get(kind)
    if kind not in ("reaction", "edit", "revoke") or not isinstance(about, dict):
        return None
    return str(about.get("message_id") or about.get("original_message_id"))


def _mark(bubble: dict, row: dict) -> None:
    if row["kind"] == "reaction":
        bubble["reactions"][row["side"]] = row["body"]
    elif row["kind"] == "edit":
        bubble |= {"body": row["body"], "edited": True}
    else:
        bubble["revoked"] = True


def _bubble(sim: "Simulator", row: dict, content: dict, earlier: dict[str, dict]) -> dict:
    """Return one message with its furthest status, the file, the quote and the buttons it has."""
    names = set((row.pop("status") or "").split(","))
    ladder = [name for name in LADDER if name in names]
    context = content.get("context")
    context = context if isinstance(context, dict) else {}
    quoted = earlier.get(str(context.get("id") or context.get("message_id")))
    return row | {
        "status": ladder[0] if ladder else None,
        "buttons": _buttons(sim, content) if row["side"] == "out" else [],
        "quoted": quoted and quoted["body"],
        "media": _media(row["kind"], content),
        "reactions": {},
        "edited": False,
        "revoked": False,
    }


def _media(kind: str, content: dict) -> str | None:
    about = content.get(kind)
    return about.get("id") if kind in FILES and isinstance(about, dict) else None


def _buttons(sim: "Simulator", request: dict) -> list[dict]:
    if template := request.get("template"):
        return templates.quick_replies(sim, template)
    action = (request.get("interactive") or {}).get("action") or {}
    replies = [button.get("reply") or {} for button in action.get("buttons") or []]
    rows = [row for section in action.get("sections") or [] for row in section.get("rows") or []]
    options = [{"id": one.get("id"), "title": one.get("title")} for one in replies]
    return options + [_row(one) for one in rows]


def _row(one: dict) -> dict:
    described = {"id": one.get("id"), "title": one.get("title"), "list": True}
    return described | ({"description": one["description"]} if one.get("description") else {})
