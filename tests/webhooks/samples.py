"""The sample deliveries of payloads/, and the world they speak of."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from inbox import selectors
from inbox.models import Message
from numbers.models import PhoneNumber, WabaAccount
from tests.deliveries import Echoed, Wrote, delivery, store
from tests.webhooks.expected.entry import (
    DISPLAY_PHONE,
    EARLIER,
    EARLIER_WORDS,
    NUMBER,
    PORTFOLIO,
    WABA,
    Earlier,
)
from tests.webhooks.lines import lines
from webhooks import drain
from webhooks.models import WebhookEvent

FOLDER = Path(__file__).parent / "payloads"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NAMED = ("message_id", "original_message_id")
"""Keys of a sample that name the message it is about."""


def body(name: str) -> bytes:
    """The exact bytes of a sample."""
    return (FOLDER / f"{name}.json").read_bytes()


def make_world() -> PhoneNumber:
    """Make the account and the number that the samples are for."""
    waba = WabaAccount.objects.create(waba_id=WABA, name="Clínica", portfolio_id=PORTFOLIO)
    return PhoneNumber.objects.create(
        waba=waba, phone_number_id=NUMBER, display_phone=f"+{DISPLAY_PHONE}", name="Clínica"
    )


def apply(raw: bytes) -> WebhookEvent:
    """Let a delivery arrive and be applied; return the ledger's row as it is then."""
    (event,) = store(raw, routing_key=NUMBER)
    drain.drain_due()
    event.refresh_from_db()
    return event


def come_before(earlier: Earlier, name: str) -> WebhookEvent:
    """Let the message arrive that a sample speaks of."""
    if earlier.by == "call":
        return apply(body("calls_connect_user_initiated"))
    who = earlier.who
    spoken_of = {"wamid": earlier.wamid or wamid_spoken_of(name), "at": EARLIER, "text": EARLIER_WORDS}
    if earlier.by == "ours":
        return apply(delivery(Echoed(**spoken_of, phone=who.phone, bsuid=who.bsuid), number_id=NUMBER))
    wrote = Wrote(**spoken_of, phone=who.phone, bsuid=who.bsuid, name=who.name, username=who.username)
    return apply(delivery(wrote, number_id=NUMBER))


def wamid_spoken_of(name: str) -> str:
    """The message that a sample is about: what it quotes, amends or reports on."""
    parts = list(objects(json.loads(body(name))))
    amended = [part[key] for part in parts for key in NAMED if key in part]
    quoted = [part["context"]["id"] for part in parts if "id" in part.get("context", {})]
    reported = [part["id"] for part in parts if "id" in part and "status" in part]
    return str(next(iter(amended or quoted or reported), ""))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Walk all objects of a document, outer ones first."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from objects(inner)


def new_lines(before: list[str]) -> list[str]:
    """The lines that are there now and were not before."""
    return sorted((Counter(lines()) - Counter(before)).elements())


def messages_of(name: str) -> list[Message]:
    """The messages that a sample is, else the one that it is about."""
    own = {part["id"] for part in objects(json.loads(body(name))) if part.keys() >= {"id", "timestamp"}}
    shown = selectors.messages_for_display().order_by("sent_at", "pk")
    return list(shown.filter(wamid__in=own)) or list(shown.filter(wamid=wamid_spoken_of(name)))


def partial(messages: list[Message], language: str) -> str:
    """The HTML of messages as the thread shows them, in a language, entities and white space made plain."""
    with translation.override(language):
        html = "".join(render_to_string("inbox/_message.html", {"message": message}) for message in messages)
    return re.sub(r"\s+", " ", unescape(html))


def rows(language: str) -> str:
    """The HTML of all lines of the list, in a language."""
    with translation.override(language):
        return unescape(
            "".join(
                render_to_string("inbox/_row.html", {"conversation": conversation})
                for conversation in selectors.rows_for_display()
            )
        )


def visible(html: str) -> str:
    """What a person reads of some HTML."""
    return re.sub(r"<[^>]*>", " ", html)
