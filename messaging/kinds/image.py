"""A picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.facts import MediaRef
from messaging.kinds import files
from messaging.limits import MAX_CAPTION
from messaging.values import mapping, text

NAME = "image"
LABEL = gettext_noop("Picture")
ICON = "image"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, and what is written under it."""

    caption: str
    media: MediaRef | None


def parse(raw: Mapping[str, Any]) -> Image:
    """Read a picture as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    return Image(caption=text(content.get("caption")), media=files.ref(content))


def words(content: Image) -> str:
    """Return the caption."""
    return content.caption


def payload(*, caption: str = "") -> dict[str, Any]:
    """Return a picture to send; raise Invalid with too long a caption."""
    return files.with_caption(files.File(NAME), caption, MAX_CAPTION)
