from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.audit import record
from accounts.requests import person
from lib.admin import ScopedAdmin
from teams.models import Team, TeamMember


class MemberInline(admin.TabularInline):
    model = TeamMember
    extra = 0
    autocomplete_fields = ["user"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff

    has_change_permission = has_delete_permission = has_view_permission


@admin.register(Team)
class TeamAdmin(ScopedAdmin):
    supervisors_may = frozenset({"view", "change"})
    list_display = ["name", "is_active", "people", "served_numbers"]
    search_fields = ["name"]
    inlines = [MemberInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Team]:
        teams = super().get_queryset(request)
        if not person(request).is_admin:
            teams = teams.filter(members__user=person(request), members__lead=True)
        return teams.annotate(people_count=models.Count("members", distinct=True)).prefetch_related("numbers")

    @admin.display(description=TeamMember._meta.verbose_name_plural)
    def people(self, team: Any) -> int:
        return team.people_count

    @admin.display(description="WhatsApp")
    def served_numbers(self, team: Team) -> str:
        return ", ".join(str(number) for number in team.numbers.all())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record("team.changed" if change else "team.created", form.instance, by=person(request))
