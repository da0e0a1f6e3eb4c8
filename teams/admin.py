from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.forms import TimeZoneField
from accounts.models import Role, User
from accounts.requests import person
from accounts.rights import leads
from lib.verb_admin import Button, VerbAdmin
from teams import actions
from teams.holidays import close_on_national_holidays
from teams.hours_admin import HoursInline, SpecialDayInline
from teams.models import Team, TeamMember
from teams.person_admin import UserAdmin

__all__ = ["MemberInline", "TeamAdmin", "UserAdmin"]


class TeamForm(forms.ModelForm):
    time_zone = TimeZoneField(help_text=Team._meta.get_field("time_zone").help_text)


class MembersFormSet(forms.BaseInlineFormSet):
    """Who works in the team: people come and go here, nobody turns into somebody else."""

    by: User

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk:
            form.fields["user"].disabled = True
            is_theirs = self.by.is_admin or form.instance.user.role == Role.AGENT
            if "DELETE" in form.fields:
                form.fields["DELETE"].disabled = not is_theirs
        form.fields["lead"].disabled = not self.by.is_admin


class MemberInline(admin.TabularInline):
    model = TeamMember
    formset = MembersFormSet
    extra = 0
    autocomplete_fields = ["user"]
    ordering = ["user__name"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).is_staff

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return leads(person(request), obj) if obj else person(request).is_admin

    has_add_permission = has_delete_permission = has_change_permission

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TeamMember]:
        return super().get_queryset(request).select_related("user", "team")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"by": person(request)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.visible_to(person(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the pencils that open other pages in small windows: a row says who works here, no more."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "user" and field:
            field.widget = field.widget.widget
        return field


@admin.register(Team)
class TeamAdmin(VerbAdmin):
    form = TeamForm
    supervisors_may = frozenset({"view", "change"})
    list_display = ["name", "is_active", "people", "served_numbers"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    inlines = [MemberInline, HoursInline, SpecialDayInline]
    fields = ["name", "is_active", "time_zone"]
    buttons = [
        Button(
            "holidays",
            _("Close on national holidays"),
            _(
                "This year's national holidays become special days on which the team is closed. "
                "Days that are there already stay as they are."
            ),
            _("The holidays are among the special days."),
            close_on_national_holidays,
            leads,
        )
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Team]:
        members = TeamMember.objects.filter(team=models.OuterRef("pk")).order_by().values("team")
        count = models.Subquery(members.annotate(count=models.Count("pk")).values("count"))
        return super().get_queryset(request).annotate(people_count=count).prefetch_related("numbers")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or leads(person(request), obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if person(request).is_admin else ["is_active"]

    @admin.display(description=TeamMember._meta.verbose_name_plural)
    def people(self, team: Any) -> int:
        return team.people_count or 0

    @admin.display(description="WhatsApp")
    def served_numbers(self, team: Team) -> str:
        return ", ".join(str(number) for number in team.numbers.all())

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if not change:
            made = actions.create_team(name=given.pop("name"), by=person(request))
            obj.pk = made.pk
        actions.change_team(obj, by=person(request), **given)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is TeamMember:
            self._save_members(request, form.instance, formset)
            return
        # Also where nothing changed: Django asks each formset afterwards what did.
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            record("team.changed", form.instance, by=person(request), fields=[formset.get_default_prefix()])

    def _save_members(self, request: HttpRequest, team: Team, formset: Any) -> None:
        formset.save(commit=False)
        for gone in formset.deleted_objects:
            actions.remove_member(gone, by=person(request))
        for member, _changed in formset.changed_objects:
            actions.change_member(member, lead=member.lead, by=person(request))
        for member in formset.new_objects:
            actions.add_member(team, user=member.user, lead=member.lead, by=person(request))

    def delete_model(self, request: HttpRequest, obj: Team) -> None:
        actions.delete_team(obj, by=person(request))
