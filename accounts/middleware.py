"""What each page owes the person who opened it: their language, their time zone, no shared cache."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

Answer = Callable[[HttpRequest], HttpResponse]


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


def private_pages(get_response: Answer) -> Answer:
    """Keep the pages of signed-in people out of every cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
