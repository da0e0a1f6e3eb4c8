"""What may be written: named fields only, and ids only of what the person may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Body(serializers.Serializer):
    """A request's body. A field that is not named here is refused, never passed over in silence; text is text."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name: field for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(data.keys() - writable.keys()):
                raise serializers.ValidationError({name: [_("This field cannot be written here.")] for name in unknown})
            if numbers := sorted(
                name for name, field in writable.items() if _is_number_for_text(field, data.get(name))
            ):
                # REST framework would write 0 as "0": a phone number sent as a number has lost its zeros.
                raise serializers.ValidationError({name: [_("This is text: put it in quotes.")] for name in numbers})
        return super().to_internal_value(data)


def _is_number_for_text(field: serializers.Field, value: Any) -> bool:
    return isinstance(field, serializers.CharField) and isinstance(value, int | float)


class Nothing(Body):
    """The body of what needs none: absent, or an empty object."""


class VisibleId(serializers.PrimaryKeyRelatedField):
    """The id of something the person may see; anything else is absent, as everywhere.

    The model is named, "teams.Team", as a foreign key may name it: it can stand in an app above.
    """

    def __init__(self, model: str, **kwargs: Any) -> None:
        super().__init__(queryset=apps.get_model(model)._default_manager.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        if not 0 < data < 2**63:
            self.fail("does_not_exist", pk_value=data)
        return super().to_internal_value(data)
