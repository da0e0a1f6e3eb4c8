"""What the verbs of numbers and accounts share: set fields, tell which of them changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from lib.encryption import CannotDecrypt
from lib.refusals import Refusal


def set_fields(row: models.Model, fields: Mapping[str, Any], *, allowed: Collection[str]) -> list[str]:
    """Set the fields of a row, unsaved; return the names of those that changed. Raise TypeError for any other name."""
    if unknown := fields.keys() - set(allowed):
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    changed = sorted(name for name, value in fields.items() if not _is(row, name, value))
    for name in changed:
        setattr(row, name, fields[name])
    return changed


def _is(row: models.Model, name: str, value: Any) -> bool:
    try:
        return bool(getattr(row, name) == value)
    except CannotDecrypt:
        return False  # what opens no more is replaced


def insert(row: models.Model, *, taken: type[Refusal]) -> None:
    """Insert a row; raise `taken` when another has its id at Meta."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise taken from error
