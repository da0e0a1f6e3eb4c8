"""New words for a message, by who wrote it (Meta: section 2.7). They are shown at the message they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging import values
from messaging.kinds.text import MAX_BODY
from messaging.limits import MAX_ID
from messaging.values import line, mapping

NAME = "edit"
LABEL = gettext_noop("Edit")
ICON = "pencil"


@dataclass(frozen=True, slots=True)
class Edit:
    """Which message, of what kind it is, and its words from now on: a text, or a caption."""

    target_wamid: str
    kind: str
    text: str


def parse(raw: Mapping[str, Any]) -> Edit:
    """Read an edit as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    message = mapping(content.get("message"))
    kind = line(message.get("type"), 40)
    edited = mapping(message.get(kind))
    return Edit(
        target_wamid=values.text(content.get("original_message_id"), MAX_ID),
        kind=kind,
        text=values.text(edited.get("body"), MAX_BODY) or values.text(edited.get("caption")),
    )


def words(content: Edit) -> str:
    """Return the new words."""
    return content.text
