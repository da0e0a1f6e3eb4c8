"""How Meta's words and the states of a step look."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from numbers.alert_kinds import status_word, word
from numbers.connecting.findings import State

register = template.Library()

ICONS = {State.OK: "check", State.TODO: "right", State.WRONG: "alert", State.UNKNOWN: "help"}


@register.filter
def words(value: str) -> str:
    """Say one of Meta's words in the language of who reads."""
    return word(value)


@register.filter
def number_status(status: str) -> str:
    """Say a number's status at WhatsApp."""
    return status_word(status)


@register.filter
def state_icon(state: State) -> str:
    """Name the icon of a step's state."""
    return ICONS[state]


@register.filter
def state_word(state: State) -> str:
    """Say a step's state in a word or two."""
    return {
        State.OK: gettext("in order"),
        State.TODO: gettext("to do"),
        State.WRONG: gettext("wrong"),
        State.UNKNOWN: gettext("not known"),
    }[state]


@register.filter
def offer_template(name: str) -> str:
    """Name the template of what a step offers to do."""
    return f"numbers/offers/{name}.html"
