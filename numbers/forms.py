"""What people type when they connect a number. Secrets, PINs and codes are never given back to the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from numbers.models import PhoneNumber, WabaAccount

DIGITS = RegexValidator(r"^[0-9]{1,32}\Z", _("Digits only."))
SIX_DIGITS = RegexValidator(r"^[0-9]{6}\Z", _("Six digits."))


class SecretInput(forms.PasswordInput):
    """A field whose content browsers neither fill in nor keep, and that is never rendered with a value."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "new-password", "spellcheck": "false"}, render_value=False)


class DigitsInput(forms.TextInput):
    """A field for digits that mean nothing to a browser."""

    def __init__(self) -> None:
        super().__init__(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"})


class MetaIdField(forms.CharField):
    """An id as Meta gives them: digits, however they were pasted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, validators=[DIGITS], widget=DigitsInput(), **kwargs)


class SecretsForm(forms.Form):
    access_token = forms.CharField(label=_("Access token"), required=False, widget=SecretInput())
    app_secret = forms.CharField(label=_("App secret"), required=False, max_length=200, widget=SecretInput())

    @property
    def given(self) -> dict[str, str]:
        """What was typed; a field left empty keeps what is stored."""
        return {name: self.cleaned_data[name] for name in ("access_token", "app_secret") if self.cleaned_data.get(name)}


class ConnectForm(SecretsForm):
    waba_id = MetaIdField(label=_("Id of the WhatsApp account (WABA)"))
    field_order = ["waba_id", "access_token", "app_secret"]


class NothingForm(forms.Form):
    """A button without fields."""


class CodeMethodForm(forms.Form):
    method = forms.ChoiceField(choices=[("SMS", _("Text message")), ("VOICE", _("Call"))])


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), validators=[SIX_DIGITS], widget=SecretInput())


class PinForm(forms.Form):
    pin = forms.CharField(label=_("PIN"), validators=[SIX_DIGITS], widget=SecretInput())


class SendTestForm(forms.Form):
    phone = forms.CharField(label=_("Phone, with country and area code"), max_length=32)
    template = forms.CharField(required=False, max_length=600)

    def clean_phone(self) -> str:
        digits = "".join(filter(str.isascii, filter(str.isdigit, self.cleaned_data["phone"])))
        if not 10 <= len(digits) <= 15:
            raise forms.ValidationError(_("Write the phone with country and area code, such as +55 11 91234-5678."))
        return digits


class MoveForm(forms.Form):
    to = forms.ModelChoiceField(WabaAccount.objects.none(), label=_("To the account"), empty_label=None)
    phone_number_id = MetaIdField(label=_("Phone number id there"))

    def __init__(self, *args: Any, number: PhoneNumber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = WabaAccount.objects.defer("access_token", "app_secret").order_by("name")
        self.fields["to"].queryset = accounts  # type: ignore[attr-defined]
