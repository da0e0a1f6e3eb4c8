"""A recording, or a voice note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.facts import MediaRef
from messaging.kinds import files
from messaging.values import mapping, truth

NAME = "audio"
LABEL = gettext_noop("Audio")
ICON = "mic"

LEGACY_NAME = "voice"
"""Voice notes were a kind of their own once."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Something to hear; a voice note was spoken into the phone."""

    is_voice: bool
    media: MediaRef | None


def parse(raw: Mapping[str, Any]) -> Audio:
    """Read a recording as Meta gave it."""
    message = mapping(raw)
    legacy = mapping(message.get(LEGACY_NAME))
    content = mapping(message.get(NAME)) or legacy
    return Audio(is_voice=truth(content.get("voice")) or bool(legacy), media=files.ref(content))


def words(content: Audio) -> str:
    """Return nothing: a recording has no words we know."""
    return ""


def payload(*, is_voice: bool = False) -> dict[str, Any]:
    """Return a recording to send; as a voice note it has to be ogg with opus."""
    return {"voice": True} if is_voice else {}
