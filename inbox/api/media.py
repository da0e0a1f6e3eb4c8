"""Files of messages."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from inbox.actions.readings import note_reading
from inbox.files import serve_file
from inbox.models import Attachment
from inbox.selectors import visible_attachments
from lib.api.views import Resource


class MediaViewSet(Resource):
    """The file of a message, as the pages serve it: whole or in part, never run by a browser."""

    scope = "conversations"
    queryset = Attachment.objects.all()

    def get_queryset(self) -> QuerySet[Attachment]:
        return visible_attachments(self.request.user)

    @extend_schema(
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes.")],
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file."),
            (206, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The part asked for."),
            304: OpenApiResponse(description="It is what `If-None-Match` names."),
            416: OpenApiResponse(description="The file has no such part."),
        },
    )
    def retrieve(self, request: Request, pk: str) -> HttpResponseBase:
        file = self.get_object()
        note_reading(file.message.conversation, by=request.user)
        return serve_file(request._request, file)
