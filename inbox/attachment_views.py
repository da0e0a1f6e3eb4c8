"""Files of messages, to who may see their conversation now: asked at each request."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from inbox import selectors
from inbox.actions.attachments import retry_attachment
from inbox.actions.readings import note_reading
from inbox.files import serve_file, serve_thumbnail
from inbox.models import Attachment
from inbox.views import refusals_as_notices


@require_safe
def attachment(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The file: in the page when it is a picture, sound or film, else to be saved."""
    file = _find(request, pk)
    note_reading(file.message.conversation, by=request.user)
    return serve_file(request, file)


@require_safe
def thumbnail(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The small picture of a picture."""
    return serve_thumbnail(request, _find(request, pk))


@require_POST
@refusals_as_notices
def attachment_tries(request: PersonRequest, pk: int) -> HttpResponse:
    """Try again to fetch a file that did not come."""
    file = _find(request, pk)
    retry_attachment(file, by=request.user)
    shown = selectors.messages_for_display().filter(pk=file.message_id)
    return render(request, "inbox/_message_added.html", {"messages": shown})


def _find(request: PersonRequest, pk: int) -> Attachment:
    return get_object_or_404(selectors.visible_attachments(request.user), pk=pk)
