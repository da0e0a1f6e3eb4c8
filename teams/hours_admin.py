"""A team's hours on its page of the admin: a table for the week, and one for the days unlike it."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import time
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from teams.hours import MIDNIGHT
from teams.models import OpeningHours, SpecialDay


class IntervalsFormSet(forms.BaseInlineFormSet):
    """Rows whose intervals must not overlap on the day that `day` names; the database refuses it too."""

    day = ""

    def clean(self) -> None:
        super().clean()
        taken: dict[Hashable, list[tuple[time, time]]] = {}
        for form in self.forms:
            row = getattr(form, "cleaned_data", None)
            if not row or row.get("DELETE") or form.errors or row.get(self.day) is None:
                continue
            begins, ends = row.get("opens") or MIDNIGHT, _end(row.get("closes"))
            others = taken.setdefault(row[self.day], [])
            if any(begins < other_ends and other_begins < ends for other_begins, other_ends in others):
                raise ValidationError(_("Two intervals of one day overlap."))
            others.append((begins, ends))


class HoursFormSet(IntervalsFormSet):
    day = "weekday"


class SpecialDaysFormSet(IntervalsFormSet):
    day = "date"


class ForWhoeverRunsTheTeam(admin.TabularInline):
    """The page itself lets in only who may run the team."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_staff)

    has_change_permission = has_delete_permission = has_view_permission


class HoursInline(ForWhoeverRunsTheTeam):
    model = OpeningHours
    formset = HoursFormSet


class SpecialDayInline(ForWhoeverRunsTheTeam):
    model = SpecialDay
    formset = SpecialDaysFormSet
    fields = ["date", "name", "opens", "closes"]


def _end(closes: time | None) -> time:
    return time.max if closes is None or closes == MIDNIGHT else closes
