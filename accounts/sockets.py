"""Who opens a socket: the person of the session cookie, read once when it opens."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import auth
from django.db import connection
from django.http import HttpRequest


class SignedIn:
    """Put the signed-in person, or an AnonymousUser, into the scope as `user`.

    Channels' own stack wraps every frame sent, to save the session with it; ours never writes one.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        user = await sync_to_async(_person_of, thread_sensitive=False)(scope["headers"])
        await self.app({**scope, "user": user}, receive, send)


def _person_of(headers: list[tuple[bytes, bytes]]) -> Any:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(_session_key(headers))
    try:
        return auth.get_user(request)
    finally:
        connection.close()


def _session_key(headers: list[tuple[bytes, bytes]]) -> str | None:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load("; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie"))
    except CookieError:
        return None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else None
