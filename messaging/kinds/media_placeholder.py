"""A file of the past that has not come (yet): the import of history names it first (Meta: section 2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

NAME = "media_placeholder"
LABEL = gettext_noop("File from before")
ICON = "hourglass"


@dataclass(frozen=True, slots=True)
class MediaPlaceholder:
    """A file of which nothing is known."""


def parse(raw: Mapping[str, Any]) -> MediaPlaceholder:
    """Read a placeholder: there is nothing to read."""
    return MediaPlaceholder()


def words(content: MediaPlaceholder) -> str:
    """Return nothing."""
    return ""
