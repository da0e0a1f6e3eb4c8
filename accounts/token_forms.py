"""The form that makes an API token."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import RESOURCES

NAMES = {
    "users": _("People"),
    "teams": _("Teams"),
    "numbers": _("Numbers"),
    "contacts": _("Contacts"),
    "conversations": _("Conversations, messages and files"),
    "templates": _("Templates"),
}
RIGHTS = {"read": _("read"), "write": _("write")}
LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("does not expire"))]


class TokenForm(forms.Form):
    """Name, scopes and lifetime."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What uses it: the CRM, a report."))
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [
            (f"{resource}:{right}", f"{NAMES[resource]}: {word}")
            for resource in RESOURCES
            for right, word in RIGHTS.items()
        ],
    )
    lifetime = forms.ChoiceField(label=_("It expires after"), choices=LIFETIMES, initial="90", required=False)

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends, or None."""
        days = self.cleaned_data["lifetime"]
        return timezone.now() + timedelta(days=int(days)) if days else None
