"""Secrets at rest: AES-256-GCM, bound to the column, with keys that rotate."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION = "v1"
NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """A stored secret does not open with any configured key, or was moved to another column."""


@lru_cache
def _keys(configured: tuple[str, ...]) -> dict[str, AESGCM]:
    keys = {}
    for entry in configured:
        name, _, encoded = entry.partition(":")
        keys[name] = AESGCM(base64.b64decode(encoded))
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: it holds '<id>:<base64 of 32 random bytes>'.")
    return keys


def encrypt(text: str, *, bound_to: str) -> str:
    """Return `text` sealed with the first configured key, readable only for the place `bound_to`."""
    keys = _keys(tuple(settings.FIELD_KEYS))
    name, key = next(iter(keys.items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + key.encrypt(nonce, text.encode(), bound_to.encode())
    return f"{VERSION}.{name}.{base64.b64encode(sealed).decode()}"


def decrypt(sealed: str, *, bound_to: str) -> str:
    """Open what `encrypt` made; raise CannotDecrypt rather than return anything doubtful."""
    try:
        version, name, encoded = sealed.split(".")
        raw = base64.b64decode(encoded, validate=True)
        key = _keys(tuple(settings.FIELD_KEYS))[name]
        if version != VERSION:
            raise ValueError(version)
        return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode()).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise CannotDecrypt(f"{bound_to} does not open with the configured FIELD_KEYS") from error


def seal_of_today() -> str:
    """Return how text begins that is sealed with the first configured key."""
    return f"{VERSION}.{next(iter(_keys(tuple(settings.FIELD_KEYS))))}."


class EncryptedTextField(models.TextField):
    """Text that is stored sealed; the empty string stays empty. Never filter on it."""

    @property
    def place(self) -> str:
        """What a value is bound to: it opens in this column only."""
        return f"{self.model._meta.label}.{self.name}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value, bound_to=self.place) if value else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value, bound_to=self.place) if value else value


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Yield every encrypted field of every model."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField) and not model._meta.proxy:
                yield field
