"""Messages that are to leave later."""

from __future__ import annotations

import uuid
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from inbox import actions
from inbox.models import Conversation, ScheduledMessage
from inbox.selectors import visible_scheduled
from lib.api.bodies import Body
from lib.api.schema import example
from lib.api.views import Resource
from messaging import outgoing
from messaging.limits import MAX_TEXT


@example({"text": "Bom dia! Seu pedido chegou.", "due_at": "2026-03-03T12:00:00Z", "cancel_if_answered": True})
class NewScheduled(Body):
    """A text and its time: within the 24 h window, and the next 30 days."""

    text = serializers.CharField(max_length=MAX_TEXT, trim_whitespace=False)
    due_at = serializers.DateTimeField()
    cancel_if_answered = serializers.BooleanField(
        default=False, help_text=_("Whether it does not leave if the customer writes first.")
    )


@example(
    {
        "id": 12,
        "conversation": 4711,
        "author": 7,
        "kind": "text",
        "text": "Bom dia! Seu pedido chegou.",
        "due_at": "2026-03-03T12:00:00Z",
        "cancel_if_answered": True,
        "state": "WAITING",
        "reason": "",
        "message": None,
        "created_at": "2026-03-02T18:00:00Z",
    }
)
class ScheduledOut(serializers.ModelSerializer[ScheduledMessage]):
    """`reason` names why one was NOT_SENT; `message` is what it became."""

    class Meta:
        model = ScheduledMessage
        fields = [
            "id",
            "conversation",
            "author",
            "kind",
            "text",
            "due_at",
            "cancel_if_answered",
            "state",
            "reason",
            "message",
            "created_at",
        ]
        read_only_fields = fields


class ScheduledMessageViewSet(ListModelMixin, Resource):
    """What is to leave later in a conversation, or was."""

    scope = "conversations"
    queryset = ScheduledMessage.objects.all()
    serializer_class = ScheduledOut
    ordering = ("-pk",)

    @cached_property
    def conversation(self) -> Conversation:
        visible = Conversation.objects.visible_to(self.request.user).select_related("contact", "number")
        return get_object_or_404(visible, pk=self.kwargs["conversation_id"])

    def get_queryset(self) -> QuerySet[Any]:
        return visible_scheduled(self.request.user).filter(conversation=self.conversation)

    @extend_schema(request=NewScheduled, responses={201: ScheduledOut})
    def create(self, request: Request, conversation_id: str) -> Response:
        """Schedule a text."""
        conversation, wanted = self.conversation, self.body(NewScheduled)
        scheduled = actions.schedule_message(
            conversation,
            outgoing.text(wanted["text"]),
            due_at=wanted["due_at"],
            cancel_if_answered=wanted["cancel_if_answered"],
            client_key=str(uuid.uuid4()),
            by=self.request.user,
        )
        return self.shown(scheduled, status=HTTPStatus.CREATED)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, conversation_id: str, pk: str) -> Response:
        """Cancel one that has not left."""
        actions.cancel_scheduled(self.get_object())
        return Response(status=HTTPStatus.NO_CONTENT)
