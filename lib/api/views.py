"""How views of the API behave: closed unless they say for whom they are open, never cached, in UTC."""

from __future__ import annotations

from datetime import UTC
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from lib.api.bodies import Nothing
from lib.api.scopes import PUBLIC


class ApiView(APIView):
    """Each view names its `scope`: one of lib.api.scopes, or a resource that tokens are given rights to."""

    scope: ClassVar[str]
    # Its `user` is a person wherever a scope lets anybody in; DRF's types say otherwise.
    request: Any
    # No OPTIONS: it would tell what the OpenAPI document tells, in another way.
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in getattr(request, "pace_headers", {}).items():
            response.headers.setdefault(name, value)
        return response

    def body(self, serializer: type[BaseSerializer[Any]] = Nothing, *, partial: bool = False) -> dict[str, Any]:
        """Return the request's body as `serializer` cleans it; raise ValidationError (400)."""
        written = serializer(data=self.request.data, partial=partial, context={"request": self.request, "view": self})
        written.is_valid(raise_exception=True)
        return written.validated_data


class Resource(ApiView, GenericViewSet):
    """A collection: its rows are found through `visible_to`, and outside it is 404."""

    # Eighteen digits fit into bigint, whatever they are.
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user)

    def shown(self, thing: Model, *, status: int = 200) -> Response:
        """Answer with one thing as `serializer_class` writes it."""
        return Response(self.get_serializer(thing).data, status=status)


class ReadOne(RetrieveModelMixin):
    """Let each row of a resource be read by itself."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read one of them."""
        return super().retrieve(request, *args, **kwargs)


class NoSuchAddress(ApiView):
    """What is under the API and no route of it."""

    scope = PUBLIC
    authentication_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
