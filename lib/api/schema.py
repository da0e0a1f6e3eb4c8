"""How operations are described: each with an example, and with the problems it may answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework.permissions import SAFE_METHODS

from lib.api import problems
from lib.api.bodies import Body
from lib.api.scopes import PUBLIC


class Answer(NamedTuple):
    """What a problem of one status is called, what it means, and what it may look like."""

    name: str
    meaning: str
    detail: str
    kind: str = ""
    errors: dict[str, list[str]] | None = None


REQUIRED = {"name": ["This field is required."]}
PROBLEMS = {
    400: Answer(
        "Invalid", "A field, a filter or the body is not right.", "name: This field is required.", errors=REQUIRED
    ),
    401: Answer(
        "Unauthorized",
        "There is no token, or it is not valid any more.",
        "The token is not valid, or not any more. Sign in again.",
        "problem:invalid-token",
    ),
    403: Answer(
        "Forbidden",
        "The role, or the token's scopes, do not allow it.",
        "This token lacks the scope users:write.",
        "problem:insufficient-scope",
    ),
    404: Answer("Absent", "It is not there, or not for you.", "Not found."),
    409: Answer(
        "Refused",
        "It cannot be done as things are now; nothing was changed.",
        "This is the last active administrator. Make somebody else an administrator first.",
        "refusal:last_administrator",
    ),
    413: Answer("TooLarge", "The body is larger than 256 KiB.", "The body is larger than 256 KiB."),
    415: Answer("NotJson", "The body is not `application/json`.", 'Unsupported media type "text/plain" in request.'),
    429: Answer(
        "TooFast",
        "Too many requests; `Retry-After` says when to go on.",
        "Request was throttled. Expected available in 2 seconds.",
    ),
}


def example(value: Any) -> Callable[[type], type]:
    """Give a serializer the example that its requests and answers are documented with."""
    return extend_schema_serializer(examples=[OpenApiExample("Example", value=value)])


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the schema of a problem and one response for each status, which the operations point at."""
    components = result["components"]
    components["schemas"]["Problem"] = _problem_schema()
    components["responses"] = {answer.name: _response(status, answer) for status, answer in PROBLEMS.items()}
    return result


class Schema(AutoSchema):
    """Document what every view of ours shares, so that no view has to."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status in self._problems(operation):
                reference = {"$ref": f"#/components/responses/{PROBLEMS[status].name}"}
                operation["responses"].setdefault(str(status), reference)
        return operation

    def get_summary(self) -> str | None:
        """Return the first paragraph of the docstring; `get_description` returns the rest."""
        return " ".join(super().get_description().partition("\n\n")[0].split()) or None

    def get_description(self) -> str:
        return super().get_description().partition("\n\n")[2]

    def _problems(self, operation: dict[str, Any]) -> list[int]:
        found = [401, 403, 429]
        if "requestBody" in operation:
            found += [400, 413, 415]
        if self._is_list_view():
            found += [400]
        if "{" in self.path:
            found += [404]
        if self.method not in SAFE_METHODS and self.view.scope != PUBLIC:
            found += [409]
        return sorted(found)

    def _postprocess_serializer_schema(self, schema: dict[str, Any], serializer: Any, direction: str) -> dict[str, Any]:
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)
        if isinstance(serializer, Body):
            schema["additionalProperties"] = False
        return schema


class BearerScheme(OpenApiAuthenticationExtension):
    """How the document calls the one way of being let in."""

    target_class = "accounts.authentication.Bearer"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        text = "An access token from `auth/login`, or an API token (`prosa_...`)."
        return {"type": "http", "scheme": "bearer", "description": text}


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457. `errors` has the sentences about each field; `body` stands for the whole body.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {**text, "description": "`about:blank`, or a name that starts with `urn:prosa:`."},
            "title": text,
            "status": {"type": "integer"},
            "detail": {**text, "description": "For people, in their language."},
            "errors": {"type": "object", "additionalProperties": {"type": "array", "items": text}},
        },
    }


def _response(status: int, answer: Answer) -> dict[str, Any]:
    members = {"errors": answer.errors} if answer.errors else {}
    shown = problems.document(status, kind=answer.kind, detail=answer.detail, **members)
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}
    response: dict[str, Any] = {"description": answer.meaning, "content": {problems.MEDIA_TYPE: content}}
    if header := {401: "WWW-Authenticate", 429: "Retry-After"}.get(status):
        response["headers"] = {header: {"schema": {"type": "string"}}}
    return response
