"""Why Meta refuses templates, in words: what Graph answers at once, and what the review says (Meta: 5.1, 10.4)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.graph import GraphError
from numbers.connecting.words import explain

SUBCODES: dict[int | None, str | Promise] = {
    2388019: _("The account has as many templates as Meta allows. Delete some that are no longer used."),
    2388023: _("This language of the template is being deleted. Choose another name, or try again in four weeks."),
    2388024: _("The account has a template with this name in this language already."),
    2388040: _("A part of the template is longer than Meta allows."),
    2388043: _("An example of each variable is missing."),
    2388047: _("Meta does not take this header. Look at its text and its sample."),
    2388072: _("Meta does not take this body."),
    2388073: _("Meta does not take this footer."),
    2388293: _("The text has too many variables for its length. Write more words, or use fewer variables."),
    2388299: _("A text neither begins nor ends with a variable: put words around it."),
}
REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "ABUSIVE_CONTENT": (
        _("Meta found content that its policies do not allow."),
        _("Take out what could threaten, offend or deceive, and submit it again."),
    ),
    "CATEGORY_NOT_AVAILABLE": (_("The account may not use this category."), _("Choose another category.")),
    "INCORRECT_CATEGORY": (
        _("The text does not fit the category."),
        _("Choose the category that fits: whatever promotes or invites is marketing."),
    ),
    "INVALID_FORMAT": (
        _("The format is not right."),
        _("Look at the variables, their examples and the links: no shortened addresses, no odd characters."),
    ),
    "PROMOTIONAL": (
        _("The text promotes, and its category does not allow that."),
        _("Take the promotion out, or create it as marketing."),
    ),
    "SCAM": (
        _("Meta takes the text for a fraud."),
        _("Say who you are and why you write, and ask for no sensitive data."),
    ),
    "TAG_CONTENT_MISMATCH": (
        _("The text does not fit its language or category."),
        _("Write it in the chosen language, and take out what promotes, or create it as marketing."),
    ),
}


def refusal_words(error: GraphError) -> str:
    """Say why Graph refused a template, and what to do."""
    if known := SUBCODES.get(error.subcode):
        return str(known)
    said = explain(error)
    return f"{said.text} {said.advice}"


def review_words(reason: str) -> tuple[str | Promise, str | Promise]:
    """Return what a reason of the review means, and what to do; Meta's own words where it is none of its codes."""
    code, _sep, more = reason.partition(" · ")
    if code in REASONS:
        text, advice = REASONS[code]
        return text, more or advice
    return reason, ""
