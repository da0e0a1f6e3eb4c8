"""The Cloud API over HTTP: one request, one typed answer (reference: Graph API, Messages)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from json import dumps
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

import certifi
import urllib3
from django.conf import settings
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from lib.multipart import FileForm

CONNECT_TIMEOUT = 5.0
"""Seconds to open the connection; nothing was sent when it passes."""
READ_TIMEOUT = 30.0
"""Seconds to wait for the answer, and for all of it; the message may have been accepted when it passes."""
UPLOAD_TIMEOUT = 300.0
"""Seconds for a file on its way: 100 MB at 2.8 Mbit/s."""
MAX_ANSWER_BYTES = 1_000_000
CHUNK_BYTES = 65_536
BEFORE_THE_REQUEST = frozenset(
    {
        "CERTIFICATE_VERIFY_FAILED",
        "NO_PROTOCOLS_AVAILABLE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)
"""OpenSSL's names of failures that only a handshake has: nothing was sent."""
OUR_AGENT = "prosa/1"
MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Graph took the message; what becomes of it comes by webhook."""

    wamid: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Graph refused: the message was not sent. `code` decides what happens next."""

    code: int
    detail: str = ""
    http_status: int = 0
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Graph keeps a file of ours, for 30 days, under an id of its own."""

    media_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request did not reach Graph: it may be tried again as it is."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether Graph took it; it must not be sent again unasked."""

    detail: str
    http_status: int = 0


Outcome = Accepted | Rejected | NotSent | Unknown


class GraphError(Exception):
    """A call about accounts and numbers failed; the text is fit to be shown to an administrator.

    `code` and `subcode` are Meta's; without a code Graph was not reached, or did not answer as Graph does.
    """

    def __init__(self, text: str, *, code: int | None = None, subcode: int | None = None, detail: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.subcode = subcode
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back: `body` is None unless it is a JSON object of bearable size."""

    http_status: int
    body: dict[str, Any] | None


@dataclass(slots=True)
class GraphClient:
    """Call Graph over kept connections; safe to share among threads.

    urllib3 without a session around it: no cookies, redirects, proxies or ~/.netrc, and half the processor's time.
    """

    base_url: str
    version: str
    connections: int = 16
    patience: float = field(default_factory=lambda: READ_TIMEOUT)
    """Seconds to wait for an answer."""
    _pool: urllib3.HTTPConnectionPool = field(init=False)

    def __post_init__(self) -> None:
        tls = {"ca_certs": certifi.where()} if self.base_url.startswith("https:") else {}
        self._pool = urllib3.connection_from_url(self.base_url, maxsize=self.connections, **tls)

    def send_message(
        self,
        phone_number_id: str,
        payload: dict[str, Any],
        *,
        token: str,
        app_secret: str = "",
        request_id: str = "",
    ) -> Outcome:
        """POST one message and say what happened to it; never raises for what the network does."""
        path = f"{phone_number_id}/messages"
        try:
            answer = self._request("POST", path, token, app_secret, request_id, json=payload)
        except HTTPError as error:
            return NotSent(_name(error)) if _never_left(error) else Unknown(_name(error))
        return _send_outcome(answer)

    def upload_media(
        self,
        phone_number_id: str,
        file: IO[bytes],
        *,
        filename: str,
        content_type: str,
        size: int,
        token: str,
        app_secret: str = "",
    ) -> Uploaded | Rejected | NotSent:
        """POST a file, piece by piece; nothing is sent to anybody by it, so a lost answer is NotSent."""
        fields = {"messaging_product": "whatsapp", "type": content_type}
        form = FileForm(fields, file, filename=filename, content_type=content_type, size=size)
        try:
            answer = self._request(
                "POST",
                f"{phone_number_id}/media",
                token,
                app_secret,
                "",
                form=form,
                patience=UPLOAD_TIMEOUT,
            )
        except HTTPError as error:
            return NotSent(_name(error))
        return _upload_outcome(answer)

    def get(self, path: str, *, token: str, app_secret: str = "", **params: str) -> dict[str, Any]:
        """Read a node or an edge; raise GraphError with Meta's own words when it refuses."""
        return self._told("GET", path, token, app_secret, params=params)

    def post(self, path: str, *, token: str, app_secret: str = "", **values: Any) -> dict[str, Any]:
        """Change a node or an edge, never a message; raise GraphError. It may have been done if no answer came."""
        return self._told("POST", path, token, app_secret, json=values)

    def mark_read(
        self, phone_number_id: str, wamid: str, *, token: str, app_secret: str = "", is_typing: bool = False
    ) -> None:
        """Tell a customer that their message and all before it were read, and that somebody types; raise GraphError."""
        typing = {"typing_indicator": {"type": "text"}} if is_typing else {}
        said = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid} | typing
        self.post(f"{phone_number_id}/messages", token=token, app_secret=app_secret, **said)

    def delete(self, path: str, *, token: str, app_secret: str = "", **params: str) -> dict[str, Any]:
        """Delete what the path and the params name; raise GraphError. It may have been done if no answer came."""
        return self._told("DELETE", path, token, app_secret, params=params)

    def upload_sample(self, app_id: str, content: bytes, *, kind: str, token: str, app_secret: str = "") -> str:
        """Give Graph a sample for a template's header and return its handle; raise GraphError (Meta: section 7)."""
        asked = {"file_name": "sample", "file_length": str(len(content)), "file_type": kind}
        session = self._told("POST", f"{app_id}/uploads", token, app_secret, params=asked).get("id")
        handle = self._told("POST", str(session), token, app_secret, sample=content).get("h")
        if not isinstance(handle, str) or not handle:
            raise GraphError("Graph took the sample and named no handle")
        return handle

    def _told(self, method: str, path: str, token: str, app_secret: str, **kwargs: Any) -> dict[str, Any]:
        try:
            answer = self._request(method, path, token, app_secret, "", **kwargs)
        except HTTPError as error:
            raise GraphError(f"Graph could not be reached: {_name(error)}") from error
        if answer.body is None or answer.http_status != 200:
            raise _graph_error(answer)
        return answer.body

    def _request(
        self,
        method: str,
        path: str,
        token: str,
        app_secret: str,
        request_id: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: FileForm | None = None,
        sample: bytes | None = None,
        patience: float | None = None,
    ) -> _Answer:
        """Make one request; raise urllib3's HTTPError for what the network does."""
        query = dict(params or {})
        if app_secret:
            query["appsecret_proof"] = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        headers = {"Authorization": f"Bearer {token}", "User-Agent": OUR_AGENT}
        if request_id:
            headers["X-Request-ID"] = request_id
        body: Any = form
        if form:
            headers |= {"Content-Type": form.content_type, "Content-Length": str(len(form))}
        elif sample is not None:
            # Resumable uploads know no Bearer.
            headers |= {"Authorization": f"OAuth {token}", "file_offset": "0"}
            body = sample
        elif json is not None:
            headers["Content-Type"], body = "application/json", dumps(json).encode()
        # The id of an upload brings a query of its own.
        question = f"{'&' if '?' in path else '?'}{urlencode(query)}" if query else ""
        patience = patience or self.patience
        until = time.monotonic() + CONNECT_TIMEOUT + patience
        response = self._pool.urlopen(
            method,
            f"{urlsplit(self.base_url).path}/{self.version}/{path}{question}",
            body,
            headers,
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=patience),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            return _Answer(response.status, _json_object(_read(response, until)))
        finally:
            # Half-read answers give up their connection; others went back for the next call.
            response.close()


def client(*, patience: float = READ_TIMEOUT) -> GraphClient:
    """Return the client of this process for what settings say Graph is; sending has its own."""
    return _client(settings.GRAPH_BASE_URL, settings.GRAPH_VERSION, patience)


@lru_cache(maxsize=2)
def _client(base_url: str, version: str, patience: float) -> GraphClient:
    return GraphClient(base_url, version, patience=patience)


def _never_left(error: HTTPError) -> bool:
    """Tell a call that never left from one whose answer was lost; in doubt it may have left."""
    if isinstance(error, SSLError):
        return getattr(error.args[0], "reason", "") in BEFORE_THE_REQUEST
    return isinstance(error, NewConnectionError | ConnectTimeoutError)


def _name(error: HTTPError) -> str:
    return type(error).__name__


def _read(response: urllib3.BaseHTTPResponse, until: float) -> bytes:
    """Read the body; nothing of one that is too large or drips in for too long."""
    body = b""
    # What has arrived, not a whole chunk: the clock is looked at between drops.
    while part := response.read1(CHUNK_BYTES, decode_content=True):
        body += part
        if len(body) > MAX_ANSWER_BYTES or time.monotonic() > until:
            return b""
    return body


def _send_outcome(answer: _Answer) -> Outcome:
    if answer.body is None:
        return Unknown("no Graph answer", answer.http_status)
    if rejected := _rejection(answer):
        return rejected
    wamid = _wamid(answer.body)
    if answer.http_status == 200 and wamid:
        return Accepted(wamid)
    return Unknown("answer without wamid or error", answer.http_status)


def _upload_outcome(answer: _Answer) -> Uploaded | Rejected | NotSent:
    if rejected := _rejection(answer):
        return rejected
    match (answer.body or {}).get("id"):
        case str(media_id) | int(media_id) if MEDIA_ID.fullmatch(str(media_id)):
            return Uploaded(str(media_id))
    return NotSent(f"answer without a file's id, HTTP {answer.http_status}")


def _rejection(answer: _Answer) -> Rejected | None:
    """Return Graph's "no"; None for anything else, which is then no plain answer of Graph's."""
    error = (answer.body or {}).get("error")
    if not isinstance(error, dict) or type(error.get("code")) is not int or abs(error["code"]) >= 2**31:
        return None
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return Rejected(
        code=error["code"],
        detail=_storable(details or error.get("message"))[:500],
        http_status=answer.http_status,
        trace_id=_storable(error.get("fbtrace_id"))[:64],
    )


def _wamid(body: dict[str, Any]) -> str:
    match body.get("messages"):
        case [{"id": str(wamid)}, *_] if 0 < len(wamid) <= 255 and wamid == _storable(wamid):
            return wamid
    return ""


def _storable(value: Any) -> str:
    """Text that PostgreSQL can hold: no NUL, no lone surrogates."""
    return str(value or "").encode("utf-8", "replace").decode().replace("\x00", "")


def _json_object(text: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _graph_error(answer: _Answer) -> GraphError:
    error = (answer.body or {}).get("error")
    if not isinstance(error, dict):
        return GraphError(f"Graph answered HTTP {answer.http_status}")
    data = error.get("error_data")
    detail = (data.get("details") if isinstance(data, dict) else None) or error.get("error_user_msg")
    return GraphError(
        f"Graph answered {error.get('code')}: {_storable(error.get('message'))[:300]}",
        code=_whole(error.get("code")),
        subcode=_whole(error.get("error_subcode")),
        detail=_storable(detail or error.get("message"))[:300],
    )


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None
