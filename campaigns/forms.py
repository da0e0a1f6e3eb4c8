"""What people choose on the pages of a campaign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models import Campaign
from campaigns.rights import numbers_led_by
from campaigns.selectors import templates_for
from campaigns.templatetags.campaign_display import slot_label
from messaging import template_parts
from messaging.models import Template
from numbers.models import PhoneNumber


class CampaignForm(forms.Form):
    """What is sent and by which number; the templates are those of the number that is chosen."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    number = forms.ModelChoiceField(PhoneNumber.objects.none(), label=_("Number"))
    template = forms.ModelChoiceField(Template.objects.none(), label=_("Template"), empty_label=None)

    def __init__(self, data: Any = None, *, person: User, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        number, template = self.fields["number"], self.fields["template"]
        assert isinstance(number, forms.ModelChoiceField) and isinstance(template, forms.ModelChoiceField)
        number.queryset = numbers_led_by(person).select_related("waba").order_by("name", "pk")
        number.empty_label = _("Choose a number")
        if self.chosen_number:
            template.queryset = templates_for(self.chosen_number)

    @property
    def chosen_number(self) -> PhoneNumber | None:
        """The number that is chosen now, as far as the person may send by it."""
        given = self["number"].value()
        found = self.fields["number"].queryset  # type: ignore[attr-defined]
        pk = getattr(given, "pk", given)
        return found.filter(pk=pk).first() if str(pk or "").isdecimal() else None


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"})
    )


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ContactsForm(forms.Form):
    since = forms.DateField(label=_("From"), widget=DayInput())
    until = forms.DateField(label=_("Until"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("This is before the first day."))
        return given


TEXT = "="
"""Stands for "the same words for everybody" among the columns; no column is called so by the choice's value."""


MAX_ADDRESS = 2000
"""Characters of a file's address on the web."""


class ColumnsForm(forms.Form):
    """Which column holds the phone, and for each variable its column, or words that are the same for all."""

    def __init__(self, data: Any = None, *, campaign: Campaign, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data)
        columns = [(f"column:{name}", name) for name in campaign.columns]
        self.slots = template_parts.read(campaign.template).slots
        mapping = initial or {}
        self.fields["address"] = forms.ChoiceField(label=_("Phone"), choices=columns)
        self.fields["address"].initial = f"column:{mapping.get('address', '')}"
        given = mapping.get("values", {})
        for slot in self.slots:
            how = given.get(slot.key, {})
            source = forms.ChoiceField(
                label=slot_label(slot), choices=[("", _("Choose")), *columns, (TEXT, _("The same for all"))]
            )
            source.initial = TEXT if how.get("text") else f"column:{how.get('column', '')}"
            text = forms.CharField(
                label=_("Words"), required=False, max_length=slot.at_most or MAX_ADDRESS, initial=how.get("text", "")
            )
            self.fields[f"source-{slot.key}"], self.fields[f"text-{slot.key}"] = source, text

    @property
    def rows(self) -> list[tuple[template_parts.Slot, forms.BoundField, forms.BoundField]]:
        """Each variable with its two fields."""
        return [(slot, self[f"source-{slot.key}"], self[f"text-{slot.key}"]) for slot in self.slots]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for slot in self.slots:
            if given.get(f"source-{slot.key}") == TEXT and not given.get(f"text-{slot.key}", "").strip():
                self.add_error(f"text-{slot.key}", _("Write what everybody gets."))
        return given

    @property
    def mapping(self) -> dict[str, Any]:
        """What is chosen, as Campaign.mapping; parts that are missing are left out."""
        given = self.cleaned_data
        return {
            "address": _column(given.get("address", "")),
            "values": {
                slot.key: {"text": given.get(f"text-{slot.key}", "")} if source == TEXT else {"column": _column(source)}
                for slot in self.slots
                if (source := given.get(f"source-{slot.key}", ""))
            },
        }


def _column(choice: str) -> str:
    return choice.removeprefix("column:")


class StartForm(forms.Form):
    at = forms.DateTimeField(
        required=False,
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
