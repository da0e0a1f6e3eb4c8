from __future__ import annotations

from django.contrib import admin

from campaigns.models import Campaign, Price
from lib.admin import ReadOnlyAdmin, VisibleOnlyFilter


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    supervisors_may = frozenset({"view"})
    list_display = ["name", "number", "template", "state", "by", "created_at", "started_at", "ended_at"]
    list_filter = ["state", ("number", VisibleOnlyFilter)]
    list_select_related = ["number", "template", "by"]
    search_fields = ["name"]
    fields = [
        "name", "number", "template", "state", "pause_reason", "by", "source", "created_at", "checked_at", "starts_at",
        "started_at", "ended_at",
    ]  # fmt: skip


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    list_display = ["calling_code", "category", "currency", "amount", "valid_from", "source"]
    list_filter = ["category", "currency"]
