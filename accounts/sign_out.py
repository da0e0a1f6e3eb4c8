"""End what a person has open: pages, and with them their sockets, and sign-ins by API."""

from __future__ import annotations

from accounts.models import Session, User
from accounts.tokens.refresh import end_families


def sign_out_everywhere(person: User, *, but: str | None = None) -> int:
    """End a person's sessions (`but` the one with this key) and API sign-ins; return how many sessions.

    Sockets look for their session every few seconds, so they close within 5.
    """
    end_families(person)
    sessions = Session.objects.filter(user=person)
    if but is not None:
        sessions = sessions.exclude(session_key=but)
    return sessions.delete()[0]
