"""API tokens: long-lived keys for machines, shown once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import ApiToken, User
from accounts.permissions import SCOPES
from accounts.tokens.keys import digest
from accounts.tokens.problems import InvalidToken

START = "prosa_"
"""What tells them from access tokens, and what scanners of leaked secrets look for."""
FORM = re.compile(r"prosa_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


@transaction.atomic
def create_token(*, name: str, scopes: Iterable[str], expires_at: datetime | None, by: User) -> tuple[ApiToken, str]:
    """Make a token of `by`; return it with its text, which nobody can read again."""
    scopes = sorted(set(scopes))
    if unknown := set(scopes) - SCOPES:
        raise ValueError(f"unknown scopes: {unknown}")
    prefix = secrets.token_hex(4)
    text = f"{START}{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        owner=by, name=name, prefix=prefix, digest=digest(text), scopes=scopes, expires_at=expires_at
    )
    record("token.created", token, by=by, scopes=scopes, expires=expires_at.isoformat() if expires_at else None)
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> None:
    """End a token, now; revoking twice changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record("token.revoked", token, by=by, owner=token.owner_id)


def read(text: str) -> ApiToken:
    """Return the living token of a text; raise InvalidToken."""
    if not FORM.fullmatch(text):
        raise InvalidToken
    token = ApiToken.objects.select_related("owner__second_factor").filter(digest=digest(text)).first()
    if token is None or not token.is_alive:
        raise InvalidToken
    return token
