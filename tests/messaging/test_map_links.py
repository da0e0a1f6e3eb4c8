"""Places as people paste them."""

from __future__ import annotations

import pytest

from messaging.map_links import coordinates

PRACA = (-23.5505, -46.6333)


@pytest.mark.parametrize(
    "text",
    [
        "-23.5505, -46.6333",
        "-23,5505; -46,6333",
        "-23,5505 -46,6333",
        "https://www.google.com/maps/@-23.5505,-46.6333,17z",
        "https://www.google.com/maps/place/Pra%C3%A7a+da+S%C3%A9/@-23.0,-46.0,17z/data=!3m1!4b1!8m2!3d-23.5505!4d-46.6333",
        "https://maps.google.com/?q=-23.5505,-46.6333",
        "https://www.google.com/maps/search/?api=1&query=-23.5505%2C-46.6333",
        "https://www.openstreetmap.org/?mlat=-23.5505&mlon=-46.6333#map=17/-23.0/-46.0",
        "https://www.openstreetmap.org/#map=17/-23.5505/-46.6333",
        "https://waze.com/ul?ll=-23.5505,-46.6333&navigate=yes",
        "https://maps.apple.com/?ll=-23.5505,-46.6333",
    ],
)
def test_a_place_is_read(text: str):
    assert coordinates(text) == PRACA


@pytest.mark.parametrize(
    "text", ["", "Praça da Sé", "https://maps.app.goo.gl/AbC123", "-91, 0", "0, 181", "1", "9" * 5000, "12345, 6"]
)
def test_what_names_no_place_is_none(text: str):
    assert coordinates(text) is None
