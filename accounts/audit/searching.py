"""What the trail can be narrowed to, on its page and in an export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import words
from accounts.models import AuditLog, User

MOST = 2**63 - 1


class TrailForm(forms.Form):
    """Who, what, about what, when, from where, in which request; whatever is left empty counts for all."""

    person = forms.ModelChoiceField(
        User.objects.order_by("name"), label=_("Person"), required=False, empty_label=_("Everybody")
    )
    action = forms.ChoiceField(label=_("Action"), required=False)
    kind = forms.ChoiceField(label=_("About"), required=False)
    id = forms.IntegerField(label=_("Its number"), required=False, min_value=0, max_value=MOST)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    address = forms.GenericIPAddressField(label=_("Address"), required=False)
    request = forms.CharField(label=_("Request"), required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        everything = [("", _("Everything"))]
        self._choice("action").choices = [*everything, *words.grouped_actions()]
        self._choice("kind").choices = [*everything, *((kind, words.thing(kind)) for kind in kinds())]

    def clean_until(self) -> date | None:
        until = self.cleaned_data["until"]
        if until == date.max:
            raise forms.ValidationError(_("Choose an earlier day."))
        return until

    def narrow(self, entries: QuerySet[AuditLog]) -> QuerySet[AuditLog]:
        """Narrow `entries` to what was asked for; nothing matches a question that is none."""
        if not self.is_valid():
            return entries.none()
        return entries.filter(**self._conditions())

    def chosen(self) -> dict[str, str]:
        """What was asked for, as plain values: for links, for the form of the export, for the trail itself."""
        return {name: str(self.data[name]) for name in self.fields if self.data.get(name)}

    def _conditions(self) -> dict[str, Any]:
        asked = self.cleaned_data
        conditions = {
            "actor": asked["person"],
            "action": asked["action"],
            "entity_type": asked["kind"],
            "entity_id": asked["id"],
            "at__gte": _midnight(asked["since"]),
            "at__lt": _midnight(asked["until"] and asked["until"] + timedelta(days=1)),
            "address": asked["address"],
            "request_id": asked["request"],
        }
        return {name: value for name, value in conditions.items() if value not in (None, "")}

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field


def kinds() -> Iterator[str]:
    """Yield the kinds of things that entries are about, a look into the index for each."""
    rows = AuditLog.objects.order_by("entity_type").values_list("entity_type", flat=True)
    kind = rows.first()
    while kind is not None:
        yield kind
        kind = rows.filter(entity_type__gt=kind).first()


def _midnight(day: date | None) -> datetime | None:
    """Where a day begins by the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
