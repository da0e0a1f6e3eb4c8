from __future__ import annotations

from django.contrib import admin

from contacts.models import Contact, ContactIdentity
from lib.admin import ReadOnlyAdmin


class IdentityInline(admin.TabularInline):
    model = ContactIdentity
    extra = 0
    can_delete = False
    readonly_fields = ["kind", "value", "is_current", "seen_at"]

    def has_add_permission(self, *_: object) -> bool:
        return False


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    list_display = ["display_name", "created_at", "legal_hold"]
    search_fields = ["name", "profile_name", "identities__value"]
    inlines = [IdentityInline]
    ordering = ["-pk"]
