"""Requests of people who are signed in: every page is closed to others (LoginRequiredMiddleware)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class PersonRequest(HttpRequest):
    """What our views are called with."""

    user: User
    htmx: HtmxDetails


def person(request: HttpRequest) -> User:
    """Return who is signed in, where Django's own signatures do not say; raise PermissionDenied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
