from __future__ import annotations

from django.contrib import admin

from lib.admin import ReadOnlyAdmin, VisibleOnlyFilter
from messaging.models import Template


@admin.register(Template)
class TemplateAdmin(ReadOnlyAdmin):
    supervisors_may = frozenset({"view"})
    list_display = ["name", "language", "category", "status", "quality", "coming_category", "stale_since", "waba"]
    list_filter = ["status", "category", "language", ("waba", VisibleOnlyFilter)]
    list_select_related = ["waba"]
    search_fields = ["name"]
