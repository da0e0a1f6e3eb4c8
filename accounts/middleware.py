"""What each page owes the person who opened it: their language, their time zone, a session that
lasts while it is used; and what each person owes first, a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import address, second_factor, sessions
from accounts.models import User
from accounts.session_store import SessionStore

Answer = Callable[[HttpRequest], HttpResponse]

ENROLMENT = ("second_factor_begin", "second_factor_confirm")


def person_locale(get_response: Answer) -> Answer:
    """Speak the person's language and count in their time zone; without a person, the company's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", settings.LANGUAGE_CODE)
        zone = getattr(request.user, "time_zone", settings.TIME_ZONE)
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware


def client_address(get_response: Answer) -> Answer:
    """Name where the request comes from in all log lines, and in the audit trail, as `ip`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        structlog.contextvars.bind_contextvars(ip=address.client_address(request))
        return get_response(request)

    return middleware


def session_use(get_response: Answer) -> Answer:
    """Begin the idle time of a session anew when its person does something."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        row = session.row if request.user.is_authenticated and isinstance(session, SessionStore) else None
        if row and sessions.is_worth_noting(request, row):
            sessions.note_use(request, row)
        return get_response(request)

    return middleware


class SecondFactorFirst:
    """Lead whoever must set up a second factor there, and let them nowhere else."""

    OPEN = frozenset({"accounts:logout", "accounts:second_factor", *(f"accounts:{name}" for name in ENROLMENT)})

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        is_public = not getattr(view, "login_required", True)
        if is_public or not isinstance(request.user, User) or not second_factor.is_missing(request.user):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in self.OPEN:
            return None
        there = reverse("accounts:second_factor")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=403, headers={"HX-Redirect": there})
        return redirect(there)
