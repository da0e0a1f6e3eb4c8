"""Where a person is signed in: begin, use, end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import credentials
from accounts.address import client_address
from accounts.audit import record
from accounts.models import Session, User
from accounts.session_store import ends_at
from accounts.sign_out import sign_out_everywhere

AUTOMATIC = "X-Prosa-Automatic"
"""The header of what an open page asks by itself: nobody's activity."""
NOTED_EVERY = timedelta(minutes=1)
LONGEST_USER_AGENT = 300


def begin(request: HttpRequest, user: User) -> None:
    """Sign a person in who has proven who they are, under a new session key."""
    with transaction.atomic():
        # Nothing of what was before, half a sign-in of theirs or somebody else's session, goes on.
        request.session.flush()
        login(request, user)
        request.session.save()
        note_use(request, Session.objects.get(session_key=request.session.session_key))
        credentials.welcome(user, address=client_address(request), door="page")


def finish(request: HttpRequest, user: User) -> None:
    """Sign a person out here, as they asked."""
    with transaction.atomic():
        record("person.signed_out", user, by=user)
        logout(request)


def note_use(request: HttpRequest, session: Session) -> None:
    """Remember that a session is used, and from where; its idle time begins anew."""
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        seen_at=now,
        expire_date=ends_at(started_at=session.started_at, seen_at=now),
        address=client_address(request),
        user_agent=_user_agent(request),
    )


def is_worth_noting(request: HttpRequest, session: Session) -> bool:
    """Whether a request shows that somebody is there who was not known to be."""
    if AUTOMATIC in request.headers:
        return False
    return session.address is None or timezone.now() - session.seen_at >= NOTED_EVERY


def end(session: Session, *, by: User) -> None:
    """Sign out elsewhere: its pages answer with the sign-in form, its sockets close within 5 s."""
    with transaction.atomic():
        if session.delete()[0]:
            record("session.ended", by, by=by, session=str(session.handle))


def end_others(user: User, *, but: str) -> int:
    """End all of a person's sessions but this one, and their API sign-ins; return how many sessions."""
    with transaction.atomic():
        ended = sign_out_everywhere(user, but=but)
        record("session.ended", user, by=user, others=ended)
    return ended


def delete_expired() -> int:
    """Delete the sessions that are over; return how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _user_agent(request: Any) -> str:
    return request.headers.get("User-Agent", "").replace("\0", "")[:LONGEST_USER_AGENT]
