"""Messages put into a thread as rows, and what the page makes of them."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from inbox import selectors
from inbox.models import Amendment, Attachment, Conversation, Message
from messaging import kinds

VOID = {"img", "input", "br", "hr", "meta", "link"}

_numbers = itertools.count(1)


def say(
    conversation: Conversation, kind: str, content: Any = None, *, raw: dict[str, Any] | None = None, **fields: Any
) -> Message:
    """Put a message into the thread, with this content or this whole payload, and with fields of the row."""
    payload = {"type": kind, kind: content} | (raw or {})
    is_ours = fields.get("direction") == "OUTBOUND"
    return Message.objects.create(
        conversation=conversation,
        number_id=conversation.number_id,
        kind=kind,
        payload=payload,
        text=kinds.words(kind, payload),
        wamid=f"wamid.{next(_numbers)}",
        sent_at=timezone.now() + timedelta(seconds=next(_numbers)),
        **{"direction": "INBOUND"} | ({"status": Message.Status.READ} if is_ours else {}) | fields,
    )


def later(message: Message, kind: str, text: str = "", *, by: str = "INBOUND", **payload: Any) -> Amendment:
    """Say something about a message that is there."""
    return Amendment.objects.create(
        number_id=message.number_id, wamid=f"later.{next(_numbers)}", target_wamid=message.wamid, kind=kind,
        direction=by, text=text, payload=payload, sent_at=timezone.now() + timedelta(seconds=next(_numbers)),
    )  # fmt: skip


def attach(message: Message, **fields: Any) -> Attachment:
    """Give a message a file; READY with its bytes known unless said otherwise."""
    now = timezone.now()
    ready = {"state": "READY", "stored_at": now, "size": 34_567, "content_type": "image/jpeg"}
    values = {"media_id": "1", "expires_at": now + timedelta(days=7)} | ready | fields
    return Attachment.objects.create(message=message, **values)


def shown(message: Message) -> str:
    """The message as the thread shows it, in English."""
    fresh = selectors.messages_for_display().get(pk=message.pk)
    with translation.override("en"):
        return render_to_string("inbox/_message.html", {"message": fresh})


def row(conversation: Conversation, last: Message) -> str:
    """The words of the list's row, in English, when `last` is the conversation's newest message."""
    Conversation.objects.filter(pk=conversation.pk).update(last_message=last)
    fresh = selectors.rows_for_display().get(pk=conversation.pk)
    with translation.override("en"):
        return words(render_to_string("inbox/_row.html", {"conversation": fresh}))


class Outline(HTMLParser):
    """The roots of a piece of HTML, the ids in it, and whether everything that opens closes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.roots: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.tags.append((tag, found))
        self.ids += [str(found["id"])] if "id" in found else []
        if not self.open:
            self.roots.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


def words(html: str) -> str:
    """The words of a piece of HTML, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())
