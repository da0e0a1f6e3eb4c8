"""A client of the API: a token on each request, JSON both ways."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

JSON = "application/json"


class Api(Client):
    """`Api(token).post("/api/v1/users", {...})`; without a token nobody is signed in."""

    def __init__(self, token: str = "", **kwargs: Any) -> None:
        super().__init__(headers={"authorization": f"Bearer {token}"} if token else None, **kwargs)

    def post(self, path: str, data: Any = None, content_type: str = JSON, **kwargs: Any):
        return self._send("POST", path, data, content_type, **kwargs)

    def patch(self, path: str, data: Any = None, content_type: str = JSON, **kwargs: Any):
        return self._send("PATCH", path, data, content_type, **kwargs)

    def put(self, path: str, data: Any = None, content_type: str = JSON, **kwargs: Any):
        return self._send("PUT", path, data, content_type, **kwargs)

    def delete(self, path: str, data: Any = None, content_type: str = JSON, **kwargs: Any):
        return self._send("DELETE", path, data, content_type, **kwargs)

    def _send(self, method: str, path: str, data: Any, content_type: str, **kwargs: Any):
        """Send `data` as JSON; text and bytes go as they are."""
        body = data if isinstance(data, str | bytes) else b"" if data is None else json.dumps(data)
        return self.generic(method, path, body, content_type, **kwargs)
