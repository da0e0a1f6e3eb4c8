"""Teams and their members."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import BooleanFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from lib.api.bodies import Body, VisibleId
from lib.api.schema import example
from lib.api.views import ReadOne, Resource
from teams import actions
from teams.models import Team, TeamMember

MOST_INTERVALS = 100
MOST_SPECIAL_DAYS = 1000


@extend_schema_field({"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "09:00"})
class TimeOfDay(serializers.TimeField):
    """Hours and minutes of the team's clock."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class Hours(Body):
    """One interval of the week; Monday is 0, and `closes` at 00:00 is midnight."""

    weekday = serializers.IntegerField(min_value=0, max_value=6)
    opens = TimeOfDay()
    closes = TimeOfDay()


class Day(Body):
    """A date unlike its week: closed without times, else open in these intervals only."""

    date = serializers.DateField()
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    opens = TimeOfDay(allow_null=True, required=False, default=None)
    closes = TimeOfDay(allow_null=True, required=False, default=None)


MONDAY = {"weekday": 0, "opens": "09:00", "closes": "18:00"}
NEW_YEAR = {"date": "2027-01-01", "name": "Ano-Novo", "opens": None, "closes": None}


@example(
    {
        "id": 2,
        "name": "Atendimento",
        "is_active": True,
        "time_zone": "America/Sao_Paulo",
        "hours": [MONDAY],
        "special_days": [NEW_YEAR],
    }
)
class TeamOut(serializers.ModelSerializer[Team]):
    hours = Hours(source="opening_hours", many=True, help_text=_("None: always open."))
    special_days = Day(many=True)

    class Meta:
        model = Team
        fields = ["id", "name", "is_active", "time_zone", "hours", "special_days"]
        read_only_fields = fields


@example({"name": "Atendimento"})
class NewTeam(Body):
    name = serializers.CharField(max_length=80)


@example({"name": "Pós-venda"})
class TeamChanges(Body):
    """What changes; the rest stays. Only administrators change `is_active`."""

    name = serializers.CharField(max_length=80, required=False)
    is_active = serializers.BooleanField(required=False)
    time_zone = serializers.CharField(max_length=48, required=False, help_text=_("As in America/Sao_Paulo."))
    hours = Hours(many=True, required=False, max_length=MOST_INTERVALS, help_text=_("The whole week."))
    special_days = Day(many=True, required=False, max_length=MOST_SPECIAL_DAYS, help_text=_("All of them."))


class MemberPerson(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "name", "role"]


@example({"id": 15, "user": {"id": 7, "name": "Bruno", "role": "AGENT"}, "lead": False})
class MemberOut(serializers.ModelSerializer[TeamMember]):
    user = MemberPerson()

    class Meta:
        model = TeamMember
        fields = ["id", "user", "lead"]
        read_only_fields = fields


@example({"user": 7})
class NewMember(Body):
    user = VisibleId("accounts.User")
    lead = serializers.BooleanField(required=False, default=False)


@example({"lead": True})
class MemberChanges(Body):
    lead = serializers.BooleanField()


class TeamFilter(django_filters.FilterSet):
    is_active = BooleanFilter(label=_("Whether it works."))

    class Meta:
        model = Team
        fields: list[str] = []


class TeamViewSet(ListModelMixin, ReadOne, Resource):
    """The teams a person works in; administrators have all of them."""

    scope = "teams"
    queryset = Team.objects.prefetch_related("opening_hours", "special_days")
    serializer_class = TeamOut
    filterset_class = TeamFilter
    ordering = ("name", "pk")

    @extend_schema(request=NewTeam, responses={201: TeamOut})
    def create(self, request: Request) -> Response:
        """Make a team; administrators only."""
        actions.check_is_admin(self.request.user)
        team = actions.create_team(**self.body(NewTeam), by=self.request.user)
        return self.shown(team, status=HTTPStatus.CREATED)

    @extend_schema(request=TeamChanges, responses=TeamOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a team; its leading supervisors and administrators only."""
        team, by = self.get_object(), self.request.user
        actions.check_leads(team, by)
        fields = self.body(TeamChanges)
        timetable = {name: fields.pop(name) for name in ("hours", "special_days") if name in fields}
        with transaction.atomic():
            actions.change_team(team, **fields, by=by)
            actions.set_timetable(team, **timetable, by=by)
        return self.shown(self.get_queryset().get(pk=team.pk))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a team without conversations and numbers; administrators only."""
        actions.delete_team(self.get_object(), by=self.request.user)
        return Response(status=HTTPStatus.NO_CONTENT)


class MemberViewSet(ListModelMixin, Resource):
    """Who works in a team."""

    scope = "teams"
    queryset = TeamMember.objects.all()
    serializer_class = MemberOut
    ordering = ("pk",)

    @cached_property
    def team(self) -> Team:
        return get_object_or_404(Team.objects.visible_to(self.request.user), pk=self.kwargs["team_id"])

    def get_queryset(self) -> QuerySet[Any]:
        return TeamMember.objects.filter(team=self.team).select_related("user", "team")

    @extend_schema(request=NewMember, responses={201: MemberOut})
    def create(self, request: Request, team_id: str) -> Response:
        """Put somebody into the team: its leading supervisors agents whom they see, administrators anybody."""
        actions.check_leads(self.team, self.request.user)
        member = actions.add_member(self.team, **self.body(NewMember), by=self.request.user)
        return self.shown(member, status=HTTPStatus.CREATED)

    @extend_schema(request=MemberChanges, responses=MemberOut)
    def partial_update(self, request: Request, team_id: str, pk: str) -> Response:
        """Say whether a supervisor leads the team; administrators only."""
        member = self.get_object()
        actions.check_is_admin(self.request.user)
        return self.shown(actions.change_member(member, **self.body(MemberChanges), by=self.request.user))

    @extend_schema(request=None, responses={204: None})
    def destroy(self, request: Request, team_id: str, pk: str) -> Response:
        """Take somebody out of the team."""
        actions.remove_member(self.get_object(), by=self.request.user)
        return Response(status=HTTPStatus.NO_CONTENT)
