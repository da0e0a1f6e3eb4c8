"""What a delivery says of messages, as values: unknown is a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from contacts.facts import Person
from numbers.routes import Place


def path(place: Place) -> str:
    """Return a place as people write it: `entry[0].changes[0].value.messages[3]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file Meta keeps for us; the id dies after 7 days (Meta: section 7). All of it is the sender's word."""

    media_id: str
    mime_type: str = ""
    sha256: str = ""
    """Hexadecimal, whichever way Meta wrote it; empty when there is none to compare with."""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class MessageFact:
    """A message of the conversation between a customer and a number, either way."""

    place: Place
    phone_number_id: str
    wamid: str
    kind: str
    text: str
    """The words of it: what is searched, and shown in one line."""
    sent_at: datetime
    quoted_wamid: str
    customer: Person
    raw: dict[str, Any]
    """The message as Meta gave it."""
    is_ours: bool = False
    """Sent by somebody of ours, by the phone's app or by Meta's agent, not through this product."""
    is_history: bool = False
    """Imported from before the number came here: opens no window, counts for nothing, tells nobody."""
    status: str = ""
    """How far a message of ours got, as far as this fact knows."""
    media: MediaRef | None = None
    moved_to: Person | None = None
    """Meta says that the customer goes on under these identities (Meta: section 2.6)."""

    @property
    def counted_as(self) -> str:
        return "history" if self.is_history else "echoes" if self.is_ours else "messages"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was said later about a message: a reaction or its end, an edit, a deletion, the end of a call."""

    place: Place
    phone_number_id: str
    wamid: str
    target_wamid: str
    kind: str
    """reaction, edit, revoke or call_end."""
    text: str
    """The emoji (none takes the reaction away), or the words after the edit."""
    sent_at: datetime
    is_ours: bool
    raw: dict[str, Any]

    @property
    def counted_as(self) -> str:
        return f"{self.kind}s"


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message of ours; `callback_data` is what we sent along with it."""

    counted_as: ClassVar[str] = "statuses"

    place: Place
    phone_number_id: str
    wamid: str
    status: str
    at: datetime
    callback_data: str
    particulars: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that makes no rows and stays in the ledger, with its name."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class Poison:
    """A part nobody can apply, and why."""

    place: Place
    reason: str


@dataclass(slots=True)
class Parsed:
    """All that one delivery says; `facts` are of any class that webhooks.drain knows to apply."""

    facts: list[Any] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    poison: list[Poison] = field(default_factory=list)
