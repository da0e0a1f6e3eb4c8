"""Errors as problem details (RFC 9457): one shape, whatever went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.functional import Promise
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from lib.refusals import Refusal

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """An error that programs must tell from others of its status: `kind` ends its `type`."""

    kind = ""

    def __init__(self, detail: str | Promise | None = None, *, auth_header: str = "") -> None:
        super().__init__(detail)
        if self.status_code == HTTPStatus.UNAUTHORIZED:
            auth_header = auth_header or "Bearer"
        self.auth_header = auth_header


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into its answer; None for what is our fault, which Django logs and answers."""
    if isinstance(error, Refusal):
        return refused(error)
    error = _as_api_exception(error)
    if not isinstance(error, exceptions.APIException):
        return None
    kind = f"problem:{error.kind}" if isinstance(error, Problem) else ""
    response = _answer(error.status_code, document(error.status_code, kind=kind, **_members(error)))
    if auth_header := getattr(error, "auth_header", ""):
        response["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def refused(refusal: Refusal) -> Response:
    """Return the answer to what a verb refused."""
    kind = f"refusal:{snake_case(type(refusal))}"
    return _answer(refusal.status, document(refusal.status, kind=kind, detail=str(refusal)))


def document(status: int, *, kind: str = "", detail: str, **members: Any) -> dict[str, Any]:
    """Return the members of a problem; without a `kind` its status says all there is to say."""
    named = f"urn:prosa:{kind}" if kind else "about:blank"
    return {"type": named, "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail, **members}


def snake_case(refusal: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()


def _answer(status: int, problem: dict[str, Any]) -> Response:
    return Response(problem, status=status, content_type=MEDIA_TYPE)


def _as_api_exception(error: Exception) -> Exception:
    match error:
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied(*error.args)
        case ModelError():
            return exceptions.ValidationError(as_serializer_error(error))
    return error


def _members(error: exceptions.APIException) -> dict[str, Any]:
    if not isinstance(error, exceptions.ValidationError):
        return {"detail": str(error.detail)}
    errors: dict[str, list[str]] = {}
    for field, text in _flat(error.detail):
        errors.setdefault(field or "body", []).append(text)
    return {"detail": "; ".join(f"{field}: {' '.join(texts)}" for field, texts in errors.items()), "errors": errors}


def _flat(errors: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Walk DRF's nested errors as pairs of a dotted field and a sentence."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(errors, list):
        for inner in errors:
            yield from _flat(inner, path)
    else:
        yield path, str(errors)
