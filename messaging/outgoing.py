"""What a person or a system wants sent, checked against Meta's limits before anything is stored.

One constructor for each kind; each raises `messaging.limits.Invalid` for the part that Meta would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from messaging import kinds
from messaging.kinds.contacts import Card
from messaging.kinds.interactive import Question
from messaging.splitting import split_text


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
    """Templates only: header, body, footer and buttons as the customer reads them (`kinds.template.Shown`)."""

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


def question(asked: Question) -> Outgoing:
    """Return a question with buttons, a list or a link, or for a place or a phone; raise Invalid."""
    return Outgoing("interactive", kinds.interactive.payload(asked), words=asked.body)


def _spoken(kind: str, content: dict[str, Any] | list[Any]) -> Outgoing:
    """Return a message whose words its kind finds in it."""
    return Outgoing(kind, content, words=kinds.words(kind, {kind: content}))
