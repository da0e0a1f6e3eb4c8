"""What Meta delivers, as the tests say it: `Wrote` and `Reported` are facts, a body carries changes."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from webhooks import drain
from webhooks.models import WebhookEvent

NUMBER_ID = "105551234560001"
"""The simulator knows a number with this id."""


@dataclass(frozen=True)
class Wrote:
    """A customer wrote; `at` is Meta's time in seconds."""

    wamid: str
    at: int = field(default_factory=lambda: int(time.time()))
    text: str = "Oi"
    phone: str = ""
    bsuid: str = ""
    name: str = ""
    username: str = ""
    kind: str = "text"
    quoting: str = ""
    content: Any = None

    @property
    def item(self) -> dict[str, Any]:
        content = self.content if self.content is not None else {"body": self.text}
        item = {"id": self.wamid, "timestamp": str(self.at), "type": self.kind, self.kind: content}
        item |= {"from": self.phone} if self.phone else {}
        item |= {"from_user_id": self.bsuid} if self.bsuid else {}
        return item | ({"context": {"id": self.quoting}} if self.quoting else {})

    @property
    def contact(self) -> dict[str, Any]:
        profile = {"name": self.name} | ({"username": self.username} if self.username else {})
        ids = {"wa_id": self.phone, "user_id": self.bsuid}
        return {"profile": profile} | {name: value for name, value in ids.items() if value}


@dataclass(frozen=True)
class Reported:
    """Meta reported what became of a message of ours."""

    wamid: str
    status: str
    at: int = field(default_factory=lambda: int(time.time()))
    attempt: str = ""
    error: int | None = None

    @property
    def item(self) -> dict[str, Any]:
        item: dict[str, Any] = {"id": self.wamid, "status": self.status, "timestamp": str(self.at)}
        item |= {"biz_opaque_callback_data": self.attempt} if self.attempt else {}
        return item | ({"errors": [{"code": self.error, "title": "Refused"}]} if self.error else {})


@dataclass(frozen=True)
class Echoed:
    """Somebody of ours wrote on the phone."""

    wamid: str
    at: int = field(default_factory=lambda: int(time.time()))
    text: str = "Oi"
    phone: str = ""
    bsuid: str = ""
    kind: str = "text"
    content: Any = None

    @property
    def item(self) -> dict[str, Any]:
        content = self.content if self.content is not None else {"body": self.text}
        item = {"from": "551140020001", "id": self.wamid, "timestamp": str(self.at)}
        item |= {"type": self.kind, self.kind: content}
        item |= {"to": self.phone} if self.phone else {}
        return item | ({"to_user_id": self.bsuid} if self.bsuid else {})


Fact = Wrote | Reported | Echoed


def change(number_id: str, *facts: Fact) -> dict[str, Any]:
    """One change of a delivery: facts of one number; echoes have a field of their own."""
    if facts and isinstance(facts[0], Echoed):
        metadata = {"display_phone_number": "551140020001", "phone_number_id": number_id}
        return {
            "field": "smb_message_echoes",
            "value": {"metadata": metadata, "message_echoes": [fact.item for fact in facts]},
        }
    wrote = [fact for fact in facts if isinstance(fact, Wrote)]
    reported = [fact for fact in facts if isinstance(fact, Reported)]
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "551140020001", "phone_number_id": number_id},
    }
    if wrote:
        value |= {"contacts": [fact.contact for fact in wrote], "messages": [fact.item for fact in wrote]}
    if reported:
        value["statuses"] = [fact.item for fact in reported]
    return {"field": "messages", "value": value}


def body(*changes: dict[str, Any]) -> bytes:
    """The raw bytes of one delivery."""
    entry = {"id": "102938475610001", "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def delivery(*facts: Fact, number_id: str = NUMBER_ID) -> bytes:
    """The raw bytes of a delivery that holds `facts` of one number."""
    return body(change(number_id, *facts))


def sign(raw: bytes, secret: str) -> str:
    """The value of X-Hub-Signature-256 that Meta would send."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def store(*bodies: bytes, routing_key: str = NUMBER_ID) -> list[WebhookEvent]:
    """Put deliveries into the ledger, as the receiver does."""
    events = [WebhookEvent(body=raw, routing_key=routing_key) for raw in bodies]
    return WebhookEvent.objects.bulk_create(events)


def arrive(*facts: Fact, number_id: str = NUMBER_ID) -> WebhookEvent:
    """Let facts arrive in one delivery and be applied; return the ledger's row as it is then."""
    (event,) = store(delivery(*facts, number_id=number_id), routing_key=number_id)
    drain.drain_due()
    event.refresh_from_db()
    return event


def reasons(events: Iterable[WebhookEvent]) -> list[str]:
    """Why parts of deliveries were quarantined."""
    return [part.reason for event in events for part in event.quarantined.order_by("path")]
