from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.requests import person
from lib.admin import SecretField, VisibleOnlyFilter
from lib.graph import GraphError
from lib.verb_admin import VerbAdmin
from numbers import actions, health
from numbers.alert_admin import AlertAdmin, short
from numbers.alert_kinds import status_word, word
from numbers.models import Alert, PhoneNumber, WabaAccount
from numbers.rights import may_pause
from numbers.selectors import with_alert_counts
from numbers.sync import sync_account

__all__ = ["AlertAdmin", "PhoneNumberAdmin", "WabaAccountAdmin"]


COLOURS = {
    "teal": _("Teal"),
    "green": _("Green"),
    "lime": _("Lime"),
    "blue": _("Blue"),
    "indigo": _("Indigo"),
    "violet": _("Violet"),
    "rose": _("Pink"),
    "red": _("Red"),
    "orange": _("Orange"),
    "amber": _("Amber"),
    "gray": _("Gray"),
}
"""The dots that static/css/controls.css draws."""


class AccountForm(forms.ModelForm):
    access_token = SecretField(label=_("Access token"))
    app_secret = SecretField(label=_("App secret"))

    class Meta:
        model = WabaAccount
        fields = ["waba_id", "name", "portfolio_id", "access_token", "app_secret"]


class NumberForm(forms.ModelForm):
    color = forms.ChoiceField(label=_("Colour"), choices=COLOURS, initial="teal", help_text=_("Dot in the list."))
    app_secret = SecretField(label=_("App secret"))

    class Meta:
        model = PhoneNumber
        fields = [
            "waba",
            "phone_number_id",
            "display_phone",
            "name",
            "color",
            "teams",
            "read_marks",
            "when_unknown",
            "sends_per_second",
        ]
        widgets = {"teams": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.color not in COLOURS:
            # Another word came by API; it stays until somebody chooses.
            self.fields["color"].choices = {self.instance.color: self.instance.color, **COLOURS}  # type: ignore[attr-defined]


@admin.register(WabaAccount)
class WabaAccountAdmin(VerbAdmin):
    form = AccountForm
    list_display = ["name", "waba_id", "state", "has_token", "status", "subscription", "blocked_reason"]
    search_fields = ["name", "waba_id"]
    list_filter = ["state"]
    readonly_fields = [
        "state",
        "blocked_reason",
        "blocked_until",
        "status",
        "review",
        "limit",
        "subscription",
        "checked_at",
        "check_error",
    ]
    actions = ["read_numbers", "pause", "resume"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["steps", "waba_id", *self.readonly_fields] if obj else []

    @admin.display(description=_("token"), boolean=True)
    def has_token(self, account: WabaAccount) -> bool:
        return WabaAccount._meta.get_field("access_token").is_stored(account)

    @admin.display(description=_("connecting"))
    def steps(self, account: WabaAccount) -> str:
        return _link("numbers:account", account.pk, _("Open the steps"))

    def save_model(self, request: HttpRequest, obj: WabaAccount, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            actions.change_account(WabaAccount.objects.get(pk=obj.pk), by=person(request), **given)
        else:
            obj.pk = actions.create_account(by=person(request), **given).pk

    def delete_model(self, request: HttpRequest, obj: WabaAccount) -> None:
        actions.delete_account(obj, by=person(request))

    @admin.action(description=_("Read the numbers from WhatsApp"))
    def read_numbers(self, request: HttpRequest, accounts: models.QuerySet[WabaAccount]) -> None:
        for account in accounts:
            try:
                count = len(sync_account(account.waba_id, by=person(request)))
            except GraphError as error:
                self.message_user(request, f"{account}: {error}", messages.ERROR)
            else:
                text = ngettext("%(count)d number read.", "%(count)d numbers read.", count) % {"count": count}
                self.message_user(request, f"{account}: {text}", messages.SUCCESS)

    @admin.action(description=_("Pause sending"))
    def pause(self, request: HttpRequest, accounts: models.QuerySet[WabaAccount]) -> None:
        for account in accounts:
            actions.pause_account(account, by=person(request))

    @admin.action(description=_("Resume sending"))
    def resume(self, request: HttpRequest, accounts: models.QuerySet[WabaAccount]) -> None:
        for account in accounts:
            actions.resume_account(account, by=person(request))


@admin.register(PhoneNumber)
class PhoneNumberAdmin(VerbAdmin):
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
    list_filter = ["state", ("waba", VisibleOnlyFilter), ("teams", VisibleOnlyFilter)]
    list_select_related = ["waba", "pulse"]
    search_fields = ["name", "display_phone", "phone_number_id"]
    readonly_fields = [
        "state",
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Another account or id is a move, which has a page of its own.
        return ["page", *self.readonly_fields, "waba", "phone_number_id"] if obj else []

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PhoneNumber]:
        numbers: Any = super().get_queryset(request)
        return with_alert_counts(numbers)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        # Accounts are administrators' matter, their names in a filter too.
        return [one for one in self.list_filter if one != "waba" or person(request).is_admin]

    @admin.display(description=_("page"))
    def page(self, number: PhoneNumber) -> str:
        return _link("numbers:number", number.pk, _("Open the number's page"))

    @admin.display(description=_("quality"))
    def shown_quality(self, number: PhoneNumber) -> str:
        return word(number.quality) or "-"

    @admin.display(description=_("status"))
    def shown_status(self, number: PhoneNumber) -> str:
        return status_word(number.status) or "-"

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

    def has_check_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_pause_permission(self, request: HttpRequest) -> bool:
        """Whose number it is decides for each one chosen."""
        return person(request).is_staff

    @admin.action(description=_("Pause sending"), permissions=["pause"])
    def pause(self, request: HttpRequest, numbers: models.QuerySet[PhoneNumber]) -> None:
        for number in self._pausable(request, numbers):
            actions.pause_number(number, by=person(request))

    @admin.action(description=_("Resume sending"), permissions=["pause"])
    def resume(self, request: HttpRequest, numbers: models.QuerySet[PhoneNumber]) -> None:
        for number in self._pausable(request, numbers):
            actions.resume_number(number, by=person(request))

    def _pausable(self, request: HttpRequest, numbers: models.QuerySet[PhoneNumber]) -> list[PhoneNumber]:
        """Of the chosen numbers those whose sending is this person's to stop; name the others."""
        theirs = []
        for number in numbers.select_related("waba"):
            if may_pause(number, person(request)):
                theirs.append(number)
            else:
                text = _("Only who leads a team that the number serves may pause it.")
                self.message_user(request, f"{number}: {text}", messages.ERROR)
        return theirs

    @admin.action(description=_("Check with WhatsApp now"), permissions=["check"])
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
        asked = type(asked)._default_manager.get(pk=asked.pk)
        if isinstance(asked, PhoneNumber):
            found = [word(asked.status), word(asked.quality), word(asked.limit), asked.callback]
        else:
            found = [asked.get_subscription_display()]
        text = error or " · ".join(filter(None, found))
        self.message_user(request, f"{asked}: {text}", messages.ERROR if error else messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: PhoneNumber, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            actions.change_number(PhoneNumber.objects.get(pk=obj.pk), by=person(request), **given)
        else:
            obj.pk = actions.create_number(by=person(request), **given).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The verbs have set the teams."""

    def delete_model(self, request: HttpRequest, obj: PhoneNumber) -> None:
        actions.delete_number(obj, by=person(request))


def _link(route: str, pk: int, text: Any) -> str:
    return format_html('<a href="{}">{}</a>', reverse(route, args=[pk]), text)
