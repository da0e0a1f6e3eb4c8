"""The minutes between password and code: the session says who may still come in, and lets nobody in."""

from __future__ import annotations

import time

from django.http import HttpRequest

from accounts.models import User

KEPT_SECONDS = 300
MARK = "half_sign_in"


def begin(request: HttpRequest, user: User, *, then: str) -> None:
    """Remember who has given the right password, under a new session key, and where they want to go."""
    request.session.flush()
    request.session[MARK] = {"user": user.pk, "at": time.time(), "hash": user.get_session_auth_hash(), "then": then}


def person(request: HttpRequest) -> User | None:
    """Return who may give a code here: within five minutes, still active, the password still the same."""
    mark = request.session.get(MARK)
    if mark is None or not 0 <= time.time() - mark["at"] <= KEPT_SECONDS:
        return None
    user = User.objects.filter(pk=mark["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == mark["hash"] else None


def wanted(request: HttpRequest) -> str:
    """Return the address of ours that the person wanted to open, or an empty text."""
    return str(request.session.get(MARK, {}).get("then", ""))
