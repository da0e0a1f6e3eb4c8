"""Who calls the API: `Authorization: Bearer` with a person's access token or a machine's API token.

No cookie counts here, so no other site can make a browser call it, and no CSRF token is needed.
"""

from __future__ import annotations

import structlog
from django.utils import timezone, translation
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import second_factor
from accounts.address import client_address
from accounts.models import ApiToken, TokenFamily, User
from accounts.tokens import access, machine
from accounts.tokens.problems import InvalidToken, SecondFactorRequired

LONGEST_HEADER = 2048

Credentials = TokenFamily | ApiToken


class Bearer(BaseAuthentication):
    """Read the token, and the person's rights as they are now: one query."""

    def authenticate(self, request: Request) -> tuple[User, Credentials] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        text = _token(header)
        user: User
        credentials: Credentials
        if text.startswith(machine.START):
            user, credentials = _by_api_token(text, request)
        else:
            user, credentials = _by_access_token(text)
        if second_factor.is_missing(user):
            raise SecondFactorRequired
        structlog.contextvars.bind_contextvars(user_id=user.pk)
        # The middleware that spoke the company's language before puts its own back after the request.
        translation.activate(user.language)
        return user, credentials

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _token(header: str) -> str:
    """Return the one token of an Authorization header; two headers come as one with a comma."""
    parts = header.split(" ")
    if len(header) > LONGEST_HEADER or len(parts) != 2 or parts[0].lower() != "bearer":
        raise InvalidToken
    return parts[1]


def _by_access_token(text: str) -> tuple[User, TokenFamily]:
    claims = access.read(text)
    families = TokenFamily.objects.select_related("user__second_factor")
    family = families.filter(pk=claims.family, user=claims.user).first()
    if family is None or not family.is_alive:
        raise InvalidToken
    return family.user, family


def _by_api_token(text: str, request: Request) -> tuple[User, ApiToken]:
    token = machine.read(text)
    token.note_use(address=client_address(request._request), at=timezone.now())
    return token.owner, token
