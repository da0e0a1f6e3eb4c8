"""Messages of conversations: what was said, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import asdict, is_dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts import idempotency
from inbox.actions import note_reading, send_messages
from inbox.api.sending import Sending, conversation_of
from inbox.api.shapes import PersonRef
from inbox.models import Attachment, Conversation, Message, MessageReceipt
from inbox.selectors import visible_messages
from lib.api.schema import example
from lib.api.views import Resource

STATUSES = [(name, name) for name in Message.Status.names]


class StatusField(serializers.ChoiceField):
    """A rung of the ladder, by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=STATUSES, **kwargs)

    def to_representation(self, value: Any) -> str:
        return Message.Status(value).name


class QuotedOut(serializers.ModelSerializer[Message]):
    class Meta:
        model = Message
        fields = ["id", "direction", "kind", "text"]


class MediaOut(serializers.ModelSerializer[Attachment]):
    url = serializers.SerializerMethodField(help_text="Where the file is, with the same credentials; null until then.")
    filename = serializers.CharField(source="download_name")

    class Meta:
        model = Attachment
        fields = ["id", "state", "url", "filename", "content_type", "size"]

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_url(self, file: Attachment) -> str | None:
        return reverse("api:media-detail", args=[file.pk], request=self.context["request"]) if file.is_ready else None


class ReactionOut(serializers.Serializer):
    direction = serializers.ChoiceField(Message.Direction.choices)
    emoji = serializers.CharField(source="text")
    at = serializers.DateTimeField(source="sent_at")


class ReceiptOut(serializers.ModelSerializer[MessageReceipt]):
    status = StatusField()

    class Meta:
        model = MessageReceipt
        fields = ["status", "at"]


class ErrorOut(serializers.Serializer):
    code = serializers.IntegerField(allow_null=True, help_text="Meta's code.")
    detail = serializers.CharField(help_text="Meta's words.")


EXAMPLE = {
    "id": 90210,
    "conversation": 4711,
    "direction": "INBOUND",
    "kind": "text",
    "status": None,
    "author": None,
    "text": "Bom dia! O pedido chegou?",
    "content": {"body": "Bom dia! O pedido chegou?"},
    "quoted": None,
    "media": None,
    "reactions": [{"direction": "OUTBOUND", "emoji": "👍", "at": "2026-03-02T12:40:00Z"}],
    "edited_text": None,
    "is_revoked": False,
    "error": None,
    "receipts": [],
    "sent_at": "2026-03-02T12:34:56Z",
    "created_at": "2026-03-02T12:34:57Z",
}


@example(EXAMPLE)
class MessageOut(serializers.ModelSerializer[Message]):
    status = StatusField(allow_null=True, help_text="Of outbound messages.")
    author = PersonRef(allow_null=True)
    content = serializers.SerializerMethodField(
        help_text="What was said, by kind; its members differ from kind to kind."
    )
    quoted = serializers.SerializerMethodField(help_text="What it answers, if that is in the same conversation.")
    media = MediaOut(source="file", allow_null=True)
    reactions = ReactionOut(many=True)
    receipts = ReceiptOut(many=True)
    edited_text = serializers.SerializerMethodField(help_text="The newest words, where its sender changed them.")
    is_revoked = serializers.BooleanField(help_text="Whether its sender deleted it.")
    error = serializers.SerializerMethodField(help_text="Why it failed.")

    class Meta:
        model = Message
        fields = [
            "id",
            "conversation",
            "direction",
            "kind",
            "status",
            "author",
            "text",
            "content",
            "quoted",
            "media",
            "reactions",
            "edited_text",
            "is_revoked",
            "error",
            "receipts",
            "sent_at",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_content(self, message: Message) -> dict[str, Any]:
        content = message.content
        said = asdict(content) if is_dataclass(content) and not isinstance(content, type) else {}
        # The file is in `media`, by our id: Meta's opens nothing and is nobody's business.
        return {name: value for name, value in said.items() if name != "media"}

    @extend_schema_field(QuotedOut(allow_null=True))
    def get_quoted(self, message: Message) -> Any:
        # A former conversation with the same customer may be another team's.
        quoted = message.quoted if message.quoted_wamid else None
        if quoted is None or quoted.conversation_id != message.conversation_id:
            return None
        return QuotedOut(quoted).data

    @extend_schema_field({"type": ["string", "null"]})
    def get_edited_text(self, message: Message) -> str | None:
        return message.edit.text if message.edit else None

    @extend_schema_field(ErrorOut(allow_null=True))
    def get_error(self, message: Message) -> Any:
        if message.status != Message.Status.FAILED:
            return None
        code, detail = message.failure
        return ErrorOut({"code": code, "detail": detail}).data


def messages_for_reading(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Add to messages all that MessageOut shows, in a fixed number of queries."""
    receipts = Prefetch("receipts", MessageReceipt.objects.order_by("status"))
    return messages.select_related("author", "attachment", "quoted").prefetch_related(receipts, "amendments")


@example({"messages": [EXAMPLE]})
class SentOut(serializers.Serializer):
    messages = MessageOut(many=True, help_text="One; several where a long text was split.")


class MessageViewSet(Resource):
    """One message."""

    scope = "conversations"
    queryset = Message.objects.all()
    serializer_class = MessageOut

    def get_queryset(self) -> QuerySet[Message]:
        return messages_for_reading(visible_messages(self.request.user)).select_related("conversation")

    def retrieve(self, request: Request, pk: str) -> Response:
        """Read a message."""
        message = self.get_object()
        note_reading(message.conversation, by=self.request.user)
        return self.shown(message)

    @extend_schema(request=Sending, responses={201: SentOut}, parameters=[idempotency.PARAMETER])
    @action(detail=False, methods=["post"])
    def send(self, request: Request) -> Response:
        """Send a message of any kind but a template, within the 24 h window.

        It is queued: what becomes of it is told by its `status`.
        """
        written = self.body(Sending)

        def act() -> Response:
            sent = send_messages(
                conversation_of(written, self.request.user),
                written["contents"],
                client_key=str(uuid.uuid4()),
                by=self.request.user,
                quoted=written.get("quoted"),
            )
            shown = messages_for_reading(Message.objects.filter(pk__in=[one.pk for one in sent])).order_by("pk")
            return Response({"messages": self.get_serializer(shown, many=True).data}, status=201)

        return idempotency.once(request, act)


class ConversationMessageViewSet(ListModelMixin, Resource):
    """The messages of a conversation, newest first."""

    scope = "conversations"
    queryset = Message.objects.all()
    serializer_class = MessageOut
    ordering = ("-sent_at", "-pk")

    def get_queryset(self) -> QuerySet[Message]:
        return messages_for_reading(self.conversation.messages.all())

    @cached_property
    def conversation(self) -> Conversation:
        visible = Conversation.objects.visible_to(self.request.user)
        return get_object_or_404(visible, pk=self.kwargs["conversation_id"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read the messages of a conversation, the newest first."""
        note_reading(self.conversation, by=self.request.user)
        return super().list(request, *args, **kwargs)
