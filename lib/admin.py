"""Django admin with our rights: administrators everything, supervisors what each page grants, in their scope."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext_lazy as _


class ScopedAdmin(admin.ModelAdmin):
    """Deny by default: `supervisors_may` lists what a supervisor may do with what is visible to them."""

    supervisors_may: ClassVar[frozenset[str]] = frozenset()
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # PostgreSQL holds no NUL. Django keeps it out of searches, and hands it on in filters.
        if any("\0" in value for name, values in request.GET.lists() if name != SEARCH_VAR for value in values):
            return HttpResponseBadRequest()
        return super().changelist_view(request, extra_context)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "view") or self._allows(request, "change")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allows(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "delete")

    def _allows(self, request: HttpRequest, what: str) -> bool:
        person: Any = request.user
        if not person.is_active:
            return False
        return person.is_admin or (person.is_staff and what in self.supervisors_may)


class ReadOnlyAdmin(ScopedAdmin):
    """Facts: looked at, never edited by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SecretField(forms.CharField):
    """A secret that can be written and never read back: left empty, the stored one stays."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("Never shown again. Leave empty to keep what is stored."),
            **kwargs,
        )


class SecretsForm(forms.ModelForm):
    """A model form whose `secrets` keep their stored value when left empty."""

    secrets: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None:
            for name in self.secrets:
                cleaned[name] = cleaned.get(name) or getattr(self.instance, name)
        return cleaned
