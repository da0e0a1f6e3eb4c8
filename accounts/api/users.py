"""Who works here: seen by their colleagues, changed by those who run their teams."""

from __future__ import annotations

from typing import Any

import django_filters
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django_filters.rest_framework import BooleanFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.models import ApiToken, Role, User
from accounts.permissions import SCOPES
from lib.api.bodies import Body, Nothing, VisibleId
from lib.api.filters import IdFilter, Search
from lib.api.schema import example
from lib.api.scopes import SIGNED_IN
from lib.api.views import ApiView, ReadOne, Resource

ANA = {
    "id": 12,
    "name": "Ana",
    "email": "ana@example.com",
    "role": "AGENT",
    "is_active": True,
    "language": "pt-br",
    "time_zone": "America/Sao_Paulo",
    "created_at": "2026-11-23T14:05:00Z",
}


@example(ANA)
class UserOut(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "name", "email", "role", "is_active", "language", "time_zone", "created_at"]
        read_only_fields = fields


class Place(serializers.Serializer):
    """A person's place in a team."""

    id = serializers.IntegerField(source="team.id")
    name = serializers.CharField(source="team.name")
    lead = serializers.BooleanField()


@example({**ANA, "teams": [{"id": 3, "name": "Atendimento", "lead": False}], "scopes": ["users:read"]})
class MeOut(UserOut):
    teams = serializers.SerializerMethodField()
    scopes = serializers.SerializerMethodField(help_text="What this token may be used for; a person's sign-in has all.")

    class Meta(UserOut.Meta):
        fields = [*UserOut.Meta.fields, "teams", "scopes"]
        read_only_fields = fields

    @extend_schema_field(Place(many=True))
    def get_teams(self, person: User) -> Any:
        return Place(person.memberships.select_related("team").order_by("team__name"), many=True).data

    def get_scopes(self, person: User) -> list[str]:
        credentials = self.context["request"].auth
        return credentials.scopes if isinstance(credentials, ApiToken) else sorted(SCOPES)


class PersonFields(Body):
    """What is said of a person, all of it optional."""

    name = serializers.CharField(max_length=120, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    role = serializers.ChoiceField(Role.choices, required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)
    time_zone = serializers.CharField(max_length=48, required=False, help_text="A name of the IANA list.")


@example({"name": "Ana Lima"})
class UserPatch(PersonFields):
    pass


@example({"name": "Ana", "email": "ana@example.com", "role": "AGENT", "team": 3})
class UserNew(PersonFields):
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices)
    team = VisibleId("teams.Team", required=False, help_text="A supervisor names a team that they lead.")
    password = serializers.CharField(
        max_length=128, required=False, trim_whitespace=False, help_text="Without one the person chooses it by mail."
    )


class UserFilters(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(choices=Role.choices)
    is_active = BooleanFilter()
    team = IdFilter(method="in_team", help_text="The id of a team: who works in it.")
    q = Search(method="called", help_text="Part of the name or of the e-mail.")

    def in_team(self, people: QuerySet[User], name: str, team: int) -> QuerySet[User]:
        teams = apps.get_model("teams.Team").objects.visible_to(self.request.user).filter(pk=team)
        return people.filter(pk__in=teams.values("members__user"))

    def called(self, people: QuerySet[User], name: str, part: str) -> QuerySet[User]:
        return people.filter(Q(name__icontains=part) | Q(email__icontains=part))


class UserViewSet(mixins.ListModelMixin, ReadOne, Resource):
    """The people one works with."""

    scope = "users"
    queryset = User.objects.all()
    serializer_class = UserOut
    filterset_class = UserFilters

    @extend_schema(request=UserNew, responses={201: UserOut})
    def create(self, request: Request) -> Response:
        """Make a person.

        A supervisor makes agents, in a team that they lead.
        """
        return self.shown(actions.create_person(**self.body(UserNew), by=request.user), status=201)

    @extend_schema(request=UserPatch, responses=UserOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a person.

        Only administrators change a role, and nobody their own.
        """
        person, fields = self.get_object(), self.body(UserPatch)
        role = fields.pop("role", None)
        with transaction.atomic():
            if fields:
                person = actions.change_person(person, **fields, by=request.user)
            if role is not None:
                person = actions.change_role(person, role=role, by=request.user)
        return self.shown(person)

    @extend_schema(request=None, responses=UserOut)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Let a person in again."""
        self.body(Nothing)
        return self.shown(actions.activate_person(self.get_object(), by=request.user))

    @extend_schema(request=None, responses=UserOut)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """Shut a person out, at once and everywhere."""
        self.body(Nothing)
        return self.shown(actions.deactivate_person(self.get_object(), by=request.user))


class Me(ApiView):
    scope = SIGNED_IN

    @extend_schema(responses=MeOut, operation_id="users_me")
    def get(self, request: Request) -> Response:
        """Say whose token this is, and what it may be used for."""
        return Response(MeOut(request.user, context={"request": request}).data)
