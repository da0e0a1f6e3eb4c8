"""JSON in, JSON out, and nothing else."""

from __future__ import annotations

import json
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, negotiation, parsers, renderers
from rest_framework.request import Request

LARGEST_BODY = 256 * 1024
"""Bytes; the longest thing anybody writes is a message of 4,096 characters."""


class BodyTooLarge(exceptions.APIException):
    status_code = 413
    default_detail = _("The body is larger than 256 KiB.")


class JSONBody(parsers.BaseParser):
    """Read a JSON body with an end to its size; what cannot be answered in JSON again is refused."""

    media_type = "application/json"
    # drf-spectacular asks a JSON parser for it.
    renderer_class = renderers.JSONRenderer

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=_refuse)
            if b"\\u" in body:
                # Half a surrogate pair is text that nothing can be written with.
                json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body is not valid JSON.")) from error
        return data


class JSONAlways(negotiation.BaseContentNegotiation):
    """Answer in JSON whatever `Accept` says: there is nothing else to choose."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        return negotiation.DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: list[Any], format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
