from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from contacts.selectors import contacts_with_phone
from inbox.actions import note_reading
from inbox.contact_admin import ContactAdmin
from inbox.models import Assignment, Conversation
from lib.admin import ReadOnlyAdmin, VisibleOnlyFilter

__all__ = ["AssignmentInline", "ContactAdmin", "ConversationAdmin"]


class AssignmentInline(admin.TabularInline):
    model = Assignment
    extra = 0
    can_delete = False
    readonly_fields = ["user", "by", "started_at", "ended_at"]

    def has_view_permission(self, *_: object) -> bool:
        return True

    def has_add_permission(self, *_: object) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    supervisors_may = frozenset({"view"})
    list_display = ["contact", "number", "status", "assignee", "last_message_at", "unread_count", "thread"]
    list_filter = ["status", *((name, VisibleOnlyFilter) for name in ("number", "team", "assignee"))]
    list_select_related = ["contact", "number", "assignee"]
    search_fields = ["contact__name", "contact__book_name", "contact__profile_name", "contact__identities__value"]
    fields = [
        "contact",
        "number",
        "team",
        "assignee",
        "status",
        "created_at",
        "closed_at",
        "last_message_at",
        "thread",
    ]
    inlines = [AssignmentInline]
    ordering = ["-last_message_at"]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Conversation], search_term: str
    ) -> tuple[models.QuerySet[Conversation], bool]:
        by_words, _may_repeat = super().get_search_results(request, queryset, search_term)
        of_phone = models.Q(contact__in=contacts_with_phone(search_term))
        return queryset.filter(models.Q(pk__in=by_words.values("pk")) | of_phone), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        conversation = self.get_object(request, object_id)
        if conversation is not None:
            note_reading(conversation, by=person(request))
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("messages"))
    def thread(self, conversation: Conversation) -> SafeString:
        address = reverse("inbox:conversation", args=["all", conversation.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open in the inbox"))
