"""People by API: signing in, who works here, tokens for machines."""

from accounts.api.auth import Login, Logout, Refresh
from accounts.api.tokens import TokenViewSet
from accounts.api.users import Me, UserViewSet

__all__ = ["Login", "Logout", "Me", "Refresh", "TokenViewSet", "UserViewSet"]
