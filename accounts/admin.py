"""What the admin has of accounts. A person's page stands in teams/person_admin.py: people are made into teams."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.audit_admin import AuditLogAdmin
from accounts.token_admin import ApiTokenAdmin

__all__ = ["ApiTokenAdmin", "AuditLogAdmin"]

# Rights are roles and teams; Django's groups would be a second way.
admin.site.unregister(Group)
