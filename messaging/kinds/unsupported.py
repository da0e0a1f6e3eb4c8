"""What WhatsApp does not hand over, or what is newer than this product. The whole of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging import values
from messaging.values import line, mapping

NAME = "unsupported"
LABEL = gettext_noop("Message not supported")
ICON = "help"

SAYS_NOTHING = frozenset({"unsupported", "unknown", "errors"})
"""Names of kinds that do not tell what the message was."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What it was, in Meta's word, where that is known; and the error Meta gives for it."""

    what: str
    code: int | None
    detail: str


def parse(raw: Mapping[str, Any]) -> Unsupported:
    """Read a message that cannot be shown, of this kind or of one nobody has heard of."""
    message = mapping(raw)
    said = (mapping(message.get(NAME)).get("type"), message.get("type"))
    what = next((name for item in said if (name := line(item, 40)) and name not in SAYS_NOTHING), "")
    code, detail = values.error(message)
    return Unsupported(what=what, code=code, detail=detail)


def words(content: Unsupported) -> str:
    """Return nothing: the customer's words did not come."""
    return ""
