"""Refresh tokens: a chain in which each link is used once, and using one again ends the chain.

A link's child is derived from its text, so that whoever refreshes twice within the grace (two tabs, a lost
answer) is given the same child. Only the link's holder and our key together can make it.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import RefreshToken, TokenFamily, User
from accounts.refusals import WrongCredentials
from accounts.tokens import access
from accounts.tokens.keys import digest, key_for
from accounts.tokens.problems import InvalidToken

GRACE = timedelta(seconds=10)
KEPT = timedelta(days=7)
"""How long an expired family is kept, for whoever looks into what happened."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a sign-in or a refresh answers."""

    family: TokenFamily
    refresh: str

    @property
    def access(self) -> str:
        return access.issue(self.family)


@transaction.atomic
def begin(user: User) -> Pair:
    """Start a family for somebody who has just proven who they are; raise WrongCredentials if the proof is over."""
    # Whoever changed the password or shut the person out meanwhile has ended all families but this one.
    as_proven = User.objects.select_for_update(no_key=True).filter(pk=user.pk, password=user.password, is_active=True)
    if as_proven.first() is None:
        raise WrongCredentials
    family = TokenFamily.objects.create(
        user=user, expires_at=timezone.now() + timedelta(days=settings.TOKEN_FAMILY_DAYS)
    )
    text = secrets.token_urlsafe(32)
    RefreshToken.objects.create(digest=digest(text), family=family)
    return Pair(family, text)


def rotate(text: str) -> Pair:
    """Exchange a link for its child; raise InvalidToken, and end the family if the link was used before."""
    with transaction.atomic():
        link = _locked(text)
        now = timezone.now()
        if link.used_at is None:
            link.used_at = now
            link.save(update_fields=["used_at"])
            RefreshToken.objects.create(digest=digest(_child(text)), family=link.family)
        if now - link.used_at <= GRACE:
            return Pair(link.family, _child(text))
        _end_as_stolen(link.family)
    raise InvalidToken


def end_families(user: User) -> int:
    """End all sign-ins of a person by API, now; return how many there were."""
    return TokenFamily.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())


def family_of(text: str) -> TokenFamily | None:
    """Return the living family that a refresh token belongs to, used or not."""
    link = RefreshToken.objects.select_related("family__user").filter(digest=digest(text)).first()
    return link.family if link and link.family.is_alive else None


def delete_ended_families() -> int:
    """Delete the families that ended or expired long ago, with their links; return how many."""
    over = TokenFamily.objects.filter(expires_at__lt=timezone.now() - KEPT)
    # A family has thousands of links: one statement, before Django looks for them row by row.
    RefreshToken.objects.filter(family__in=over).delete()
    return over.delete()[0]


def _locked(text: str) -> RefreshToken:
    """Return the link of a living family, locked: of racing requests one makes the child, the others find it made."""
    link = (
        RefreshToken.objects.select_for_update(of=("self", "family"))
        .select_related("family__user")
        .filter(digest=digest(text))
        .first()
    )
    if link is None or not link.family.is_alive:
        raise InvalidToken
    return link


def _end_as_stolen(family: TokenFamily) -> None:
    family.end()
    # There are two holders, and no telling which of them is the person.
    record("refresh.reused", family.user, by=None, family=str(family.id))


def _child(text: str) -> str:
    child = hmac.digest(key_for("refresh"), text.encode(), "sha256")
    return base64.urlsafe_b64encode(child).rstrip(b"=").decode()
