"""How conversations and messages look in words and icons; nothing here knows who is looking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import AuditLog, User
from inbox.models import Message
from messaging import errors

register = template.Library()

KINDS = {
    "image": ("image", gettext_noop("Image")),
    "video": ("video", gettext_noop("Video")),
    "audio": ("mic", gettext_noop("Audio")),
    "document": ("file", gettext_noop("Document")),
    "sticker": ("smile", gettext_noop("Sticker")),
    "location": ("pin", gettext_noop("Location")),
    "contacts": ("user", gettext_noop("Contact card")),
    "reaction": ("smile", gettext_noop("Reaction")),
    "button": ("reply", gettext_noop("Button answer")),
    "interactive": ("reply", gettext_noop("Choice")),
    "order": ("cart", gettext_noop("Order")),
    "system": ("info", gettext_noop("Notice from WhatsApp")),
    "template": ("file", gettext_noop("Template")),
}
"""A kind of message to its icon and its word; text needs neither."""
UNSUPPORTED = ("help", gettext_noop("Message not supported"))

TICKS = {
    Message.Status.QUEUED: ("clock", ""),
    Message.Status.SENDING: ("clock", ""),
    Message.Status.UNKNOWN: ("help", "warn"),
    Message.Status.SENT: ("check", ""),
    Message.Status.FAILED: ("alert", "danger"),
    Message.Status.DELIVERED: ("checks", ""),
    Message.Status.READ: ("checks", "seen"),
    Message.Status.PLAYED: ("checks", "seen"),
}
"""A rung of the status ladder to its icon and its tone."""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw icon `name` of the sprite; without a label it says nothing to a screen reader."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            static("icons.svg"),
            name,
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name)


@register.simple_tag
def moment(at: datetime | None, form: str = "clock") -> SafeString:
    """Write a time in UTC for `times.js` to put into the person's zone; `form` says how."""
    if at is None:
        return mark_safe("")
    utc = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    shown = date_format(timezone.localtime(at), "H:i")
    return format_html('<time datetime="{}" data-time="{}">{}</time>', utc, form, shown)


@register.simple_tag
def tick(message: Message) -> SafeString:
    """Show how far an outbound message got."""
    if message.status is None:
        return mark_safe("")
    status = Message.Status(message.status)
    name, tone = TICKS[status]
    return format_html('<span class="tick" data-tone="{}">{}</span>', tone, icon(name, str(status.label)))


@register.filter
def kind_icon(message: Message) -> str:
    """Name the icon of a message's kind."""
    return KINDS.get(message.kind, UNSUPPORTED)[0]


@register.filter
def kind_label(message: Message) -> str:
    """Say a message's kind in a word."""
    return _(KINDS.get(message.kind, UNSUPPORTED)[1])


@register.filter
def caption(message: Message) -> str:
    """Find the words that come with a message that is no text: caption, file name, choice, place."""
    content = message.payload.get(message.kind) if isinstance(message.payload, dict) else None
    if not isinstance(content, dict):
        return ""
    for key in ("caption", "filename", "text", "emoji", "name", "address", "body"):
        if isinstance(content.get(key), str) and content[key]:
            return content[key]
    replies = (content.get(key) for key in ("button_reply", "list_reply"))
    titles = (reply.get("title") for reply in replies if isinstance(reply, dict))
    return next((title for title in titles if isinstance(title, str)), "")


@register.filter
def in_a_line(message: Message) -> str:
    """Say a message in the list's one line: its text, the words that came with it, or its kind."""
    return message.text if message.kind == "text" else caption(message) or kind_label(message)


@register.filter
def failure_text(message: Message) -> str:
    """Say in words why a message was not delivered, and what to do."""
    code, _detail = message.failure
    return str(errors.meaning(code).text)


@register.filter
def linked(text: str) -> SafeString:
    """Escape a person's text and make its addresses links that open beside the page."""
    html = urlize(text, nofollow=True, autoescape=True)
    # Quotes of the text itself are escaped by now, so this attribute is always urlize's own.
    return mark_safe(html.replace('rel="nofollow"', 'rel="noopener nofollow" target="_blank"'))  # noqa: S308


@register.filter
def initials(name: str) -> str:
    """Shorten a name to one or two letters for a round badge."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return ((words[0][0] + (words[-1][0] if len(words) > 1 else "")) if words else "#").upper()


@register.filter
def spaced(phone: str) -> str:
    """Group the digits of a Brazilian phone for the eye; any other stays as it is."""
    return re.sub(r"^\+55(\d\d)(\d{4,5})(\d{4})$", r"+55 \1 \2-\3", phone)


@register.filter
def tint(pk: int) -> int:
    """Give a contact one of the six tints of avatars, always the same."""
    return pk % 6


@register.filter
def position(entry: Message | AuditLog) -> str:
    """Write an entry's place in the thread, so that comparing two as text compares their order."""
    at = entry.at if isinstance(entry, AuditLog) else entry.sent_at
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}~{entry.pk:015d}"


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look `key` up in a mapping; the empty string when it is not there."""
    return mapping.get(key, "")


@register.simple_tag
def assigned_names(entries: Iterable[Message | AuditLog]) -> dict[int, str]:
    """Find the names of the people whom a page's events speak of, in one query or none."""
    wanted = {entry.particulars.get("user") for entry in entries if isinstance(entry, AuditLog)} - {None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
