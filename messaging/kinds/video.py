"""A video."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.facts import MediaRef
from messaging.kinds import files
from messaging.limits import MAX_CAPTION
from messaging.values import mapping, text

NAME = "video"
LABEL = gettext_noop("Video")
ICON = "video"


@dataclass(frozen=True, slots=True)
class Video:
    """A video, and what is written under it."""

    caption: str
    media: MediaRef | None


def parse(raw: Mapping[str, Any]) -> Video:
    """Read a video as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    return Video(caption=text(content.get("caption")), media=files.ref(content))


def words(content: Video) -> str:
    """Return the caption."""
    return content.caption


def payload(*, caption: str = "") -> dict[str, Any]:
    """Return a video to send; raise Invalid with too long a caption."""
    return files.with_caption(files.File(NAME), caption, MAX_CAPTION)
