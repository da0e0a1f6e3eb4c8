"""Places as people paste them: a map's address, or two numbers."""

from __future__ import annotations

import re
from urllib.parse import unquote

_NUMBER = r"([-+]?\d{1,3}(?:[.,]\d+)?)"
_PAIR = re.compile(rf"{_NUMBER}\s*[,;\s]\s*{_NUMBER}")
# In the order in which they say most exactly what was meant: a pin, a question, the middle of the map.
_IN_ADDRESS = tuple(
    re.compile(pattern)
    for pattern in (
        r"!3d([-+]?\d+\.\d+)!4d([-+]?\d+\.\d+)",
        r"[?&#/](?:q|query|ll|daddr|destination|center|sll)=(?:loc:)?([-+]?\d+\.\d+),\s*([-+]?\d+\.\d+)",
        r"mlat=([-+]?\d+\.\d+)&mlon=([-+]?\d+\.\d+)",
        r"@([-+]?\d+\.\d+),([-+]?\d+\.\d+)",
        r"#map=\d+/([-+]?\d+\.\d+)/([-+]?\d+\.\d+)",
    )
)


def coordinates(text: str) -> tuple[float, float] | None:
    """Return latitude and longitude, in degrees, that a map's address or a pair of numbers names; else None.

    Short addresses name nothing: they would have to be opened.
    """
    given = unquote(text.strip())[:2000]
    found = _PAIR.fullmatch(given) or next((hit for way in _IN_ADDRESS if (hit := way.search(given))), None)
    if not found:
        return None
    latitude, longitude = (float(number.replace(",", ".")) for number in found.groups())
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
