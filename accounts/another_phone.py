"""Another phone's secret between its picture and its first code: it travels with the form, sealed, and lies nowhere."""

from __future__ import annotations

from django.core import signing

from accounts.models import User
from lib.encryption import CannotDecrypt, decrypt, encrypt

KEPT_SECONDS = 600
SALT = "accounts.another_phone"


def seal(user: User, secret: str) -> str:
    """Return what the form of a person carries, who has just given the password again."""
    return signing.dumps(encrypt(secret, bound_to=_bound_to(user)), salt=SALT)


def opened(user: User, sealed: str) -> str | None:
    """Return the secret of a form that this person was given within ten minutes, else None."""
    try:
        return decrypt(signing.loads(sealed, salt=SALT, max_age=KEPT_SECONDS), bound_to=_bound_to(user))
    except (signing.BadSignature, CannotDecrypt):
        return None


def _bound_to(user: User) -> str:
    return f"another phone of {user.pk}"
