"""Whose POST is it: Meta signs the raw bytes with an app secret (Meta: section 1.2)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable

from django.conf import settings

from numbers.models import PhoneNumber, WabaAccount

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
    numbers = PhoneNumber.objects.exclude(app_secret="").values_list("app_secret", flat=True)
    accounts = WabaAccount.objects.exclude(app_secret="").values_list("app_secret", flat=True)
    secrets = [*numbers, *accounts, *settings.WHATSAPP_APP_SECRETS]
    return [secret.encode() for secret in dict.fromkeys(secrets) if secret]
