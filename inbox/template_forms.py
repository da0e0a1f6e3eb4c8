"""Values that a person puts into a template, as the page submits them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from accounts.models import User
from inbox.models import StagedFile
from messaging.kinds.template import Link, Place
from messaging.outgoing import OutgoingFile
from messaging.template_parts import Ask, Parts, Slot
from messaging.template_values import Given

PLACE_PARTS = ("latitude", "longitude", "name", "address")


def given_from(parts: Parts, data: Mapping[str, str], *, by: User) -> dict[str, Given]:
    """Read the value of each slot of a template; what is missing or unreadable, or a file not staged by `by`, is
    left out."""
    return dict(_given(parts, data, by))


def _given(parts: Parts, data: Mapping[str, str], by: User) -> Iterator[tuple[str, Given]]:
    for slot in parts.slots:
        said = data.get(f"value.{slot.key}", "").strip()
        if slot.ask is Ask.PLACE:
            value: Given | None = _place(slot, data)
        elif slot.ask is Ask.FILE:
            value = Link(slot.kind, said) if slot.card is not None and said else _staged(said, by)
        else:
            value = said
        if value:
            yield slot.key, value


def _staged(key: str, by: User) -> OutgoingFile | None:
    try:
        staged = StagedFile.objects.filter(key=UUID(key), by=by).first()
    except ValueError:
        return None
    return staged.outgoing if staged else None


def _place(slot: Slot, data: Mapping[str, str]) -> Place | None:
    latitude, longitude, name, address = (data.get(f"value.{slot.key}.{part}", "").strip() for part in PLACE_PARTS)
    try:
        # A comma is how Brazilians write it.
        return Place(float(latitude.replace(",", ".")), float(longitude.replace(",", ".")), name, address)
    except ValueError:
        return None
