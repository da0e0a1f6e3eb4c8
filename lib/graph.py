"""The Cloud API over HTTP: one request, one typed answer (reference: Graph API, Messages)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

CONNECT_TIMEOUT = 5.0
"""Seconds to open the connection; nothing was sent when it passes."""
READ_TIMEOUT = 30.0
"""Seconds to wait for the answer; the message may have been accepted when it passes."""
MAX_ANSWER_BYTES = 1_000_000
OUR_AGENT = "prosa/1"


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
    """A read from Graph failed; the text is fit to be shown to an administrator."""


@dataclass(slots=True)
class GraphClient:
    """Call Graph with one kept HTTP session; safe to share among threads."""

    base_url: str
    version: str
    connections: int = 16
    session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = requests.Session()
        # Environment proxies and ~/.netrc cost half a millisecond a call and could divert a token.
        self.session.trust_env = False
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=self.connections, max_retries=0)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

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
        try:
            response = self._request("POST", f"{phone_number_id}/messages", token, app_secret, request_id, json=payload)
        except requests.RequestException as error:
            return _failed_call(error)
        return _send_outcome(response)

    def get(self, path: str, *, token: str, app_secret: str = "", **params: str) -> dict[str, Any]:
        """Read a node or an edge; raise GraphError with Meta's own words when it refuses."""
        try:
            response = self._request("GET", path, token, app_secret, "", params=params)
        except requests.RequestException as error:
            raise GraphError(f"Graph could not be reached: {type(error).__name__}") from error
        body = _json_object(response)
        if body is None or response.status_code != 200:
            raise GraphError(_error_text(response, body))
        return body

    def _request(
        self, method: str, path: str, token: str, app_secret: str, request_id: str, **kwargs: Any
    ) -> requests.Response:
        params = dict(kwargs.pop("params", {}))
        if app_secret:
            params["appsecret_proof"] = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        headers = {"Authorization": f"Bearer {token}", "User-Agent": OUR_AGENT}
        if request_id:
            headers["X-Request-ID"] = request_id
        return self.session.request(
            method,
            f"{self.base_url}/{self.version}/{path}",
            params=params,
            headers=headers,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,
            **kwargs,
        )


def _failed_call(error: requests.RequestException) -> Outcome:
    """Tell a call that never left from one whose answer was lost."""
    name = type(error).__name__
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return NotSent(name)
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NewConnectionError | ConnectTimeoutError | SSLError):
        return NotSent(type(reason).__name__)
    return Unknown(name)


def _send_outcome(response: requests.Response) -> Outcome:
    body = _json_object(response)
    if body is None:
        return Unknown("no Graph answer", response.status_code)
    error = body.get("error")
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        return _rejection(response, error)
    wamid = _wamid(body)
    if response.status_code == 200 and wamid:
        return Accepted(wamid)
    return Unknown("answer without wamid or error", response.status_code)


def _rejection(response: requests.Response, error: dict[str, Any]) -> Rejected:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return Rejected(
        code=error["code"],
        detail=str(details or error.get("message") or "")[:500],
        http_status=response.status_code,
        trace_id=str(error.get("fbtrace_id") or "")[:64],
    )


def _wamid(body: dict[str, Any]) -> str:
    match body.get("messages"):
        case [{"id": str(wamid)}, *_] if 0 < len(wamid) <= 255:
            return wamid
    return ""


def _json_object(response: requests.Response) -> dict[str, Any] | None:
    if len(response.content) > MAX_ANSWER_BYTES:
        return None
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _error_text(response: requests.Response, body: dict[str, Any] | None) -> str:
    error = (body or {}).get("error")
    if isinstance(error, dict):
        return f"Graph answered {error.get('code')}: {error.get('message')}"
    return f"Graph answered HTTP {response.status_code}"
