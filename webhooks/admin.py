from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.requests import person
from lib.admin import ReadOnlyAdmin
from webhooks.actions import replay
from webhooks.models import QuarantinedFact, WebhookEvent


class QuarantinedInline(admin.TabularInline):
    model = QuarantinedFact
    extra = 0
    can_delete = False
    readonly_fields = ["path", "reason", "created_at"]

    def has_add_permission(self, *_: object) -> bool:
        return False


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """The ledger of Meta's deliveries, as they came and what became of them."""

    list_display = ["id", "received_at", "routing_key", "state", "summary", "delay"]
    list_filter = ["state", "received_at"]
    search_fields = ["=routing_key"]
    fields = ["received_at", "processed_at", "state", "summary", "raw_body"]
    readonly_fields = ["summary", "raw_body"]
    inlines = [QuarantinedInline]
    actions = ["replay"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[WebhookEvent]:
        rows = super().get_queryset(request)
        return rows if request.resolver_match and "object_id" in request.resolver_match.kwargs else rows.defer("body")

    @admin.display(description=_("outcome"))
    def summary(self, event: WebhookEvent) -> str:
        return ", ".join(f"{name} {count}" for name, count in event.outcome.items())

    @admin.display(description=_("delay"))
    def delay(self, event: WebhookEvent) -> str:
        if event.processed_at is None:
            return "–"
        return f"{(event.processed_at - event.received_at).total_seconds() * 1000:.0f} ms"

    @admin.display(description=_("body"))
    def raw_body(self, event: WebhookEvent) -> str:
        """The body as text; pretty where it is JSON, which is for reading only."""
        try:
            return json.dumps(json.loads(bytes(event.body)), ensure_ascii=False, indent=2)
        except ValueError:
            return bytes(event.body).decode("utf-8", "replace")

    @admin.action(description=_("Apply again (replay)"), permissions=["view"])
    def replay(self, request: HttpRequest, events: models.QuerySet[Any]) -> None:
        count = replay(events, by=person(request))
        text = ngettext("%(count)d delivery is applied again.", "%(count)d deliveries are applied again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
