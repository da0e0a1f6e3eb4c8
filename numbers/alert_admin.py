"""The list of alerts: looked at and acknowledged, never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from lib.admin import ReadOnlyAdmin, VisibleOnlyFilter
from numbers import alerts
from numbers.models import Alert


def short(at: datetime) -> str:
    """Write a time in the zone and manner of who reads, as lists have room for."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("info", _("For information")), ("done", _("Ended or acknowledged"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        is_open, presses = Alert.objects.open().values("pk"), ~models.Q(severity=Alert.Severity.INFO)
        match self.value():
            case "open":
                return queryset.filter(presses, pk__in=is_open)
            case "info":
                return queryset.filter(~presses, pk__in=is_open)
            case "done":
                return queryset.exclude(pk__in=is_open)
        return queryset


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """Read-only: an alert is acknowledged, never edited; what it tells of ends it."""

    supervisors_may = frozenset({"view"})
    list_display = ["severity", "text", "where", "when", "shown_state"]
    list_display_links = ["text"]
    list_filter = [StateFilter, "severity", ("number", VisibleOnlyFilter)]
    list_select_related = ["number", "waba", "acknowledged_by"]
    search_fields = ["subject", "kind"]
    fields = [
        "text",
        "advice",
        "steps",
        "severity",
        "at",
        "waba",
        "number",
        "subject",
        "particulars",
        "until",
        "acknowledged_at",
        "acknowledged_by",
    ]
    actions = ["acknowledge"]

    @admin.display(description=_("what happened"))
    def text(self, alert: Alert) -> str:
        return alert.text

    @admin.display(description=_("where"))
    def where(self, alert: Alert) -> str:
        return str(alert.number or alert.waba)

    @admin.display(description=_("when"), ordering="at")
    def when(self, alert: Alert) -> str:
        return short(alert.at)

    @admin.display(description=_("until"))
    def until(self, alert: Alert) -> str:
        return short(alert.ended_at) if alert.ended_at else "-"

    @admin.display(description=_("what to do"))
    def advice(self, alert: Alert) -> str:
        return alert.advice or "-"

    @admin.display(description=_("steps"))
    def steps(self, alert: Alert) -> str:
        """Where the thing can be mended; the page itself says who may."""
        address = reverse(
            "numbers:guide" if alert.number_id else "numbers:account", args=[alert.number_id or alert.waba_id]
        )
        return format_html('<a href="{}">{}</a>', address, _("Look at each step of the connection"))

    @admin.display(description=_("state"))
    def shown_state(self, alert: Alert) -> str:
        return str(alert.state)

    @admin.action(description=_("Acknowledge"))
    def acknowledge(self, request: HttpRequest, chosen: models.QuerySet[Alert]) -> None:
        for alert in chosen:
            alerts.acknowledge(alert, by=person(request))
        self.message_user(request, _("Acknowledged."), messages.SUCCESS)
