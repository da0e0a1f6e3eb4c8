"""Whose POST is it: Meta signs the raw bytes with an app secret (Meta: section 1.2)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator

import structlog
from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast

from lib.encryption import CannotDecrypt, decrypt
from numbers.models import PhoneNumber, WabaAccount

log = structlog.get_logger(__name__)

HEADER = re.compile(rb"sha256=([0-9a-f]{64})\Z")


def is_signed(body: bytes, headers: list[bytes], secrets: Iterable[bytes]) -> bool:
    """Tell whether exactly one well-formed signature was sent and one of `secrets` made it.

    Every secret is tried, in constant time each, so that time tells nothing about which one fits.
    """
    match = HEADER.match(headers[0]) if len(headers) == 1 else None
    if match is None:
        return False
    given, fits = match[1], False
    for secret in secrets:
        ours = hmac.digest(secret, body, "sha256").hex().encode()
        fits |= hmac.compare_digest(ours, given)
    return fits


def known_secrets() -> list[bytes]:
    """Return every app secret in use: the numbers', the accounts', the installation's. Raise DatabaseError."""
    secrets = [*_opened(PhoneNumber), *_opened(WabaAccount), *settings.WHATSAPP_APP_SECRETS]
    return [secret.encode() for secret in dict.fromkeys(secrets) if secret]


def _opened(model: type[PhoneNumber] | type[WabaAccount]) -> Iterator[str]:
    """The app secrets of one table; one that does not open costs only the deliveries it signs."""
    sealed = model._default_manager.exclude(app_secret="").annotate(sealed=Cast("app_secret", TextField()))
    for pk, text in sealed.values_list("pk", "sealed"):
        try:
            yield decrypt(text, bound_to=f"{model._meta.label}.app_secret")
        except CannotDecrypt:
            log.error("signatures.secret_does_not_open", model=model._meta.label, pk=pk)
