"""Who may call a view of the API: nobody, unless the view says its scope."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken
from accounts.tokens.problems import InsufficientScope
from lib.api.scopes import PEOPLE, PUBLIC, SIGNED_IN

RESOURCES = ("users", "teams", "numbers", "contacts", "conversations", "templates")
"""What a token is given rights to. Conversations cover their messages and files, numbers their accounts."""
SCOPES = frozenset(f"{resource}:{right}" for resource in RESOURCES for right in ("read", "write"))


class HasScope(BasePermission):
    """Let a person's sign-in through to all, a machine's token to what its scopes name.

    This is the token's part only; what the person may see and do is asked by each resource.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        scope = getattr(view, "scope", None)
        if scope == PUBLIC:
            return True
        if scope is None or not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken):
            check_scope(request.auth, scope, writing=request.method not in SAFE_METHODS)
        return True


def check_scope(token: ApiToken, scope: str, *, writing: bool) -> None:
    """Raise InsufficientScope unless the token opens a view of `scope`."""
    if scope == SIGNED_IN:
        return
    needed = scope if scope == PEOPLE else f"{scope}:{'write' if writing else 'read'}"
    if needed not in token.scopes:
        raise InsufficientScope(needed)
