"""The little of HTTP the simulator needs on top of plain ASGI."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class BadRequest(Exception):
    """The caller of the control API sent something we cannot use; the text says what."""


@dataclass(slots=True)
class Answer:
    """One complete HTTP answer."""

    body: bytes
    status: int = 200
    content_type: bytes = b"application/json; charset=UTF-8"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class Request:
    """One HTTP request read to its end."""

    __slots__ = ("_query", "_receive", "_send", "body", "headers", "method", "path", "query_string")

    def __init__(self, scope: dict, receive: Any, send: Any, body: bytes) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query_string: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.body = body
        self._receive = receive
        self._send = send
        self._query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        if self._query is None:
            self._query = dict(parse_qsl(self.query_string.decode(), keep_blank_values=True))
        return self._query

    @property
    def parts(self) -> list[str]:
        return [part for part in self.path.split("/") if part]

    @property
    def origin(self) -> str:
        return "http://" + self.headers.get(b"host", b"127.0.0.1").decode("latin-1")

    def json(self) -> dict:
        """Return the body as a JSON object; raise BadRequest for anything else."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise BadRequest("The body is not JSON.") from error
        if not isinstance(value, dict):
            raise BadRequest("The body must be a JSON object.")
        return value

    def number(self, name: str, default: int) -> int:
        """Return a whole number from the query; raise BadRequest when it is not one."""
        try:
            return int(self.query.get(name, default))
        except ValueError as error:
            raise BadRequest(f"{name} must be a whole number.") from error

    async def gone(self) -> None:
        """Wait until the caller hangs up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def hang_up(self) -> None:
        """Cut the connection without a single byte of answer."""
        # ASGI has no word for this; uvicorn's send belongs to the cycle that owns the transport.
        self._send.__self__.transport.abort()
        await self.gone()

    async def answer(self, answer: Answer) -> None:
        """Send the answer."""
        headers = [
            (b"content-type", answer.content_type),
            (b"content-length", str(len(answer.body)).encode()),
            *answer.headers,
        ]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": answer.body})


async def read_request(scope: dict, receive: Any, send: Any) -> Request:
    """Read the whole body and return the request."""
    message = await receive()
    body = message.get("body", b"")
    if message.get("more_body"):
        chunks = [body]
        while message.get("more_body"):
            message = await receive()
            chunks.append(message.get("body", b""))
        body = b"".join(chunks)
    return Request(scope, receive, send, body)


def json_answer(value: Any, status: int = 200, headers: list[tuple[bytes, bytes]] | None = None) -> Answer:
    """Return the value as a JSON answer."""
    return Answer(json.dumps(value, separators=(",", ":")).encode(), status, headers=headers or [])
