"""What we answer when we could not do it: a page, or a problem document where programs ask."""

from __future__ import annotations

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from lib.api import problems


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while PostgreSQL is away, which passes, and 500 for what is our fault."""
    is_away = isinstance(sys.exc_info()[1], OperationalError)
    status = 503 if is_away else 500
    if request.path.startswith("/api/"):
        response: HttpResponse = _problem(status)
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if is_away:
        response["Retry-After"] = "5"
    return response


def _problem(status: int) -> JsonResponse:
    detail = _("This did not work, and your request is not the reason. Try again later.")
    return JsonResponse(problems.document(status, detail=detail), status=status, content_type=problems.MEDIA_TYPE)
