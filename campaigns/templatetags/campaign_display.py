"""How campaigns and their recipients look in words and tones."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext

from campaigns.filling import Filling
from campaigns.models import Campaign, Recipient
from campaigns.results import Result, reason_of, result_of
from messaging.template_parts import Ask, Slot

register = template.Library()

TONES = {
    Campaign.State.RUNNING: "ok",
    Campaign.State.PAUSED: "warn",
    Campaign.State.STOPPED: "danger",
    Result.DELIVERED: "ok",
    Result.READ: "ok",
    Result.FAILED: "danger",
    Result.UNKNOWN: "warn",
    Result.SKIPPED: "warn",
}


@register.filter
def tone(word: str) -> str:
    """Return the tone of a campaign's state or a recipient's result; empty for a plain one."""
    return TONES.get(word, "")  # type: ignore[call-overload]


@register.filter
def result(recipient: Recipient) -> Result:
    """Say what became of a recipient."""
    return result_of(recipient)


@register.filter
def reason(recipient: Recipient) -> str:
    """Say why a recipient got nothing; empty where they did."""
    return reason_of(recipient)


@register.simple_tag
def given(campaign: Campaign, recipient: Recipient) -> str:
    """Return what the line has for a phone; the whole line where that cannot be told."""
    filling = Filling.of(campaign)
    is_whole = filling.address_at is not None and filling.address_at < len(recipient.cells)
    return (filling.address(recipient.cells) if is_whole else "") or " · ".join(filter(None, recipient.cells))


@register.filter
def duration(minutes: float) -> str:
    """Say about how long so many minutes are."""
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 90:
        return ngettext("about %(count)d minute", "about %(count)d minutes", round(minutes)) % {"count": round(minutes)}
    hours = round(minutes / 60)
    return ngettext("about %(count)d hour", "about %(count)d hours", hours) % {"count": hours}


@register.filter
def source(campaign: Campaign) -> str:
    """Say where a campaign's list came from, and how long it is."""
    said = campaign.source
    count = ngettext("%(count)s line", "%(count)s lines", said["count"]) % {
        "count": number_format(said["count"], force_grouping=True)
    }
    if "file" in said:
        return f"{said['file']} · {count}"
    since, until = (date_format(date.fromisoformat(said[day]), "SHORT_DATE_FORMAT") for day in ("since", "until"))
    return gettext("Contacts from %(since)s to %(until)s") % {"since": since, "until": until} + f" · {count}"


@register.filter
def slot_label(slot: Slot) -> str:
    """Name what a template asks for, as a person finds it in its text."""
    match slot.ask:
        case Ask.FILE:
            label = gettext("Web address of the file on top")
        case Ask.SUFFIX:
            label = gettext("End of the button's address")
        case Ask.CODE:
            label = gettext("Code that the button copies")
        case _:
            label = f"{{{{{slot.name}}}}}" + (gettext(" in the title") if slot.part == "header" else "")
    return label if slot.card is None else gettext("%(label)s, card %(card)d") % {"label": label, "card": slot.card + 1}
