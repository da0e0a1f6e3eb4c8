"""What people submit about templates: a draft, and how the list is filtered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.models import Template
from messaging.template_drafts import MAX_BUTTONS, Draft, DraftButton

LANGUAGES = [
    ("pt_BR", "Português (Brasil)"),
    ("pt_PT", "Português (Portugal)"),
    ("en", "English"),
    ("en_US", "English (US)"),
    ("en_GB", "English (UK)"),
    ("es", "Español"),
    ("es_AR", "Español (Argentina)"),
    ("es_ES", "Español (España)"),
    ("es_MX", "Español (México)"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("it", "Italiano"),
]
CATEGORIES = [("UTILITY", _("Utility")), ("MARKETING", _("Marketing")), ("AUTHENTICATION", _("Authentication"))]
HEADERS = [
    ("", _("Nothing")),
    ("TEXT", _("Text")),
    ("IMAGE", _("Picture")),
    ("VIDEO", _("Video")),
    ("DOCUMENT", _("Document")),
    ("LOCATION", _("Location")),
]
BUTTONS = [
    ("QUICK_REPLY", _("Quick reply")),
    ("URL", _("Link")),
    ("PHONE_NUMBER", _("Phone")),
    ("COPY_CODE", _("Copy a code")),
]
QUALITIES = [("GREEN", _("High")), ("YELLOW", _("Medium")), ("RED", _("Low")), ("UNKNOWN", _("Not known yet"))]


def draft_from(data: Mapping[str, str]) -> Draft:
    """Read a draft from what the page submits; what is missing is empty, and `problems` says so."""

    def said(name: str, otherwise: str = "") -> str:
        return data.get(name, otherwise).replace("\r\n", "\n").strip()

    expires = said("expires", "10")
    return Draft(
        name=said("name"),
        language=said("language", "pt_BR"),
        category=said("category", "UTILITY"),
        header_format=said("header_format"),
        header_text=said("header_text"),
        header_handle=said("header_handle"),
        body=said("body"),
        footer=said("footer"),
        buttons=tuple(_buttons(data)),
        examples={key.removeprefix("example."): said(key) for key in data if key.startswith("example.")},
        expires=int(expires) if expires.isdecimal() and len(expires) < 4 else 0,
        copy_label=said("copy_label"),
    )


def _buttons(data: Mapping[str, str]) -> Iterator[DraftButton]:
    """Yield the rows of buttons; the one to be removed is left out, the one to be added comes last."""
    for position in range(MAX_BUTTONS):
        kind = data.get(f"button.{position}.type", "")
        if kind and data.get("remove") != str(position):
            said = (data.get(f"button.{position}.{part}", "").strip() for part in ("text", "value", "example"))
            yield DraftButton(kind, *said)
    if added := data.get("add"):
        yield DraftButton(added)


class TemplateFilterForm(forms.Form):
    """How the list is narrowed down; whatever is not understood narrows nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *Template.Status.choices])
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[("", _("All")), *CATEGORIES])
    language = forms.ChoiceField(label=_("Language"), required=False)
    quality = forms.ChoiceField(label=_("Quality"), required=False, choices=[("", _("All")), *QUALITIES])

    def __init__(self, data: Mapping[str, str], *, templates: QuerySet[Template]) -> None:
        super().__init__(data)
        used = templates.order_by("language").values_list("language", flat=True).distinct()
        names = dict(LANGUAGES)
        languages = [(code, names.get(code, code)) for code in used]
        self.fields["language"].choices = [("", _("All")), *languages]  # type: ignore[attr-defined]

    def narrow(self, templates: QuerySet[Template]) -> QuerySet[Template]:
        """Return the templates that were asked for; deleted ones only when they are."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if words := asked.pop("q", ""):
            templates = templates.filter(name__icontains=words)
        if "status" not in asked:
            templates = templates.exclude(status=Template.Status.DELETED)
        return templates.filter(**asked)
