"""People who work here, and the trail of what they did."""

from accounts.models.audit import AuditLog
from accounts.models.person import Role, User, UserManager, UserQuerySet

__all__ = ["AuditLog", "Role", "User", "UserManager", "UserQuerySet"]
