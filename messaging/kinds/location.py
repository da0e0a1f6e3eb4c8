"""A place on the map: where somebody is, or some other place they chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import values
from messaging.limits import MAX_CAPTION, Invalid, check_text
from messaging.values import line, mapping, number, web_address

NAME = "location"
LABEL = gettext_noop("Location")
ICON = "pin"

MAP = "https://www.openstreetmap.org/?mlat={0:.6f}&mlon={1:.6f}#map=17/{0:.6f}/{1:.6f}"


@dataclass(frozen=True, slots=True)
class Location:
    """A place; both coordinates are there, or neither. Only a chosen place has a name and an address."""

    latitude: float | None
    longitude: float | None
    name: str
    address: str
    url: str
    """An address of the web, or nothing."""

    @property
    def map_url(self) -> str:
        """The place on OpenStreetMap; empty without coordinates."""
        if self.latitude is None or self.longitude is None:
            return ""
        return MAP.format(self.latitude, self.longitude)


def parse(raw: Mapping[str, Any]) -> Location:
    """Read a place as Meta gave it."""
    content = mapping(mapping(raw).get(NAME))
    latitude, longitude = number(content.get("latitude"), -90, 90), number(content.get("longitude"), -180, 180)
    is_somewhere = latitude is not None and longitude is not None
    return Location(
        latitude=latitude if is_somewhere else None,
        longitude=longitude if is_somewhere else None,
        name=line(content.get("name"), 500),
        address=line(content.get("address"), 1000),
        url=web_address(content.get("url")),
    )


def words(content: Location) -> str:
    """Return the place's name and address."""
    return values.words((content.name, content.address))


def payload(latitude: float, longitude: float, *, name: str = "", address: str = "") -> dict[str, Any]:
    """Return a place to send, in degrees; raise Invalid when there is no such place."""
    if number(latitude, -90, 90) is None or number(longitude, -180, 180) is None:
        raise Invalid("location", _("There is no such place."))
    check_text("name", name, MAX_CAPTION, is_required=False)
    check_text("address", address, MAX_CAPTION, is_required=False)
    place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
    return {key: value for key, value in place.items() if value != ""}
