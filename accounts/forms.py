"""The shape of what people type to come in, and of what they change about themselves."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User

LONGEST_PASSWORD = 128
"""Characters that are hashed at most: a megabyte would keep a processor busy."""
ZONES_OF_BRAZIL = {
    "America/Sao_Paulo": "Brasília, São Paulo, Rio de Janeiro",
    "America/Bahia": "Salvador",
    "America/Recife": "Recife",
    "America/Fortaleza": "Fortaleza",
    "America/Maceio": "Maceió",
    "America/Belem": "Belém",
    "America/Manaus": "Manaus",
    "America/Cuiaba": "Cuiabá",
    "America/Campo_Grande": "Campo Grande",
    "America/Porto_Velho": "Porto Velho",
    "America/Boa_Vista": "Boa Vista",
    "America/Rio_Branco": "Rio Branco",
    "America/Noronha": "Fernando de Noronha",
}
"""Places people know their time by, the largest first."""


class PasswordField(forms.CharField):
    """A password, as typed: spaces belong to it."""

    def __init__(self, *, autocomplete: str, autofocus: bool = False, **options: Any) -> None:
        attrs = {"autocomplete": autocomplete, "autofocus": autofocus}
        options.setdefault("widget", forms.PasswordInput(attrs=attrs))
        super().__init__(strip=False, max_length=LONGEST_PASSWORD, **options)


class SignInForm(forms.Form):
    username = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    password = PasswordField(label=_("Password"), autocomplete="current-password")


class CodeInput(forms.PasswordInput):
    """A field that one sees what one types in, and that is empty again for the next try."""

    input_type = "text"


class CodeForm(forms.Form):
    """Six digits of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=CodeInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class PasswordAgainForm(forms.Form):
    """The password once more, before what only the person themselves may do."""

    password = PasswordField(label=_("Your password"), autocomplete="current-password", autofocus=True)


class NewPasswordForm(forms.Form):
    """A new password, twice; `person` is whom it must not resemble."""

    new = PasswordField(label=_("New password"), autocomplete="new-password")
    again = PasswordField(label=_("New password again"), autocomplete="new-password")

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person

    @property
    def rules(self) -> list[str]:
        return [str(rule) for rule in password_validators_help_texts()]

    def clean_new(self) -> str:
        validate_password(self.cleaned_data["new"], self.person)
        return self.cleaned_data["new"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "new" in typed and "again" in typed and typed["new"] != typed["again"]:
            self.add_error("again", ValidationError(_("The two are not the same.")))
        return typed


class ChangePasswordForm(NewPasswordForm):
    """The old password, and the new one twice."""

    old = PasswordField(label=_("Present password"), autocomplete="current-password", autofocus=True)
    field_order = ["old", "new", "again"]


class MailForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )


def _time_zones() -> list[tuple[Any, list[tuple[str, str]]]]:
    elsewhere = sorted(zone for zone in available_timezones() if "/" in zone and zone not in ZONES_OF_BRAZIL)
    others = [(zone, zone.replace("_", " ")) for zone in elsewhere]
    return [(_("Brazil"), list(ZONES_OF_BRAZIL.items())), (_("Elsewhere"), others)]


class TimeZoneField(forms.ChoiceField):
    """A time zone by the places people know: Brazil's first, then all others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Time zone"), initial="America/Sao_Paulo", choices=_time_zones, **options)


class PersonForm(forms.ModelForm):
    """What people change about themselves."""

    time_zone = TimeZoneField()

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
