"""What the page of a step offers to do: its form, the doing behind it, and what to say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from numbers import actions
from numbers.connecting import doings
from numbers.connecting.findings import Subject
from numbers.forms import CodeForm, CodeMethodForm, NothingForm, PinForm, SecretsForm, SendTestForm


@dataclass(frozen=True, slots=True)
class Offer:
    form: type[forms.Form]
    act: Callable[[Subject, Any, User], None]
    done: str | Promise
    changes_everything: bool = False


def _subscribe(subject: Subject, form: forms.Form, by: User) -> None:
    doings.subscribe_app(subject, by=by)


def _read(subject: Subject, form: forms.Form, by: User) -> None:
    doings.read_account(subject, by=by)


def _callback(subject: Subject, form: forms.Form, by: User) -> None:
    doings.set_callback(subject, by=by)


def _secrets(subject: Subject, form: SecretsForm, by: User) -> None:
    actions.change_account(subject.account, by=by, **form.given)


def _request_code(subject: Subject, form: forms.Form, by: User) -> None:
    doings.request_code(subject, method=form.cleaned_data["method"], by=by)


def _verify_code(subject: Subject, form: forms.Form, by: User) -> None:
    doings.verify_code(subject, code=form.cleaned_data["code"], by=by)


def _register(subject: Subject, form: forms.Form, by: User) -> None:
    doings.register(subject, pin=form.cleaned_data["pin"], by=by)


def _test(subject: Subject, form: forms.Form, by: User) -> None:
    doings.send_test(subject, phone=form.cleaned_data["phone"], template=form.cleaned_data["template"], by=by)


OFFERS: dict[tuple[str, str], Offer] = {
    ("token", "secrets"): Offer(SecretsForm, _secrets, _("Saved."), changes_everything=True),
    ("account", "read"): Offer(NothingForm, _read, _("Read."), changes_everything=True),
    ("subscription", "subscribe"): Offer(NothingForm, _subscribe, _("Our app was subscribed.")),
    ("callback", "callback"): Offer(NothingForm, _callback, _("The address was set.")),
    ("registration", "request_code"): Offer(CodeMethodForm, _request_code, _("WhatsApp is sending the code.")),
    ("registration", "verify_code"): Offer(CodeForm, _verify_code, _("The number was verified.")),
    ("registration", "register"): Offer(PinForm, _register, _("The number was registered.")),
    ("test", "test"): Offer(SendTestForm, _test, _("WhatsApp took the message.")),
}
"""By the step and the word its buttons send."""
