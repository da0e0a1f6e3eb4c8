"""WhatsApp numbers and the accounts that own them. Tokens and secrets are written here and never read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from lib.api.bodies import Body, Nothing, VisibleId
from lib.api.filters import IdFilter
from lib.api.schema import example
from lib.api.views import ReadOne, Resource
from numbers import actions
from numbers.models import PhoneNumber, WabaAccount
from numbers.rights import check_may_manage, check_may_pause
from teams.models import Team

META_ID = r"^[0-9]{1,32}$"
MOST_SENDS = 1000
LONGEST_SECRET = 1000


class AccountId(VisibleId):
    """The id of an account; only administrators get as far as naming one."""

    def get_queryset(self) -> QuerySet[Any]:
        return WabaAccount.objects.all()


class Secret(serializers.CharField):
    """A token or a secret: written, never told."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, required=False, allow_blank=True, max_length=LONGEST_SECRET, **kwargs)


@example(
    {
        "id": 3,
        "waba": 1,
        "phone_number_id": "106540352242922",
        "display_phone": "+55 11 4002-0001",
        "name": "Loja",
        "color": "teal",
        "state": "ACTIVE",
        "teams": [2],
        "sends_per_second": 76,
        "quality": "GREEN",
        "status": "CONNECTED",
        "verified_name": "Loja",
        "username": "",
        "limit": "TIER_1K",
        "blocked_until": None,
        "blocked_reason": "",
    }
)
class NumberOut(serializers.ModelSerializer[PhoneNumber]):
    teams: Any = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True, help_text=_("The teams it serves, as far as you see them.")
    )

    class Meta:
        model = PhoneNumber
        fields = [
            "id",
            "waba",
            "phone_number_id",
            "display_phone",
            "name",
            "color",
            "state",
            "teams",
            "sends_per_second",
            "quality",
            "status",
            "verified_name",
            "username",
            "limit",
            "blocked_until",
            "blocked_reason",
        ]
        read_only_fields = fields


@example({"name": "Loja", "teams": [2]})
class NumberChanges(Body):
    """What changes; the rest stays. `teams` replaces all that it serves."""

    display_phone = serializers.CharField(required=False, max_length=32)
    name = serializers.CharField(required=False, max_length=120)
    color = serializers.RegexField(r"^[a-z]+$", required=False, max_length=12)
    sends_per_second = serializers.IntegerField(required=False, min_value=1, max_value=MOST_SENDS)
    teams = VisibleId("teams.Team", many=True, required=False)
    app_secret = Secret()


@example({"waba": 1, "phone_number_id": "106540352242922", "display_phone": "+55 11 4002-0001", "name": "Loja"})
class NewNumber(NumberChanges):
    """A number as Meta names it; connecting it is done in its page."""

    waba = AccountId("numbers.WabaAccount")
    phone_number_id = serializers.RegexField(META_ID)
    display_phone = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=120)


class NumberFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=PhoneNumber.State.choices, label=_("Whether it sends."))
    waba = IdFilter(field_name="waba_id", label=_("An account's id."))

    class Meta:
        model = PhoneNumber
        fields: list[str] = []


class NumberViewSet(ListModelMixin, ReadOne, Resource):
    """The numbers that serve a person's teams; administrators have all of them."""

    scope = "numbers"
    queryset = PhoneNumber.objects.all()
    serializer_class = NumberOut
    filterset_class = NumberFilter
    ordering = ("name", "pk")

    def get_queryset(self) -> QuerySet[PhoneNumber]:
        theirs = Prefetch("teams", Team.objects.visible_to(self.request.user))
        return super().get_queryset().defer("app_secret").prefetch_related(theirs)

    @extend_schema(request=NewNumber, responses={201: NumberOut})
    def create(self, request: Request) -> Response:
        """Add a number to an account; administrators only."""
        check_may_manage(self.request.user)
        number = actions.create_number(**self.body(NewNumber), by=self.request.user)
        return self._as_it_is(number, status=HTTPStatus.CREATED)

    @extend_schema(request=NumberChanges, responses=NumberOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a number; administrators only."""
        number = self.get_object()
        check_may_manage(self.request.user)
        actions.change_number(number, **self.body(NumberChanges), by=self.request.user)
        return self._as_it_is(number)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a number without conversations; administrators only."""
        actions.delete_number(self.get_object(), by=self.request.user)
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(request=None, responses=NumberOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Stop its sending; what is written waits."""
        number = self.get_object()
        check_may_pause(number, self.request.user)
        self.body(Nothing)
        actions.pause_number(number, by=self.request.user)
        return self._as_it_is(number)

    @extend_schema(request=None, responses=NumberOut)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Let it send again, at once what waited."""
        number = self.get_object()
        check_may_pause(number, self.request.user)
        self.body(Nothing)
        actions.resume_number(number, by=self.request.user)
        return self._as_it_is(number)

    def _as_it_is(self, number: PhoneNumber, *, status: int = HTTPStatus.OK) -> Response:
        return self.shown(self.get_queryset().get(pk=number.pk), status=status)


@example(
    {
        "id": 1,
        "waba_id": "102938475610001",
        "name": "Loja",
        "portfolio_id": "700",
        "state": "ACTIVE",
        "status": "APPROVED",
        "review": "APPROVED",
        "limit": "TIER_1K",
        "subscription": "OURS",
        "blocked_until": None,
        "blocked_reason": "",
        "checked_at": "2026-03-02T12:00:00Z",
    }
)
class AccountOut(serializers.ModelSerializer[WabaAccount]):
    # Empty before the first check.
    subscription = serializers.ChoiceField(["", *WabaAccount.Subscription.values], read_only=True)

    class Meta:
        model = WabaAccount
        fields = [
            "id",
            "waba_id",
            "name",
            "portfolio_id",
            "state",
            "status",
            "review",
            "limit",
            "subscription",
            "blocked_until",
            "blocked_reason",
            "checked_at",
        ]
        read_only_fields = fields


@example({"name": "Loja"})
class AccountChanges(Body):
    """What changes; the rest stays."""

    name = serializers.CharField(required=False, max_length=120)
    portfolio_id = serializers.RegexField(r"^[0-9]{0,32}$", required=False, allow_blank=True)
    access_token = Secret()
    app_secret = Secret()


@example({"waba_id": "102938475610001", "name": "Loja", "portfolio_id": "700"})
class NewAccount(AccountChanges):
    """A WhatsApp Business Account as Meta names it."""

    waba_id = serializers.RegexField(META_ID)
    name = serializers.CharField(max_length=120)


class AccountViewSet(ListModelMixin, ReadOne, Resource):
    """WhatsApp Business Accounts (WABA): administrators only."""

    scope = "numbers"
    queryset = WabaAccount.objects.all()
    serializer_class = AccountOut

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_may_manage(self.request.user)

    def get_queryset(self) -> QuerySet[WabaAccount]:
        return WabaAccount.objects.defer("access_token", "app_secret")

    @extend_schema(request=NewAccount, responses={201: AccountOut})
    def create(self, request: Request) -> Response:
        """Add an account. Nothing is asked of Meta."""
        account = actions.create_account(**self.body(NewAccount), by=self.request.user)
        return self.shown(account, status=HTTPStatus.CREATED)

    @extend_schema(request=AccountChanges, responses=AccountOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an account; a new token is tried at once."""
        account = self.get_object()
        actions.change_account(account, **self.body(AccountChanges), by=self.request.user)
        return self.shown(account)

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete an account without numbers, with its templates and alerts."""
        actions.delete_account(self.get_object(), by=self.request.user)
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(request=None, responses=AccountOut)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Stop the sending of all its numbers; what is written waits."""
        account = self.get_object()
        self.body(Nothing)
        actions.pause_account(account, by=self.request.user)
        return self.shown(self.get_object())

    @extend_schema(request=None, responses=AccountOut)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Let its numbers send again, at once what waited; one that is paused itself stays so."""
        account = self.get_object()
        self.body(Nothing)
        actions.resume_account(account, by=self.request.user)
        return self.shown(self.get_object())
