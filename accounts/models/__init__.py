"""People who work here, and the trail of what they did."""

from accounts.models.audit import AuditLog, AuditSeal
from accounts.models.brake import Brake, FamiliarAddress
from accounts.models.idempotency import IdempotentRequest
from accounts.models.person import Role, User, UserManager, UserQuerySet
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.session import Session, SessionQuerySet
from accounts.models.tokens import ApiToken, Pace, RefreshToken, TokenFamily

__all__ = [
    "ApiToken",
    "AuditLog",
    "AuditSeal",
    "Brake",
    "FamiliarAddress",
    "IdempotentRequest",
    "Pace",
    "RecoveryCode",
    "RefreshToken",
    "Role",
    "SecondFactor",
    "Session",
    "SessionQuerySet",
    "TokenFamily",
    "User",
    "UserManager",
    "UserQuerySet",
]
