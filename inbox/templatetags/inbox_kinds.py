"""How a message of each kind looks: its template, its words, its file, its money."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePath
from types import ModuleType

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from inbox.compositions import FORMS, Composition
from inbox.models import Attachment, Message
from messaging import kinds, values

register = template.Library()

LONG_TEXT, LONG_LINES = 900, 16
"""From so many characters or lines on, a text is folded."""
PICTURE = 320
"""Pixels of the square in which a picture is shown."""
MEDIA_DOWNLOAD_ERROR = 131052
CURRENCY_SIGNS = {"BRL": "R$", "USD": "US$", "EUR": "€"}
PHONE_LABELS = {
    "CELL": gettext_lazy("mobile"),
    "MOBILE": gettext_lazy("mobile"),
    "WORK": gettext_lazy("work"),
    "HOME": gettext_lazy("home"),
    "MAIN": gettext_lazy("main"),
}
NEVER_SEEN = {
    "poll_creation": gettext_lazy("A poll"),
    "poll_update": gettext_lazy("A vote in a poll"),
    "group_invite": gettext_lazy("An invitation to a group"),
    "gif": gettext_lazy("An animation"),
    "list": gettext_lazy("A list of choices"),
    "product": gettext_lazy("A product"),
    "link_preview": gettext_lazy("A link"),
    "pin": gettext_lazy("A pinned message"),
    "keep_in_chat": gettext_lazy("A kept message"),
}
"""What WhatsApp names but does not hand over (Meta: section 2.8)."""


@register.simple_tag
def kind_of(message: Message) -> ModuleType:
    """Find the module that knows a message's kind."""
    return kinds.of(message.kind)


@register.simple_tag
def compositions() -> dict[str, type[Composition]]:
    """Return what can be filled in and sent besides words, by its word in addresses."""
    return FORMS


@register.filter
def template_of(kind: ModuleType) -> str:
    """Name the template that shows a kind."""
    return f"inbox/kinds/{kind.NAME}.html"


@register.filter
def kind_icon(message: Message) -> str:
    """Name the icon of a message's kind."""
    if message.is_revoked:
        return "trash"
    return "missed" if _is_missed(message) else kinds.of(message.kind).ICON


@register.filter
def kind_label(message: Message) -> str:
    """Say a message's kind in a word or two."""
    if kinds.of(message.kind) is kinds.audio and message.content.is_voice:
        return _("Voice message")
    return _(kinds.of(message.kind).LABEL)


@register.filter
def in_a_line(message: Message) -> str:
    """Say a message in one line, as it is by now: its words, or else its kind."""
    if message.is_revoked:
        return _("Message deleted")
    if message.kind == "call":
        return call_words(message)
    return (message.edit.text if message.edit else message.text) or kind_label(message)


@register.filter
def as_quoted(message: Message) -> str:
    """Say a message in one line, as it was when somebody quoted it."""
    return message.text or kind_label(message)


@register.simple_tag
def words_now(message: Message, words: str) -> str:
    """Return a message's words after its newest edit; `words` are those it came with."""
    return message.edit.text if message.edit else words


@register.filter
def words_before(message: Message) -> str:
    """Return the words a message came with, whatever was made of them later."""
    words: str = kinds.of(message.kind).words(message.content)
    return words


@register.filter
def is_long(text: str) -> bool:
    """Tell whether a text is folded until somebody wants all of it."""
    return len(text) > LONG_TEXT or text.count("\n") > LONG_LINES


@register.filter
def call_words(message: Message) -> str:
    """Say what became of a call; its length in minutes, below one in seconds."""
    if not message.call_end:
        return _("Call to the customer") if message.content.is_ours else _("Call from the customer")
    end = kinds.call.parse_end(message.call_end.payload)
    if not end.was_answered:
        return _("The customer did not answer the call") if message.content.is_ours else _("Missed call")
    if not end.seconds:
        return _("Call")
    if end.seconds < 60:
        return _("Call, %(seconds)d s") % {"seconds": end.seconds}
    return _("Call, %(minutes)d min") % {"minutes": round(end.seconds / 60)}


@register.filter
def was_sent_elsewhere(message: Message) -> bool:
    """Tell whether a message of ours was not written here, but on the phone or by Meta's assistant."""
    return message.is_outbound and message.author_id is None and message.client_key is None


@register.filter
def is_of_metas_assistant(message: Message) -> bool:
    """Tell whether Meta's own agent wrote a message of ours: it comes as a send, the phone's as a message (2.12)."""
    return "from" not in message.payload and "recipient_type" in message.payload


@register.filter
def sender(message: Message) -> str:
    """Name who wrote a message; bubbles of one sender are joined."""
    return f"{message.direction}{'meta' if is_of_metas_assistant(message) else message.author_id or ''}"


@register.filter
def was_refused_by_whatsapp(message: Message) -> bool:
    """Tell whether WhatsApp itself could not download the customer's file."""
    return values.error(message.payload)[0] == MEDIA_DOWNLOAD_ERROR


@register.filter
def never_seen(what: str) -> str:
    """Say what WhatsApp did not hand over; the empty string when it does not say either."""
    return str(NEVER_SEEN.get(what, ""))


@register.filter
def phone_label(label: str) -> str:
    """Say what a phone of a contact card is for, as far as the word is a known one."""
    return str(PHONE_LABELS.get(label.upper(), label))


@register.filter
def extension(filename: str) -> str:
    """Return the letters that name a file's type, in capitals; none when there are no good ones."""
    letters = PurePath(filename).suffix[1:]
    return letters.upper() if 0 < len(letters) <= 4 and letters.isascii() and letters.isalnum() else ""


@register.simple_tag
def shown_size(file: Attachment) -> tuple[int, int]:
    """Return width and height, in pixels, of a picture in its bubble: all of it within a square."""
    width, height = file.thumbnail_width or PICTURE, file.thumbnail_height or PICTURE
    scale = min(1, PICTURE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


@register.simple_tag
def money(amount: Decimal | None, currency: str) -> str:
    """Write an amount as the reader's language does; a dash when there is none."""
    if amount is None or not amount.is_finite():
        return "–"
    sign = CURRENCY_SIGNS.get(currency, currency)
    number = number_format(amount, 2, force_grouping=True)
    return pgettext("sign and amount of money", "%(sign)s %(number)s") % {"sign": sign, "number": number}


def _is_missed(message: Message) -> bool:
    if message.kind != "call" or not message.call_end:
        return False
    return not kinds.call.parse_end(message.call_end.payload).was_answered
