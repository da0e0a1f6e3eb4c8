"""Filters of lists: declared by django-filter, and a name that is none of them is an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGE_PARAMETERS = frozenset({"cursor", "limit"})


class Filters(DjangoFilterBackend):
    """A mistyped filter would list everything and look like an answer: refuse it."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = PAGE_PARAMETERS | set(filterset.filters if filterset else ())
        if unknown := sorted(request.query_params.keys() - known):
            raise ValidationError({name: [_("There is no such filter.")] for name in unknown})
        if filterset and (empty := sorted(_without_value(request, filterset))):
            raise ValidationError({name: [_("This is not a value of this filter.")] for name in empty})
        return super().filter_queryset(request, queryset, view)


def _without_value(request: Request, filterset: Any) -> Iterator[str]:
    """Yield the filters that were given and mean nothing: `is_active=maybe`, `until=`."""
    if filterset.is_valid():
        given = request.query_params.keys() & filterset.filters.keys()
        empty = (name for name in given if filterset.form.cleaned_data[name] in EMPTY_VALUES)
        yield from (name for name in empty if not isinstance(filterset.filters[name], Search))


class Search(django_filters.CharFilter):
    """Free text: what an empty search box sends finds everything."""


class IdField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        # PostgreSQL's bigint ends here; beyond it a look-up is an error instead of no result.
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class IdFilter(django_filters.NumberFilter):
    """Filter by the id of something."""

    field_class = IdField

    def get_max_validator(self) -> None:
        return None
