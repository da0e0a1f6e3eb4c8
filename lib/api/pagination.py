"""Pages that neither skip nor repeat what was there when one began to read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.db import DataError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

LARGEST_PAGE = 100


class Pages(CursorPagination):
    """`?cursor=` from `next` or `previous`, `?limit=` from 1 to 100; a view's `ordering` says the order."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = LARGEST_PAGE
    page_size_query_description = _("How many results a page has, 100 at most.")
    cursor_query_description = _("Where the page begins: taken from `next` or `previous`, never made up.")
    ordering = "-pk"
    template = None

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        ordering = getattr(view, "ordering", self.ordering)
        return (ordering,) if isinstance(ordering, str) else tuple(ordering)

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get("limit")
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdigit() and len(given) <= 3 and 0 < int(given) <= LARGEST_PAGE):
            raise ValidationError({"limit": [_("A number from 1 to 100.")]})
        return int(given)

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValueError, OverflowError, ModelError, DataError) as error:
            # A cursor that somebody made up, or that belongs to another list.
            raise ValidationError({"cursor": [_("This cursor does not belong to this list.")]}) from error

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "example": "https://inbox.example.com/api/v1/users?cursor=cD00Nzg%3D"},
                "previous": {**link, "example": None},
                "results": schema,
            },
        }
