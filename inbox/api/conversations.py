"""Conversations: found, read, given to somebody, passed on, ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.models import ContactIdentity
from inbox import actions
from inbox.api.filters import ConversationFilter
from inbox.api.shapes import ConversationOut
from inbox.models import Conversation, Transfer
from lib.api.bodies import Body, Nothing, VisibleId
from lib.api.schema import example
from lib.api.views import Resource


@example({"user": 7})
class Assignment(Body):
    user = VisibleId("accounts.User", allow_null=True, help_text=_("Who; null for nobody."))


class PlaceId(VisibleId):
    """The id of any team or person: who passes a conversation on need not see where it goes."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = serializers.PrimaryKeyRelatedField.get_queryset(self)
        return rows


@example({"team": 2, "note": "Segunda via do boleto"})
class Passing(Body):
    """Where to: a team, a person, or a person in a team."""

    team = PlaceId("teams.Team", required=False, allow_null=True)
    user = PlaceId("accounts.User", required=False, allow_null=True)
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=Transfer._meta.get_field("note").max_length
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not (data.get("team") or data.get("user")):
            raise serializers.ValidationError(_("Name a team, a person, or both."))
        return data


TRANSFER = {
    "id": 31,
    "conversation": 4711,
    "from_team": 1,
    "to_team": 2,
    "from_user": 7,
    "to_user": None,
    "by": 7,
    "note": "Segunda via do boleto",
    "at": "2026-03-02T12:40:00Z",
}


@example(TRANSFER)
class TransferOut(serializers.ModelSerializer[Transfer]):
    """What happened; ids alone, for who passed it on may see neither place nor conversation any more."""

    class Meta:
        model = Transfer
        fields = ["id", "conversation", "from_team", "to_team", "from_user", "to_user", "by", "note", "at"]
        read_only_fields = fields


class ConversationViewSet(ListModelMixin, Resource):
    """Conversations the person may see, the newest first."""

    scope = "conversations"
    queryset = Conversation.objects.all()
    serializer_class = ConversationOut
    filterset_class = ConversationFilter
    ordering = ("-last_message_at", "-pk")

    def get_queryset(self) -> QuerySet[Conversation]:
        return _for_reading(super().get_queryset())

    def retrieve(self, request: Request, pk: str) -> Response:
        """Read a conversation; what is not their own is noted of supervisors and administrators."""
        conversation = self.get_object()
        actions.note_reading(conversation, by=self.request.user)
        return self.shown(conversation)

    @extend_schema(request=Assignment, responses=ConversationOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the conversation to a person who sees it, or to nobody."""
        conversation = self.get_object()
        actions.assign_conversation(conversation, user=self.body(Assignment)["user"], by=self.request.user)
        return self._as_it_is(conversation)

    @extend_schema(request=Passing, responses=TransferOut)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, pk: str) -> Response:
        """Pass the conversation on; who does may lose sight of it."""
        conversation, to = self.get_object(), self.body(Passing)
        transfer = actions.transfer_conversation(
            conversation, team=to.get("team"), user=to.get("user"), note=to["note"], by=self.request.user
        )
        return Response(TransferOut(transfer).data)

    @extend_schema(request=None, responses=ConversationOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End the conversation."""
        conversation = self.get_object()
        self.body(Nothing)
        actions.close_conversation(conversation, by=self.request.user)
        return self._as_it_is(conversation)

    def _as_it_is(self, conversation: Conversation) -> Response:
        """Answer with what the verb made of it, even if the person sees it no more."""
        return self.shown(_for_reading(Conversation.objects.filter(pk=conversation.pk)).get())


def _for_reading(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Add all that ConversationOut shows, in a fixed number of queries."""
    identities = Prefetch("contact__identities", ContactIdentity.objects.filter(is_current=True))
    return rows.select_related("contact", "number", "team", "assignee").prefetch_related(identities)
