"""`Idempotency-Key`: the same request again gets the same answer, and nothing is done twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken, IdempotentRequest
from lib.api import problems
from lib.refusals import Refusal

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
KEPT_FOR = timedelta(days=2)
PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Made up by the caller, new for each thing to do; the same again within a day does nothing new.",
)
"""For `extend_schema(parameters=[...])`."""


class KeyReused(problems.Problem):
    """The key came before with another request."""

    status_code = status.HTTP_409_CONFLICT
    kind = "idempotency-key-reused"
    default_detail = _("This Idempotency-Key came before with another request. Make a new one.")


def once(request: Request, act: Callable[[], Response]) -> Response:
    """Answer with what `act` answers, or with what it answered to the same request before.

    What it does, and that it was done, is one commit. A refusal is an answer, too; what was wrong with the
    request (400) is not kept. Raise ValidationError without the header, KeyReused, and what `act` raises.
    """
    ours = {
        "user": request.user,
        "token": request.auth if isinstance(request.auth, ApiToken) else None,
        "key": _key(request),
    }
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotentRequest.objects.create(fingerprint=fingerprint, **ours)
        except IntegrityError:
            return _again(IdempotentRequest.objects.get(**ours), fingerprint)
        response = _answer(act)
        row.status, row.answer = response.status_code, json.loads(JSONRenderer().render(response.data))
        row.save(update_fields=["status", "answer"])
    return response


def forget_requests() -> int:
    """Forget what was asked longer ago than anybody asks again; return how many."""
    return IdempotentRequest.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _key(request: Request) -> str:
    key = request.headers.get(HEADER, "")
    if not key:
        raise ValidationError({HEADER: [_("This header is required.")]})
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise ValidationError({HEADER: [_("At most 255 printable characters of ASCII.")]})
    return key


def _fingerprint(request: Request) -> str:
    asked: list[Any] = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _answer(act: Callable[[], Response]) -> Response:
    try:
        with transaction.atomic():
            return act()
    except Refusal as refusal:
        return problems.refused(refusal)


def _again(row: IdempotentRequest, fingerprint: str) -> Response:
    if row.fingerprint != fingerprint:
        raise KeyReused
    content_type = problems.MEDIA_TYPE if row.status and row.status >= 400 else None
    headers = {"Idempotent-Replayed": "true"}
    return Response(row.answer, status=row.status, content_type=content_type, headers=headers)
