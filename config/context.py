"""What every template may read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest

from accounts.models import User
from numbers import selectors


def csp_nonce(request: HttpRequest) -> dict[str, object]:
    """Give templates the script nonce under the name that Django 6 and django-htmx use."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}


def open_alerts(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """Give the pages of administrators and supervisors the bell's count; it is counted where it is shown."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_staff:
        return {}
    return {"open_alerts": partial(selectors.open_alerts, user)}
