"""Files of messages: what Meta says of one that came, and how one of ours is named when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.facts import MediaRef
from messaging.limits import Invalid, check_text
from messaging.values import line, sha256, text

MAX_MEDIA_ID, MAX_TYPE, MAX_FILENAME = 64, 120, 255
HEADS = frozenset({"image", "video", "document"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of ours to send. Its id at Meta comes last, when it is sent (messaging.outbound.with_file)."""

    kind: str
    """image, video, document, audio or sticker."""
    filename: str = ""
    """Documents only: what the customer sees, and by its end the icon."""

    def named(self) -> dict[str, Any]:
        """Return what Meta is told of the file beside its id; raise Invalid for too long a name."""
        check_text("filename", self.filename, MAX_FILENAME, is_required=False)
        return {"filename": self.filename} if self.filename and self.kind == "document" else {}

    def parameter(self) -> dict[str, Any]:
        """Return the file as a header, or as the parameter of one; raise Invalid for what heads no message."""
        if self.kind not in HEADS:
            raise Invalid("header", _("Only a picture, a video or a document can be the header."))
        return {"type": self.kind, self.kind: self.named()}


def ref(content: dict[str, Any]) -> MediaRef | None:
    """Return the file that a message names; None when it names none that can be asked for."""
    media_id = text(content.get("id"), MAX_MEDIA_ID + 1)
    if not media_id or len(media_id) > MAX_MEDIA_ID:
        return None
    return MediaRef(
        media_id=media_id,
        mime_type=line(content.get("mime_type"), MAX_TYPE),
        sha256=sha256(content.get("sha256")),
        filename=line(content.get("filename"), MAX_FILENAME),
    )


def with_caption(file: File, caption: str, at_most: int) -> dict[str, Any]:
    """Return a file with the words under it; raise Invalid when they are too many."""
    check_text("caption", caption, at_most, is_required=False)
    return file.named() | ({"caption": caption} if caption else {})
