"""Files that a person is about to send: brought one by one, seen and removed by them alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from inbox import actions
from inbox.files import serve_thumbnail
from inbox.models import Conversation, StagedFile
from inbox.storing import StorageFailed
from inbox.views import refusals_as_notices


@require_POST
@refusals_as_notices
def files(request: PersonRequest, pk: int) -> HttpResponse:
    """Take in one `file` for a conversation; answers with its chip, or with the reason against it."""
    get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    upload = request.FILES.get("file")
    if upload is None:
        # Also what came of a file that was cut off because it is larger than anybody may send.
        return _notice(request, _("No file came, or it is larger than 100 MB."), status=400)
    try:
        staged = actions.stage_file(upload, by=request.user)
    except StorageFailed:
        return _notice(request, _("The file could not be stored. Try again."), status=503)
    return render(request, "inbox/_staged_file.html", {"file": staged}, status=201)


@require_http_methods(["DELETE"])
def file(request: PersonRequest, key: UUID) -> HttpResponse:
    """Remove a file that was not sent."""
    actions.discard_file(_find(request, key))
    # Not 204: htmx would leave the chip where it is.
    return HttpResponse()


@require_safe
def thumbnail(request: PersonRequest, key: UUID) -> HttpResponseBase:
    """The small picture of a picture that is about to be sent."""
    return serve_thumbnail(request, _find(request, key))


def _find(request: PersonRequest, key: UUID) -> StagedFile:
    return get_object_or_404(StagedFile, key=key, by=request.user)


def _notice(request: PersonRequest, text: str, *, status: int) -> HttpResponse:
    return render(request, "inbox/_notice.html", {"text": text}, status=status)
