"""Who opens a socket: the person of the session cookie, read once when it opens.

Whether that session still lasts is looked at again every few seconds, with what the socket may show."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest

from accounts import second_factor
from accounts.models import User
from accounts.session_store import SessionStore


class SignedIn:
    """Put the signed-in person, or an AnonymousUser, into the scope as `user`, and their `session_key`.

    Who must set up a second factor first counts as nobody.

    Channels' own stack wraps every frame sent, to save the session with it; ours never writes one.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        key = _session_key(scope["headers"])
        user = await sync_to_async(_person_of, thread_sensitive=False)(key)
        await self.app({**scope, "user": user, "session_key": key}, receive, send)


def _person_of(session_key: str | None) -> User | AnonymousUser:
    request = HttpRequest()
    request.session = SessionStore(session_key)
    try:
        user = auth.get_user(request)
        return user if isinstance(user, User) and not second_factor.is_missing(user) else AnonymousUser()
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
