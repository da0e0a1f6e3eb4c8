"""Entries as people read them: names and links instead of ids, words instead of codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.audit import words
from accounts.models import AuditLog

NAMED = ("user", "team", "phonenumber", "wabaaccount")
"""What is called by its name; people who write to us are not, here."""
SHOWN = 50
"""Values of a list on an entry's page."""


@dataclass(frozen=True)
class Link:
    """Something an entry speaks of, with its page in the admin where it has one."""

    label: str
    address: str = ""


class Things:
    """What entries speak of; the names are found in one query a kind."""

    def __init__(self, entries: Iterable[AuditLog]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for entry in entries:
            for kind, pk in _mentioned(entry):
                wanted[kind].add(pk)
        self._names = {kind: _names(kind, wanted[kind]) for kind in NAMED if wanted[kind]}

    def entity(self, entry: AuditLog) -> Link:
        """What the entry is about."""
        if not entry.entity_id:
            return Link("–")
        kind = words.thing(entry.entity_type)
        link = self.link(entry.entity_type, entry.entity_id)
        conversation = entry.particulars.get("conversation")
        if not link.address and isinstance(conversation, int):
            return Link(f"{kind} {link.label}", _address("conversation", conversation))
        return Link(f"{kind} {link.label}", link.address)

    def particulars(self, entry: AuditLog) -> list[tuple[str, list[Link]]]:
        """The particulars with their words, each value by itself."""
        return [
            (str(words.PARTICULARS.get(key, key)), [self._value(entry, key, one) for one in _several(value)])
            for key, value in entry.particulars.items()
        ]

    def link(self, kind: str, pk: int) -> Link:
        """One thing by its name, or by its number where it has none or is gone."""
        name = self._names.get(kind, {}).get(pk)
        return Link(name or f"#{pk}", _address(kind, pk))

    def _value(self, entry: AuditLog, key: str, value: Any) -> Link:
        kind = words.POINTERS.get(key)
        if kind and isinstance(value, int) and not isinstance(value, bool):
            return self.link(kind, value)
        if value is None or value == "":
            return Link("–")
        if isinstance(value, bool):
            return Link(_("Yes") if value else _("No"))
        if key == "expires":
            at = parse_datetime(str(value))
            return Link(date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else str(value))
        if key == "fields":
            return Link(_column(entry.entity_type, str(value)))
        return Link(str(words.VALUES.get(key, {}).get(str(value), value)))


def _mentioned(entry: AuditLog) -> Iterable[tuple[str, int]]:
    yield entry.entity_type, entry.entity_id
    for key, value in entry.particulars.items():
        for one in _several(value):
            if key in words.POINTERS and isinstance(one, int):
                yield words.POINTERS[key], one


def _several(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [f"{key}: {one}" for key, one in value.items()] or [None]
    if not isinstance(value, list):
        return [value]
    more = [f"+{len(value) - SHOWN}"] if len(value) > SHOWN else []
    return [*value[:SHOWN], *more] or [None]


def _column(kind: str, name: str) -> str:
    """What a column is called on pages."""
    model = words.model(kind)
    fields = model._meta.get_fields() if model else []
    found: Any = next((field for field in fields if field.name == name), None)
    if found is None:
        return name
    # What belongs to a thing in a table of its own is called by that table's name.
    return str(getattr(found, "verbose_name", None) or found.related_model._meta.verbose_name_plural)


def _names(kind: str, pks: set[int]) -> dict[int, str]:
    model = words.model(kind)
    return dict(model._default_manager.filter(pk__in=pks).values_list("pk", "name")) if model else {}


def _address(kind: str, pk: int) -> str:
    """The thing's page in the admin; the empty string for what has none."""
    model = words.model(kind)
    try:
        return reverse(f"admin:{model._meta.app_label}_{kind}_change", args=[pk]) if model else ""
    except NoReverseMatch:
        return ""
