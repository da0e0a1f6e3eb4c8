"""What each answer owes to other sites and to caches: nothing, unless it says so itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.csrf import csrf_failure
from django_structlog.middlewares import RequestMiddleware

Answer = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
OURS = ("same-origin", "none")
"""What browsers say of requests that our own pages make, or the person by hand."""
WITHOUT_COOKIES = "/api/v1/"
"""Tokens there are sent by programs on purpose: no browser adds them by itself."""
OPENS_AN_ACCOUNT = re.compile(r"(?<=^/password-reset/)[^/]+/[^/]+")
"""What of an address lets whoever reads it choose a password."""
VARY = ("Cookie", "Authorization", "HX-Request")


def isolation(get_response: Answer) -> Answer:
    """Let no other site embed an answer, and no cache keep one that does not say for how long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        if "public" not in response["Cache-Control"]:
            patch_vary_headers(response, VARY)
        return response

    return middleware


def same_origin(get_response: Answer) -> Answer:
    """Refuse what would change something and was sent by another site's page, before anything looks at it.

    A second layer beside the CSRF token: clients that say nothing of where they are still need that one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sender = request.headers.get("Sec-Fetch-Site", "none").lower()
        if request.method in SAFE or sender in OURS or request.path_info.startswith(WITHOUT_COOKIES):
            return get_response(request)
        log.warning("request.from_another_site", site=sender, path=loggable(request.path_info))
        return csrf_failure(request, reason=f"Sec-Fetch-Site: {sender}")

    return middleware


class RequestLog(RequestMiddleware):
    """Log each request with an id, and of its address neither what was searched for nor what opens an account."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {loggable(request.path)}"


def loggable(path: str) -> str:
    """Return a path as it may lie in a log."""
    return OPENS_AN_ACCOUNT.sub("-/-", path)
