"""The contact's page in the admin: who it is, who it may also be, and the button that makes two one.

It stands here and not with the contacts, because merging moves conversations.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from contacts.models import Contact, ContactIdentity, ContactMerge
from contacts.selectors import contacts_with_phone, possible_duplicates
from inbox import actions
from inbox.selectors import visible_contacts
from inbox.templatetags.inbox_display import spaced
from lib.admin import ReadOnlyAdmin


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_view_permission(self, *_: object) -> bool:
        return True

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False


class IdentityInline(ReadOnlyInline):
    model = ContactIdentity
    fields = ["kind", "value", "is_current", "seen_at"]


class MergeInline(ReadOnlyInline):
    """What was merged into this contact, newest first."""

    model = ContactMerge
    fk_name = "kept"
    fields = ["merged_contact", "by", "at", "undone_by", "undone_at", "undo"]
    readonly_fields = ["merged_contact", "undo"]
    ordering = ["-pk"]

    @admin.display(description=_("merged"))
    def merged_contact(self, merge: ContactMerge) -> SafeString:
        return link(merge.merged)

    @admin.display(description="")
    def undo(self, merge: ContactMerge) -> str:
        if merge.undone_at:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("admin:contacts_merge_undo", args=[merge.pk]), _("Undo"))


class WhereMerged(admin.SimpleListFilter):
    """Merged contacts are out of sight until somebody asks for them."""

    title = _("merged contacts")
    parameter_name = "merged"

    def lookups(self, *_args: object) -> list[tuple[str, Any]]:
        return [("yes", _("Only merged ones"))]

    def queryset(self, request: HttpRequest, rows: models.QuerySet[Contact]) -> models.QuerySet[Contact]:
        return rows.filter(merged_into__isnull=self.value() != "yes")

    def choices(self, changelist: Any) -> Any:
        everybody, *others = super().choices(changelist)
        yield {**everybody, "display": _("Not merged")}
        yield from others


def link(contact: Contact) -> SafeString:
    """Write a contact's name as a link to its page."""
    address = reverse("admin:contacts_contact_change", args=[contact.pk])
    return format_html('<a href="{}">{} (#{})</a>', address, contact.display_name, contact.pk)


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    supervisors_may = frozenset({"view"})
    list_display = ["called", "phone", "created_at", "legal_hold", "refuses_marketing"]
    list_filter = [WhereMerged, "legal_hold"]
    search_fields = ["name", "book_name", "profile_name", "identities__value"]
    search_help_text = _("Name, phone in any spelling, username or BSUID")
    fields = [
        "name",
        "book_name",
        "profile_name",
        "marketing_refused_at",
        "legal_hold",
        "created_at",
        "became",
        "duplicates",
    ]
    readonly_fields = ["became", "duplicates"]
    inlines = [IdentityInline, MergeInline]
    actions = ["merge"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Contact]:
        return visible_contacts(person(request)).prefetch_related("identities").order_by(*self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Contact], search_term: str
    ) -> tuple[models.QuerySet[Contact], bool]:
        by_words, _may_repeat = super().get_search_results(request, queryset, search_term)
        of_phone = models.Q(pk__in=contacts_with_phone(search_term))
        return queryset.filter(models.Q(pk__in=by_words.values("pk")) | of_phone), False

    @admin.display(description=_("name"))
    def called(self, contact: Contact) -> str:
        return contact.display_name

    @admin.display(description=_("phone"))
    def phone(self, contact: Contact) -> str:
        return spaced(contact.phone)

    @admin.display(description=_("refuses marketing"), boolean=True)
    def refuses_marketing(self, contact: Contact) -> bool:
        return contact.refuses_marketing

    @admin.display(description=_("merged into"))
    def became(self, contact: Contact) -> str:
        return link(contact.merged_into) if contact.merged_into else "–"

    @admin.display(description=_("may be the same person"))
    def duplicates(self, contact: Contact) -> str:
        """Those who share a phone or a BSUID, each with the way to a merge."""
        rows = [(link(other), merge_address(contact, other), _("Merge")) for other in possible_duplicates(contact)[:20]]
        return format_html_join("", '<p>{} <a class="button" href="{}">{}</a></p>', rows) or "–"

    @admin.action(description=_("Merge the two selected contacts"), permissions=["view"])
    def merge(self, request: HttpRequest, contacts: models.QuerySet[Contact]) -> HttpResponse | None:
        chosen = list(contacts.order_by("pk")[:3])
        if len(chosen) != 2:
            self.message_user(request, _("Choose exactly two contacts."), messages.ERROR)
            return None
        return HttpResponseRedirect(merge_address(*chosen))

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path("<int:kept>/merge/<int:merged>/", site.admin_view(self.merge_page), name="contacts_contact_merge"),
            path("merges/<int:pk>/undo/", site.admin_view(self.undo_page), name="contacts_merge_undo"),
            *super().get_urls(),
        ]

    def merge_page(self, request: HttpRequest, kept: int, merged: int) -> HttpResponse:
        """Say what a merge moves, and do it when the person agrees."""
        rows = self._visible(request)
        first, second = get_object_or_404(rows, pk=kept), get_object_or_404(rows, pk=merged)
        if request.method != "POST":
            moving = second.conversations.count()
            particulars = {"kept": first, "merged": second, "moving": moving, "swap": merge_address(second, first)}
            return self._page(request, "merge", _("Merge two contacts"), **particulars)
        return self._do(request, first, lambda: actions.merge_contacts(first, second, by=person(request)))

    def undo_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what undoing a merge gives back, and do it when the person agrees."""
        merge = get_object_or_404(ContactMerge.objects.filter(kept__in=self._visible(request)), pk=pk)
        if request.method != "POST":
            return self._page(request, "undo_merge", _("Undo the merge"), merge=merge, kept=merge.kept)
        return self._do(request, merge.kept, lambda: actions.undo_merge(merge, by=person(request)))

    def _visible(self, request: HttpRequest) -> models.QuerySet[Contact]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.get_queryset(request)

    def _page(self, request: HttpRequest, name: str, title: Any, **particulars: Any) -> TemplateResponse:
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **particulars}
        return TemplateResponse(request, f"admin/contacts/{name}.html", context)

    def _do(self, request: HttpRequest, kept: Contact, verb: Any) -> HttpResponseRedirect:
        try:
            verb()
        except actions.Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("Done. The contacts are as you wanted."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:contacts_contact_change", args=[kept.pk]))


def merge_address(kept: Contact, merged: Contact) -> str:
    """The page that asks whether `merged` shall become part of `kept`."""
    return reverse("admin:contacts_contact_merge", args=[kept.pk, merged.pk])
