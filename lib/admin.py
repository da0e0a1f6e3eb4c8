"""Django admin with our rights: administrators everything, supervisors what each page grants, in their scope."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# Django says these with a man's article ("O equipe"): our catalogue has words that fit whatever it is.
SAID_BY_DJANGO = (
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("You may edit it again below."),
    gettext_noop("The %(name)s “%(obj)s” was deleted successfully."),
    gettext_noop("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
)


class VisibleOnlyFilter(admin.RelatedFieldListFilter):
    """A filter by related rows that names only those the person may see.

    Django's own names all that the listed rows are related to: a colleague's other teams, for one.
    """

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        named = field.related_model._default_manager.all()
        if hasattr(named, "visible_to"):
            named = named.visible_to(request.user)
        else:
            # Without a door of its own it is named where it is on a row that the person sees.
            named = named.filter(pk__in=model_admin.get_queryset(request).order_by().values(self.field_path))
        return [(row.pk, str(row)) for row in named.order_by(*self.field_admin_ordering(field, request, model_admin))]

    def queryset(self, request: HttpRequest, rows: models.QuerySet[Any]) -> models.QuerySet[Any] | None:
        # What nobody offered may be typed into the address all the same; it is as if it were not there.
        if not set(self.lookup_val or ()) <= {str(pk) for pk, _name in self.lookup_choices}:
            return rows.none()
        return super().queryset(request, rows)


class ScopedAdmin(admin.ModelAdmin):
    """Deny by default: `supervisors_may` lists what a supervisor may do with what is visible to them.

    What was done is in the audit trail and nowhere else: Django's own log would be a second one, with
    people's names in it.
    """

    supervisors_may: ClassVar[frozenset[str]] = frozenset()
    show_full_result_count = False
    # Counts beside each choice would read whole tables for every page.
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Only columns that a filter offers: Django lets any be asked for, a password's hash letter by letter."""
        if lookup.split("__")[0] not in {field.name for field in self.opts.get_fields()}:
            return True
        offered = (one[0] if isinstance(one, tuple) else one for one in self.get_list_filter(request))
        return any(isinstance(name, str) and (lookup == name or lookup.startswith(f"{name}__")) for name in offered)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Things are found by id; on the name of a reverse relation Django's own answer is an error."""
        return to_field == self.opts.pk.name

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting by the dozen: each thing is deleted on its own page, by its verb."""
        return {name: found for name, found in super().get_actions(request).items() if name != "delete_selected"}

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any: ...

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
    """A secret that can be written and never read back: left empty it has not changed, and the stored one stays."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("Never shown again. Leave empty to keep what is stored."),
            **kwargs,
        )
