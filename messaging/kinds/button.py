"""A press on a template's button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.values import line, mapping

NAME = "button"
LABEL = gettext_noop("Answer")
ICON = "reply"


@dataclass(frozen=True, slots=True)
class Button:
    """What stood on the button, and what we gave it to tell us."""

    text: str
    payload: str


def parse(raw: Mapping[str, Any]) -> Button:
    """Read a press on a button as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    return Button(text=line(content.get("text")), payload=line(content.get("payload"), 1000))


def words(content: Button) -> str:
    """Return what stood on the button."""
    return content.text
