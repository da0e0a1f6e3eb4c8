"""Access tokens: JSON Web Tokens that say for ten minutes which sign-in a request belongs to."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import NamedTuple

import jwt
from django.utils import timezone

from accounts.models import TokenFamily
from accounts.tokens.keys import key_for
from accounts.tokens.problems import InvalidToken

LIFETIME = timedelta(minutes=10)
LEEWAY = timedelta(seconds=10)
"""How far the clocks of two servers may differ."""
ALGORITHM = "HS256"
ISSUER = "prosa"
AUDIENCE = "prosa-api"
TYPE = "at+jwt"
"""The media type of access tokens (RFC 9068): no other token of ours passes for one."""
CLAIMS = ["iss", "aud", "sub", "sid", "iat", "nbf", "exp"]


class Claims(NamedTuple):
    """Whose token it is, and of which sign-in."""

    user: int
    family: uuid.UUID


def issue(family: TokenFamily) -> str:
    """Return an access token of a sign-in. It grants nothing by itself: rights are read at each request."""
    now = timezone.now()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(family.user_id),
        "sid": family.id.hex,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
    }
    return jwt.encode(claims, key_for("access"), algorithm=ALGORITHM, headers={"typ": TYPE})


def read(text: str) -> Claims:
    """Return what an access token says; raise InvalidToken unless we signed it, for this, and for now."""
    try:
        token = jwt.decode_complete(
            text,
            key_for("access"),
            # Never from the token's header: that is how "none" gets in.
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": CLAIMS, "strict_aud": True},
        )
        if token["header"].get("typ") != TYPE:
            raise InvalidToken
        return Claims(int(token["payload"]["sub"]), uuid.UUID(hex=token["payload"]["sid"]))
    except (jwt.PyJWTError, ValueError, OverflowError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidToken from error
