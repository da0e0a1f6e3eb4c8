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
from django.db.models.query_utils import DeferredAttribute

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


class Sealed(str):
    """A secret as it came from the database."""


class OpenedWhenRead(DeferredAttribute):
    """A row's secret: opened by who reads it and not with its row, so that one that does not open costs no other."""

    field: EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        """Return the secret; raise CannotDecrypt."""
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = decrypt(value, bound_to=self.field.place)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # Without it Python would look into the row first, and find what is sealed.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that is stored sealed; the empty string stays empty. Never filter on it."""

    descriptor_class = OpenedWhenRead

    @property
    def place(self) -> str:
        """What a value is bound to: it opens in this column only."""
        return f"{self.model._meta.label}.{self.name}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """What nobody opened is saved as it came."""
        value = model_instance.__dict__.get(self.attname)
        return value if isinstance(value, Sealed) else super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return str(value)
        value = super().get_prep_value(value)
        return encrypt(value, bound_to=self.place) if value else value

    def value_from_object(self, obj: models.Model) -> Any:
        """Forms and dumps are told nothing."""
        return ""

    def is_stored(self, obj: models.Model) -> bool:
        """Tell whether a row has a secret, without opening it."""
        return bool(obj.__dict__.get(self.attname))


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Yield every encrypted field of every model."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField) and not model._meta.proxy:
                yield field
