"""Files of messages."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.actions.files import STAGED_FOR, stage_file
from inbox.actions.readings import note_reading
from inbox.files import serve_file
from inbox.models import Attachment, StagedFile
from inbox.selectors import visible_attachments
from inbox.storing import StorageFailed
from lib.api.bodies import Body
from lib.api.problems import Problem
from lib.api.schema import example
from lib.api.views import Resource


class NotStored(Problem):
    status_code = 503
    kind = "not-stored"
    default_detail = _("The file could not be stored. Try again.")


class Uploading(Body):
    file = serializers.FileField(help_text="At most 100 MB; its bytes say what it is.")


@example(
    {
        "id": "0d9c1a3e-6f0b-4f5e-9a2c-7f1f0a4b8c21",
        "kind": "document",
        "filename": "segunda-via.pdf",
        "content_type": "application/pdf",
        "size": 48211,
        "expires_at": "2026-03-03T12:34:56Z",
    }
)
class StagedOut(serializers.ModelSerializer[StagedFile]):
    id = serializers.UUIDField(source="key", help_text="What messages name it by.")
    filename = serializers.CharField(source="download_name")
    kind = serializers.ChoiceField(
        ["image", "video", "audio", "sticker", "document"], help_text="How WhatsApp takes it; any may go as a document."
    )
    expires_at = serializers.SerializerMethodField(help_text="When it is forgotten unless it was sent.")

    class Meta:
        model = StagedFile
        fields = ["id", "kind", "filename", "content_type", "size", "expires_at"]

    def get_expires_at(self, file: StagedFile) -> datetime:
        return file.created_at + STAGED_FOR


class MediaViewSet(Resource):
    """The file of a message, as the pages serve it: whole or in part, never run by a browser."""

    scope = "conversations"
    queryset = Attachment.objects.all()

    def get_parsers(self) -> list[BaseParser]:
        # The answer of a file is JSON, its request alone is not.
        return [MultiPartParser()] if self.request and self.request.method == "POST" else super().get_parsers()

    def get_queryset(self) -> QuerySet[Attachment]:
        return visible_attachments(self.request.user)

    @extend_schema(request={"multipart/form-data": Uploading}, responses={201: StagedOut})
    def create(self, request: Request) -> Response:
        """Upload a file that is to be sent: yours alone, and forgotten after a day."""
        try:
            staged = stage_file(self.body(Uploading)["file"], by=request.user)
        except StorageFailed as error:
            raise NotStored from error
        staged.refresh_from_db(fields=["created_at"])
        return Response(StagedOut(staged).data, status=201)

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
