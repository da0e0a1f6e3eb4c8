from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.requests import person
from lib.admin import ScopedAdmin, SecretField, SecretsForm
from lib.graph import GraphError
from numbers import health
from numbers.actions import unblock
from numbers.alert_admin import AlertAdmin, short
from numbers.alert_kinds import word
from numbers.models import Alert, PhoneNumber, WabaAccount
from numbers.sync import sync_account

__all__ = ["AlertAdmin", "PhoneNumberAdmin", "WabaAccountAdmin"]


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
    list_display = ["name", "waba_id", "has_token", "status", "subscription", "blocked_reason"]
    search_fields = ["name", "waba_id"]
    readonly_fields = [
        "blocked_reason",
        "blocked_until",
        "status",
        "review",
        "limit",
        "subscription",
        "checked_at",
        "check_error",
    ]
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
    list_display = [
        "name",
        "display_phone",
        "state",
        "shown_status",
        "shown_quality",
        "last_heard",
        "open_alerts",
        "shown_limit",
        "delay",
        "waba",
    ]
    list_filter = ["state", ("waba", admin.RelatedOnlyFieldListFilter), ("teams", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["waba", "pulse"]
    search_fields = ["name", "display_phone", "phone_number_id"]
    readonly_fields = [
        "blocked_reason",
        "blocked_until",
        "shown_quality",
        "shown_status",
        "shown_limit",
        "shown_throughput",
        "shown_name",
        "username",
        "calling",
        "last_heard",
        "delay",
        "subscription",
        "callback",
        "checked_at",
        "check_error",
        "open_alerts",
    ]
    actions = ["pause", "resume", "check_now"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PhoneNumber]:
        mine = Alert.objects.filter(number=models.OuterRef("pk")).open().pressing()
        count = mine.order_by().values("number").annotate(count=models.Count("pk")).values("count")
        return super().get_queryset(request).annotate(alert_count=Coalesce(models.Subquery(count), 0))

    @admin.display(description=_("quality"))
    def shown_quality(self, number: PhoneNumber) -> str:
        return word(number.quality) or "-"

    @admin.display(description=_("status"))
    def shown_status(self, number: PhoneNumber) -> str:
        return word(number.status) or "-"

    @admin.display(description=_("messaging limit"))
    def shown_limit(self, number: PhoneNumber) -> str:
        return word(number.limit or number.waba.limit) or "-"

    @admin.display(description=_("throughput"))
    def shown_throughput(self, number: PhoneNumber) -> str:
        return word(number.throughput) or "-"

    @admin.display(description=_("display name"))
    def shown_name(self, number: PhoneNumber) -> str:
        return f"{number.verified_name} ({word(number.name_status)})" if number.verified_name else "-"

    @admin.display(description=_("last heard"), ordering="pulse__last_heard_at")
    def last_heard(self, number: PhoneNumber) -> str:
        return short(number.pulse.last_heard_at) if hasattr(number, "pulse") else "-"

    @admin.display(description=_("delay (now, worst of late)"))
    def delay(self, number: PhoneNumber) -> str:
        if not hasattr(number, "pulse") or number.pulse.lag is None:
            return "-"
        now, worst = (number_format(lag.total_seconds(), 1) for lag in (number.pulse.lag, number.pulse.worst_lag))
        return f"{now} s, {worst} s"

    @admin.display(description=_("webhook subscription"))
    def subscription(self, number: PhoneNumber) -> str:
        return number.waba.get_subscription_display() or "-"

    @admin.display(description=_("open alerts"))
    def open_alerts(self, number: PhoneNumber) -> str:
        address = reverse("admin:numbers_alert_changelist")
        count = number.alert_count  # type: ignore[attr-defined]
        return format_html('<a href="{}?state=open&amp;number__id__exact={}">{}</a>', address, number.pk, count)

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

    @admin.action(description=_("Check with WhatsApp now"))
    def check_now(self, request: HttpRequest, chosen: models.QuerySet[PhoneNumber]) -> None:
        numbers = list(chosen.select_related("waba"))
        accounts = {number.waba_id: number.waba for number in numbers}
        for account in accounts.values():
            self._tell(request, account, health.check_account(account))
        for number in numbers:
            self._tell(request, number, health.check_number(number))
            record("number.checked", number, by=person(request))
        about = models.Q(number__in=numbers) | models.Q(number=None, waba__in=accounts)
        for alert in Alert.objects.filter(about, kind__in=health.KINDS).open().select_related("number", "waba"):
            found = f"{alert.number or alert.waba}: {alert.text} {alert.advice}"
            self.message_user(request, found, messages.WARNING)

    def _tell(self, request: HttpRequest, asked: PhoneNumber | WabaAccount, error: str) -> None:
        """Say what Graph answered, or why it did not."""
        asked.refresh_from_db()
        if isinstance(asked, PhoneNumber):
            found = [word(asked.status), word(asked.quality), word(asked.limit), asked.callback]
        else:
            found = [asked.get_subscription_display()]
        text = error or " · ".join(filter(None, found))
        self.message_user(request, f"{asked}: {text}", messages.ERROR if error else messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: PhoneNumber, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record(
            "number.changed" if change else "number.created",
            obj,
            by=person(request),
            fields=sorted(form.changed_data),
        )
