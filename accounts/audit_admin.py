"""The audit trail's pages: search, read, take with you. For administrators alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.audit import words
from accounts.audit.chain import last
from accounts.audit.describing import Link, Things
from accounts.audit.export import export
from accounts.audit.searching import TrailForm
from accounts.models import AuditLog, AuditSeal
from accounts.requests import person
from lib.admin import ReadOnlyAdmin

COUNTED_AT_MOST = 10_000
"""The list counts no further; the export has everything."""


class TrailFilter(admin.ListFilter):
    """All conditions in one form, for they are asked together."""

    title = _("what to look for")
    template = "admin/accounts/auditlog/filter.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        asked = {name: request.GET.get(name, "") for name in TrailForm.base_fields}
        for name in asked:
            params.pop(name, None)
        self.form = TrailForm(asked)

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Any:
        return []

    def expected_parameters(self) -> list[str | None]:
        return list(TrailForm.base_fields)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.form.narrow(queryset)


class TrailPaginator(Paginator):
    """Pages of a list whose end nobody turns to."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows[:COUNTED_AT_MOST].count()


class TrailList(ChangeList):
    """A page of the trail, with the names of what it speaks of."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        things = Things(self.result_list)
        for entry in self.result_list:
            entry.things = things

    @property
    def trail(self) -> TrailForm:
        return next(spec.form for spec in self.filter_specs if isinstance(spec, TrailFilter))


@admin.register(AuditLog)
class AuditLogAdmin(ReadOnlyAdmin):
    list_display = ["when", "who", "what", "about", "particulars_in_short", "where_from", "seal_mark"]
    list_display_links = ["when"]
    list_filter = [TrailFilter]
    list_select_related = ["actor", "seal"]
    sortable_by = ()
    ordering = ["-at", "-pk"]
    paginator = TrailPaginator
    actions = None
    fields = ("action",)

    class Media:
        css = {"all": ["css/audit.css"]}

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """The form's own words, some of which are columns too; no other column."""
        return lookup in TrailForm.base_fields or super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TrailList

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="accounts_auditlog_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": capfirst(_("audit trail")), "subtitle": None, "head": last().head}
        return super().changelist_view(request, (extra_context or {}) | title)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        if entry is not None and self.has_view_permission(request, entry):
            things = Things([entry])
            extra_context = (extra_context or {}) | {
                "entry": entry,
                "when": when(entry),
                "entity": things.entity(entry),
                "particulars": things.particulars(entry),
                "seal": AuditSeal.objects.filter(entry=entry).first(),
                "changelist": reverse("admin:accounts_auditlog_changelist"),
                "subtitle": None,
                "title": words.action(entry.action),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Everything that the list was narrowed to, as a file; the trail says who took it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TrailForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        lines = export(form.narrow(AuditLog.objects.all()), filter=form.chosen(), by=person(request))
        name = f"auditoria-{timezone.localtime():%Y-%m-%d-%H%M}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    @admin.display(description=_("when"))
    def when(self, entry: AuditLog) -> str:
        return when(entry)

    @admin.display(description=_("person"))
    def who(self, entry: AuditLog) -> str:
        return str(entry.actor or _("The system"))

    @admin.display(description=_("action"))
    def what(self, entry: AuditLog) -> str:
        return words.action(entry.action)

    @admin.display(description=_("about"))
    def about(self, entry: Any) -> str:
        return shown(entry.things.entity(entry))

    @admin.display(description=_("particulars"))
    def particulars_in_short(self, entry: Any) -> str:
        told = entry.things.particulars(entry)
        return " · ".join(f"{word}: {', '.join(one.label for one in values)}" for word, values in told)

    @admin.display(description=_("address"))
    def where_from(self, entry: AuditLog) -> str:
        return entry.address or "–"

    @admin.display(description=_("seal"))
    def seal_mark(self, entry: AuditLog) -> SafeString:
        mark, word = ("✓", _("sealed")) if hasattr(entry, "seal") else ("…", _("not sealed yet"))
        return format_html('<span class="seal" title="{}"><span aria-hidden="true">{}</span></span>', word, mark)


def when(entry: AuditLog) -> str:
    """Write an entry's time by the reader's clock, to the second."""
    at = timezone.localtime(entry.at)
    return f"{date_format(at, 'SHORT_DATE_FORMAT')} {at:%H:%M:%S}"


def shown(link: Link) -> str:
    """Write a thing's name, leading to its page where it has one."""
    return format_html('<a href="{}">{}</a>', link.address, link.label) if link.address else link.label
