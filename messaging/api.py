"""The catalogue of templates, to read."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from lib.api.filters import IdFilter
from lib.api.schema import example
from lib.api.views import ReadOne, Resource
from messaging.models import Template
from messaging.template_parts import Ask, read
from numbers.models import PhoneNumber

EXAMPLE = {
    "id": 12,
    "waba": 1,
    "name": "pedido_enviado",
    "language": "pt_BR",
    "category": "UTILITY",
    "status": "APPROVED",
    "is_sendable": True,
    "quality": "GREEN",
    "reason": "",
    "parameter_format": "POSITIONAL",
    "asks": [{"key": "body.1", "kind": "text", "example": "Ana", "at_most": 1024}],
    "components": [{"type": "BODY", "text": "Olá, {{1}}! Seu pedido saiu."}],
    "synced_at": "2026-03-02T12:00:00Z",
}


class SlotOut(serializers.Serializer):
    key = serializers.CharField(help_text=_("Where it stands: body.cliente, header, button.0, card.1.body.1."))
    kind = serializers.ChoiceField([ask.value for ask in Ask], source="ask.value")
    example = serializers.CharField(help_text=_("As Meta was given it; may be empty."))
    at_most = serializers.IntegerField(help_text=_("Characters; 0 for what is no text."))


@example(EXAMPLE)
class TemplateOut(serializers.ModelSerializer[Template]):
    # Meta adds words: they are told as they come.
    status = serializers.CharField(help_text=_("Meta's word; only APPROVED can be sent."))
    components = serializers.ListField(child=serializers.DictField(), help_text=_("As Meta gives them."))
    is_sendable = serializers.BooleanField()
    asks = serializers.SerializerMethodField(help_text=_("The values that a message made of it needs."))

    class Meta:
        model = Template
        fields = [
            "id",
            "waba",
            "name",
            "language",
            "category",
            "status",
            "is_sendable",
            "quality",
            "reason",
            "parameter_format",
            "asks",
            "components",
            "synced_at",
        ]
        read_only_fields = fields

    @extend_schema_field(SlotOut(many=True))
    def get_asks(self, template: Template) -> Any:
        return SlotOut(read(template).slots, many=True).data


class TemplateFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(max_length=512, label=_("The whole name."))
    language = django_filters.CharFilter(max_length=16, label=_("As in `pt_BR`."))
    status = django_filters.CharFilter(max_length=32, label=_("Meta's word."))
    number = IdFilter(method="of_number", label=_("What this number may send."))

    class Meta:
        model = Template
        fields: list[str] = []

    def of_number(self, rows: QuerySet[Template], _name: str, number: int) -> QuerySet[Template]:
        numbers = PhoneNumber.objects.visible_to(self.request.user).filter(pk=number)
        return rows.filter(waba__in=numbers.values("waba"))


class TemplateViewSet(ListModelMixin, ReadOne, Resource):
    """The templates of the accounts whose numbers the person sees."""

    scope = "templates"
    queryset = Template.objects.all()
    serializer_class = TemplateOut
    filterset_class = TemplateFilter
    ordering = ("-pk",)
