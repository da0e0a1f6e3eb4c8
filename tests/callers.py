"""Somebody who calls the API, with an access token of theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tokens import refresh

ABSENT = 999_999_999


class Caller:
    """Calls `/api/v1/<path>`: `Caller(owner).post("contacts", {"name": "Ana"})`."""

    def __init__(self, user: User) -> None:
        self.client = Client(headers={"authorization": f"Bearer {refresh.begin(user).access}"})

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(
            address(path), headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def post(self, path: str, body: Any = None) -> HttpResponse:
        return self._send("post", path, body)

    def patch(self, path: str, body: Any) -> HttpResponse:
        return self._send("patch", path, body)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(address(path))

    def ids(self, path: str) -> list[int]:
        """The ids of a page of a list."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return [result["id"] for result in answer.json()["results"]]

    def pages(self, path: str) -> Iterator[list[int]]:
        """The ids of a list, page by page."""
        following: str | None = path
        while following:
            answer = self.get(following).json()
            yield [result["id"] for result in answer["results"]]
            following = answer["next"]

    def queries(self, path: str) -> int:
        """How many queries a GET takes, after one that warms up."""
        assert self.get(path).status_code == 200
        with CaptureQueriesContext(connection) as taken:
            assert self.get(path).status_code == 200
        return len(taken)

    def _send(self, method: str, path: str, body: Any) -> HttpResponse:
        send: Callable[..., HttpResponse] = getattr(self.client, method)
        return send(address(path), {} if body is None else body, content_type="application/json")


def address(path: str) -> str:
    return path if re.match(r"https?://|/", path) else f"/api/v1/{path}"
