"""A document: any file that is no picture, video or recording, or was sent as if it were none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging import values
from messaging.facts import MediaRef
from messaging.kinds import files
from messaging.limits import MAX_CAPTION
from messaging.values import line, mapping, text

NAME = "document"
LABEL = gettext_noop("Document")
ICON = "file"


@dataclass(frozen=True, slots=True)
class Document:
    """A document; its name is the sender's word and names no file of ours."""

    filename: str
    caption: str
    media: MediaRef | None


def parse(raw: Mapping[str, Any]) -> Document:
    """Read a document as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    return Document(
        filename=line(content.get("filename"), files.MAX_FILENAME),
        caption=text(content.get("caption")),
        media=files.ref(content),
    )


def words(content: Document) -> str:
    """Return the caption and the file's name."""
    return values.words((content.caption, content.filename))


def payload(*, filename: str = "", caption: str = "") -> dict[str, Any]:
    """Return a document to send; raise Invalid with too long a name or caption."""
    return files.with_caption(files.File(NAME, filename), caption, MAX_CAPTION)
