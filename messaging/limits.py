"""Meta's limits, checked before anything is sent (Meta: sections 6.3 to 6.5)."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MAX_TEXT = 4096
"""Characters of a text message."""
MAX_CAPTION = 1024
MAX_ID = 256


class Invalid(Exception):
    """What is to be sent breaks a limit of Meta's: the part it is about, and the reason in a person's words."""

    def __init__(self, field: str, reason: str | Promise) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


def check_text(field: str, value: str, at_most: int, *, is_required: bool = True) -> None:
    """Raise Invalid when a text is longer than `at_most` characters, or blank though it must be there."""
    if is_required and not value.strip():
        raise Invalid(field, _("Write something here."))
    if len(value) > at_most:
        reason = ngettext_lazy("At most %(count)d character.", "At most %(count)d characters.", "count")
        raise Invalid(field, reason % {"count": at_most})


def check_count(field: str, items: Sized, at_least: int, at_most: int) -> None:
    """Raise Invalid when there are fewer or more items than Meta takes."""
    if len(items) < at_least:
        raise Invalid(field, _("At least %(count)d.") % {"count": at_least})
    if len(items) > at_most:
        raise Invalid(field, _("At most %(count)d.") % {"count": at_most})


def check_unique(field: str, values: Sequence[str]) -> None:
    """Raise Invalid when two of the values are the same."""
    if len(set(values)) < len(values):
        raise Invalid(field, _("Two of them are the same."))
