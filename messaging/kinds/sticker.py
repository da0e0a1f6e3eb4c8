"""A sticker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.facts import MediaRef
from messaging.kinds import files
from messaging.values import mapping, truth

NAME = "sticker"
LABEL = gettext_noop("Sticker")
ICON = "smile"


@dataclass(frozen=True, slots=True)
class Sticker:
    """A sticker, always WebP."""

    is_animated: bool
    media: MediaRef | None


def parse(raw: Mapping[str, Any]) -> Sticker:
    """Read a sticker as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    return Sticker(is_animated=truth(content.get("animated")), media=files.ref(content))


def words(content: Sticker) -> str:
    """Return nothing: a sticker has no words."""
    return ""


def payload() -> dict[str, Any]:
    """Return a sticker to send: there is nothing to say of it beside its file."""
    return {}
