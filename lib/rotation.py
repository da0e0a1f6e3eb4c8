"""Seal every stored secret with the first key anew, while people go on to save new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models
from django.db.models import F
from django.db.models.functions import Cast

from lib.encryption import CannotDecrypt, EncryptedTextField, decrypt, encrypt, seal_of_today

BATCH = 500


@dataclass
class Rotation:
    """What became of one column: values sealed anew, rows whose value does not open, values still old."""

    place: str
    sealed: int = 0
    unopened: list[int] = field(default_factory=list)
    left: int = 0


def rotate(column: EncryptedTextField, *, dry_run: bool, told: Callable[[Rotation], None]) -> Rotation:
    """Seal a column's values with the first key; `told` hears of each batch. It may be stopped and run again."""
    result = Rotation(column.place)
    last: object = None
    while rows := list(_old(column, after=last)[:BATCH]):
        for pk, text in rows:
            _seal_anew(column, pk, text, result, dry_run)
        last = rows[-1][0]
        told(result)
    result.left = _old(column, after=None).count()
    return result


def _old(column: EncryptedTextField, *, after: object) -> models.QuerySet[models.Model, tuple[int, str]]:
    """The keys and sealed texts of what another key sealed, in the order of keys."""
    rows = _as_stored(column).exclude(stored="").exclude(stored=None).exclude(stored__startswith=seal_of_today())
    rows = rows.filter(pk__gt=after) if after is not None else rows
    return rows.order_by("pk").values_list("pk", "stored")


def _as_stored(column: EncryptedTextField) -> models.QuerySet[models.Model]:
    """The rows with the text as it is in the database: a cast is a column of its own, which nothing opens."""
    rows: models.QuerySet[models.Model] = column.model._base_manager.all()
    return rows.annotate(stored=Cast(F(column.name), models.TextField()))


def _seal_anew(column: EncryptedTextField, pk: int, text: str, result: Rotation, dry_run: bool) -> None:
    try:
        opened = decrypt(text, bound_to=column.place)
    except CannotDecrypt:
        result.unopened.append(pk)
        return
    if dry_run:
        result.sealed += 1
        return
    sealed = models.Value(encrypt(opened, bound_to=column.place), output_field=models.TextField())
    # Whoever saved a new secret meanwhile has sealed it already; theirs stays.
    result.sealed += _as_stored(column).filter(pk=pk, stored=text).update(**{column.name: sealed})
