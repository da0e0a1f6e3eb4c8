from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.models import AuditLog, User
from accounts.requests import person
from lib.admin import ReadOnlyAdmin, ScopedAdmin

# Rights are roles and teams; Django's groups would be a second way.
admin.site.unregister(Group)


class PersonForm(forms.ModelForm):
    """A person; the password is set here and never shown."""

    new_password = forms.CharField(
        label=_("new password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave empty to keep the present one."),
    )

    class Meta:
        model = User
        fields = ["name", "email", "role", "is_active", "language", "time_zone"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_new_password(self) -> str:
        if password := self.cleaned_data["new_password"]:
            validate_password(password, self.instance)
        return password


@admin.register(User)
class UserAdmin(ScopedAdmin):
    form = PersonForm
    supervisors_may = frozenset({"view"})
    list_display = ["name", "email", "role", "is_active"]
    list_filter = ["role", "is_active", ("memberships__team", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "email"]
    ordering = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are deactivated, not deleted: what they wrote and did keeps its author."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if password := form.cleaned_data.get("new_password"):
            obj.set_password(password)
        elif not change:
            obj.set_unusable_password()
        if change:
            obj.rights_version += 1
        super().save_model(request, obj, form, change)
        action = "user.changed" if change else "user.created"
        record(action, obj, by=person(request), fields=sorted(form.changed_data))


@admin.register(AuditLog)
class AuditLogAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "action", "entity_type", "entity_id", "address"]
    list_filter = ["action", "entity_type"]
    search_fields = ["=entity_id", "=request_id"]
    list_select_related = ["actor"]
    ordering = ["-at"]
