from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.requests import person
from lib.admin import ScopedAdmin, SecretField, SecretsForm
from lib.graph import GraphError
from numbers.actions import unblock
from numbers.models import PhoneNumber, WabaAccount
from numbers.sync import sync_account

SECRETS = {"access_token", "app_secret"}


class AccountForm(SecretsForm):
    access_token = SecretField(label=_("access token"))
    app_secret = SecretField(label=_("app secret"))
    secrets = ("access_token", "app_secret")

    class Meta:
        model = WabaAccount
        fields = ["waba_id", "name", "portfolio_id", "access_token", "app_secret"]


class NumberForm(SecretsForm):
    app_secret = SecretField(label=_("app secret"))
    secrets = ("app_secret",)

    class Meta:
        model = PhoneNumber
        fields = [
            "waba",
            "phone_number_id",
            "display_phone",
            "name",
            "color",
            "state",
            "teams",
            "sends_per_second",
        ]
        widgets = {"teams": forms.CheckboxSelectMultiple}


@admin.register(WabaAccount)
class WabaAccountAdmin(ScopedAdmin):
    form = AccountForm
    list_display = ["name", "waba_id", "has_token", "blocked_reason"]
    search_fields = ["name", "waba_id"]
    readonly_fields = ["blocked_reason", "blocked_until"]
    actions = ["read_numbers"]

    @admin.display(description=_("token"), boolean=True)
    def has_token(self, account: WabaAccount) -> bool:
        return bool(account.access_token)

    def save_model(self, request: HttpRequest, obj: WabaAccount, form: Any, change: bool) -> None:
        if form.cleaned_data.get("access_token") and "access_token" in form.changed_data:
            # A new token deserves a new try at once.
            obj.blocked_until, obj.blocked_reason = None, ""
        super().save_model(request, obj, form, change)
        record(
            "account.changed" if change else "account.created",
            obj,
            by=person(request),
            fields=sorted(form.changed_data),
        )

    @admin.action(description=_("Read the numbers from WhatsApp"))
    def read_numbers(self, request: HttpRequest, accounts: models.QuerySet[WabaAccount]) -> None:
        for account in accounts:
            try:
                count = len(sync_account(account.waba_id))
            except GraphError as error:
                self.message_user(request, f"{account}: {error}", messages.ERROR)
            else:
                text = ngettext("%(count)d number read.", "%(count)d numbers read.", count) % {"count": count}
                self.message_user(request, f"{account}: {text}", messages.SUCCESS)


@admin.register(PhoneNumber)
class PhoneNumberAdmin(ScopedAdmin):
    form = NumberForm
    supervisors_may = frozenset({"view"})
    list_display = ["name", "display_phone", "waba", "state", "quality", "blocked_reason"]
    list_filter = ["state", ("waba", admin.RelatedOnlyFieldListFilter), ("teams", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["waba"]
    search_fields = ["name", "display_phone", "phone_number_id"]
    readonly_fields = ["quality", "blocked_reason", "blocked_until"]
    actions = ["pause", "resume"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if self.has_change_permission(request) else {}

    @admin.action(description=_("Pause sending"))
    def pause(self, request: HttpRequest, numbers: models.QuerySet[PhoneNumber]) -> None:
        for number in numbers.filter(state=PhoneNumber.State.ACTIVE):
            PhoneNumber.objects.filter(pk=number.pk).update(state=PhoneNumber.State.PAUSED)
            record("number.paused", number, by=person(request))

    @admin.action(description=_("Resume sending"))
    def resume(self, request: HttpRequest, numbers: models.QuerySet[PhoneNumber]) -> None:
        for number in numbers.select_related("waba"):
            PhoneNumber.objects.filter(pk=number.pk).update(state=PhoneNumber.State.ACTIVE)
            unblock(number)
            record("number.resumed", number, by=person(request))

    def save_model(self, request: HttpRequest, obj: PhoneNumber, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record(
            "number.changed" if change else "number.created",
            obj,
            by=person(request),
            fields=sorted(form.changed_data),
        )
