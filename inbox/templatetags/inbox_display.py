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
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from accounts.models import AuditLog, User
from inbox.actions import refusals
from inbox.models import Message, ScheduledMessage, Transfer
from messaging import errors, formatting
from numbers.models.circuit import Circuit

register = template.Library()

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
def failure_text(message: Message) -> str:
    """Say in words why a message was not delivered, and what to do."""
    code, _detail = message.failure
    return str(errors.meaning(code).text)


@register.filter
def hold_reason(circuit: Circuit) -> str:
    """Say in words why messages wait."""
    if circuit.blocked_code is None:
        return gettext("WhatsApp does not answer.")
    return str(errors.meaning(circuit.blocked_code).text)


@register.filter
def reason_text(scheduled: ScheduledMessage) -> str:
    """Say in words why a scheduled message did not leave."""
    refusal = getattr(refusals, scheduled.reason, None)
    return str(refusal.text) if refusal else ""


@register.filter
def linked(text: str) -> SafeString:
    """Escape a person's text and make its addresses links that open beside the page."""
    return formatting.with_links(text)


@register.filter
def formatted(text: str) -> SafeString:
    """Escape a person's text and show WhatsApp's marks and addresses in it."""
    return formatting.to_html(text)


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


@register.simple_tag
def transfers_of(entries: Iterable[Message | AuditLog]) -> dict[int, Transfer]:
    """Find the transfers that a page's events speak of, in one query or none."""
    wanted = {entry.particulars.get("transfer") for entry in entries if isinstance(entry, AuditLog)} - {None}
    return Transfer.objects.select_related("to_team", "to_user").in_bulk(wanted) if wanted else {}
