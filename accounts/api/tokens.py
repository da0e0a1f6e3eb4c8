"""Tokens for machines: made and revoked by the person they belong to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken
from accounts.permissions import SCOPES
from accounts.tokens import machine
from lib.api.bodies import Body
from lib.api.schema import example
from lib.api.scopes import PEOPLE
from lib.api.views import Resource

CRM = {
    "id": 7,
    "name": "CRM",
    "prefix": "9f86d081",
    "scopes": ["contacts:read", "contacts:write"],
    "created_at": "2026-11-23T14:05:00Z",
    "expires_at": None,
    "last_used_at": "2026-11-24T09:30:00Z",
    "last_used_from": "203.0.113.7",
}


@example(CRM)
class TokenOut(serializers.ModelSerializer):
    class Meta:
        model = ApiToken
        fields = list(CRM)
        read_only_fields = fields


@example({**CRM, "last_used_at": None, "last_used_from": None, "token": "prosa_9f86d081_" + "x" * 43})
class TokenShownOnce(TokenOut):
    token = serializers.CharField(help_text="The secret itself. It is shown here and never again.")

    class Meta(TokenOut.Meta):
        fields = [*TokenOut.Meta.fields, "token"]
        read_only_fields = fields


@example({"name": "CRM", "scopes": ["contacts:read", "contacts:write"], "expires_at": "2027-11-23T00:00:00Z"})
class TokenNew(Body):
    name = serializers.CharField(max_length=80)
    scopes = serializers.MultipleChoiceField(choices=sorted(SCOPES), allow_empty=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate_expires_at(self, at: Any) -> Any:
        if at is not None and at <= timezone.now():
            raise serializers.ValidationError(_("This time has passed."))
        return at


class TokenViewSet(mixins.ListModelMixin, Resource):
    """One's own tokens for machines, without their secrets."""

    scope = PEOPLE
    queryset = ApiToken.objects.all()
    serializer_class = TokenOut

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Their own, also for administrators, who see everybody's in the admin."""
        return super().get_queryset().filter(owner=self.request.user, revoked_at=None)

    @extend_schema(request=TokenNew, responses={201: TokenShownOnce})
    def create(self, request: Request) -> Response:
        """Make a token and show it, once.

        It may what you may, within its scopes. Only a person's sign-in makes tokens, never a token.
        """
        token, text = machine.create_token(**self.body(TokenNew), by=self.request.user)
        return Response(TokenOut(token).data | {"token": text}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Revoke a token, at once."""
        machine.revoke_token(self.get_object(), by=self.request.user)
        return Response(status=204)
