"""What a person or a system wants sent, checked against Meta's limits before anything is stored.

One constructor for each kind; each raises `messaging.limits.Invalid` for the part that Meta would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging import kinds
from messaging.kinds.contacts import Card
from messaging.kinds.files import File
from messaging.kinds.interactive import Question
from messaging.limits import Invalid
from messaging.splitting import split_text


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file in our storage; it is brought to Meta when the message is sent."""

    key: UUID
    """Its name in the storage."""
    kind: str
    """image, video, audio, sticker or document: how WhatsApp takes it (`messaging.sendable`)."""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as Graph takes it, and as the thread shows it."""

    kind: str
    """Meta's type."""
    content: dict[str, Any] | list[Any]
    """What stands under the kind's name in Graph's body; a file's id is put in when it is sent."""
    words: str = ""
    """What is searched, and shown in one line."""
    shown: dict[str, Any] = field(default_factory=dict)
    """Templates only: header, body, footer and buttons as the customer reads them."""
    file: OutgoingFile | None = None

    @property
    def is_template(self) -> bool:
        """Whether it may be sent outside the 24-hour window."""
        return self.kind == kinds.template.NAME

    @property
    def payload(self) -> dict[str, Any]:
        """What is stored: the message in Meta's form, so that it is read like one that came in."""
        return {"type": self.kind, self.kind: self.content} | ({"shown": self.shown} if self.shown else {})


def text(body: str) -> Outgoing:
    """Return a text; raise Invalid when it is blank or too long."""
    return Outgoing("text", kinds.text.payload(body), words=body)


def texts(body: str) -> list[Outgoing]:
    """Return a text of any length, as one message or several; raise Invalid when it is blank."""
    return [text(part) for part in split_text(body)] or [text(body)]


def location(latitude: float, longitude: float, name: str = "", address: str = "") -> Outgoing:
    """Return a place on the map, in degrees; raise Invalid when there is no such place."""
    return _spoken("location", kinds.location.payload(latitude, longitude, name=name, address=address))


def contacts(cards: Sequence[Card]) -> Outgoing:
    """Return contact cards; raise Invalid when they are none or too many, or one has no name."""
    return _spoken("contacts", kinds.contacts.payload(cards))


def question(asked: Question, file: OutgoingFile | None = None) -> Outgoing:
    """Return a question with buttons, a list or a link, or for a place or a phone; `file` is its header's.

    Raise Invalid.
    """
    header = asked.header if isinstance(asked.header, File) else None
    if (header and header.kind) != (file and file.kind):
        raise Invalid("header", _("Choose one file."))
    return _spoken("interactive", kinds.interactive.payload(asked), file)


def image(file: OutgoingFile, caption: str = "") -> Outgoing:
    """Return a picture; raise Invalid when the file is none that WhatsApp shows, or the caption too long."""
    return _of_file("image", file, kinds.image.payload(caption=caption), _("WhatsApp shows no such picture."))


def video(file: OutgoingFile, caption: str = "") -> Outgoing:
    """Return a video; raise Invalid when the file is none that WhatsApp plays, or the caption too long."""
    return _of_file("video", file, kinds.video.payload(caption=caption), _("WhatsApp plays no such video."))


def audio(file: OutgoingFile, *, is_voice: bool = False) -> Outgoing:
    """Return a recording, or a voice note; raise Invalid when the file is none that WhatsApp plays."""
    return _of_file("audio", file, kinds.audio.payload(is_voice=is_voice), _("WhatsApp plays no such sound."))


def sticker(file: OutgoingFile) -> Outgoing:
    """Return a sticker; raise Invalid when the file is none."""
    wrong = _("A sticker is a WebP of 512 by 512 pixels, of at most 100 KB, or 500 KB when it moves.")
    return _of_file("sticker", file, kinds.sticker.payload(), wrong)


def document(file: OutgoingFile, caption: str = "") -> Outgoing:
    """Return a document, whatever the file is; raise Invalid when the caption is too long."""
    return _spoken("document", kinds.document.payload(filename=file.filename, caption=caption), file)


def of_file(file: OutgoingFile, caption: str = "") -> Outgoing:
    """Return a file as the kind that it is; what can have no caption goes without."""
    match file.kind:
        case "image":
            return image(file, caption)
        case "video":
            return video(file, caption)
        case "audio":
            return audio(file)
        case "sticker":
            return sticker(file)
    return document(file, caption)


def _of_file(kind: str, file: OutgoingFile, content: dict[str, Any], wrong: str | Promise) -> Outgoing:
    if file.kind != kind:
        raise Invalid("file", wrong)
    return _spoken(kind, content, file)


def reaction(target_wamid: str, emoji: str) -> Outgoing:
    """Return a reaction to a message, or its end with an empty emoji; raise Invalid without a message."""
    return _spoken("reaction", kinds.reaction.payload(target_wamid, emoji))


def _spoken(kind: str, content: dict[str, Any] | list[Any], file: OutgoingFile | None = None) -> Outgoing:
    """Return a message whose words its kind finds in it."""
    return Outgoing(kind, content, words=kinds.words(kind, {kind: content}), file=file)
