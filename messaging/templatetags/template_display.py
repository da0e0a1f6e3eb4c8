"""How templates look in words."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from messaging.forms import BUTTONS, CATEGORIES, LANGUAGES, QUALITIES
from messaging.models import Template
from messaging.template_errors import review_words
from messaging.template_parts import Ask, Slot, read

register = template.Library()

TONES: dict[str, str] = {
    Template.Status.APPROVED: "ok",
    **dict.fromkeys((Template.Status.PENDING, Template.Status.IN_APPEAL, Template.Status.FLAGGED), "warn"),
    **dict.fromkeys((Template.Status.DELETED, Template.Status.ARCHIVED, Template.Status.PENDING_DELETION), "none"),
}
"""A status to how alarming it is; all others mean that the template cannot be sent."""


@register.filter
def status_name(status: str) -> str | Promise:
    """Say how a template stands; a status that is new at Meta stays as it is."""
    return dict(Template.Status.choices).get(status, status or _("Not known yet"))


@register.filter
def status_tone(status: str) -> str:
    """Say in which tone a status is shown."""
    return TONES.get(status, "danger")


@register.filter
def category_name(category: str) -> str | Promise:
    """Say a category in the person's language; one that is new at Meta stays as it is."""
    return dict(CATEGORIES).get(category, category)


@register.filter
def language_name(code: str) -> str:
    """Name a language as its speakers do; others stay as Meta writes them."""
    return dict(LANGUAGES).get(code, code)


@register.filter
def quality_name(quality: str) -> str | Promise:
    """Say how a template's quality stands."""
    return dict(QUALITIES).get(quality or "UNKNOWN", quality)


@register.filter
def variable_name(key: str) -> str:
    """Write a variable as it stands in the text, from where it stands and its name."""
    return f"{{{{{key.partition('.')[2]}}}}}"


@register.filter
def button_name(kind: str) -> str | Promise:
    """Say what a type of button does."""
    return dict(BUTTONS).get(kind, kind)


@register.filter
def slot_label(slot: Slot) -> str:
    """Name a value that a template asks for, as the person who fills it in would."""
    card = "" if slot.card is None else _("Card %(number)d: ") % {"number": slot.card + 1}
    return card + _slot_name(slot)


def _slot_name(slot: Slot) -> str:
    match slot.ask:
        case Ask.PLACE:
            return _("Place in the header")
        case Ask.FILE:
            return {
                "image": _("Picture in the header"),
                "video": _("Video in the header"),
                "document": _("Document in the header"),
            }[slot.kind]
        case Ask.CODE:
            return _("Code that the button copies")
        case Ask.SUFFIX:
            return _("End of the button's address")
    return _("Variable %(name)s") % {"name": slot.name} if slot.name.isdigit() else slot.name.replace("_", " ")


@register.filter
def first_words(row: Template) -> str:
    """Return the text of a template in one line."""
    return " ".join(read(row).body.text.split())[:140]


@register.filter
def review(row: Template) -> tuple[str | Promise, str | Promise]:
    """Say why Meta refused a template, and what to do."""
    return review_words(row.reason)
