"""Keys and digests: one setting, one key for each purpose."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def key_for(purpose: str) -> bytes:
    """Return 32 bytes derived from TOKEN_KEY (or SECRET_KEY without one) for one purpose only."""
    return hmac.digest((settings.TOKEN_KEY or settings.SECRET_KEY).encode(), f"prosa {purpose}".encode(), "sha256")


def digest(text: str) -> str:
    """Return what is stored of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
