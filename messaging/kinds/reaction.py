"""A reaction to a message, or its end. It is no message of its own: it is shown under the one it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.limits import MAX_ID, check_text
from messaging.values import line, mapping, text

NAME = "reaction"
LABEL = gettext_noop("Reaction")
ICON = "smile"

MAX_EMOJI = 32
"""Characters of one emoji; families with skin tones have many."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji about a message; none takes the reaction away."""

    emoji: str
    target_wamid: str


def parse(raw: Mapping[str, Any]) -> Reaction:
    """Read a reaction as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    return Reaction(emoji=line(content.get("emoji"), MAX_EMOJI), target_wamid=text(content.get("message_id"), MAX_ID))


def words(content: Reaction) -> str:
    """Return the emoji."""
    return content.emoji


def payload(target_wamid: str, emoji: str) -> dict[str, Any]:
    """Return a reaction to send, an empty emoji to take it away; raise Invalid without a message."""
    check_text("target_wamid", target_wamid, MAX_ID)
    check_text("emoji", emoji, MAX_EMOJI, is_required=False)
    return {"message_id": target_wamid, "emoji": emoji}
