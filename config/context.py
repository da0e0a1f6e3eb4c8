"""What every template may read."""

from __future__ import annotations

from django.http import HttpRequest


def csp_nonce(request: HttpRequest) -> dict[str, object]:
    """Give templates the script nonce under the name that Django 6 and django-htmx use."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}
