"""Places, read and sent."""

from __future__ import annotations

import pytest

from messaging.kinds import location
from messaging.kinds.location import Location
from messaging.limits import Invalid


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"latitude": -8.05, "longitude": -34.9}, Location(-8.05, -34.9, "", "", "")),
        (
            {
                "latitude": "-8.05",
                "longitude": 0,
                "name": " Feira\n",
                "address": "Rua 1",
                "url": "https://feira.example",
            },
            Location(-8.05, 0.0, "Feira", "Rua 1", "https://feira.example"),
        ),
        ({"latitude": 91, "longitude": 0}, Location(None, None, "", "", "")),
        ({"latitude": -8.05}, Location(None, None, "", "", "")),
        ({"latitude": float("nan"), "longitude": True}, Location(None, None, "", "", "")),
        ({"latitude": 10**400, "longitude": 1, "url": "javascript:alert(1)"}, Location(None, None, "", "", "")),
    ],
)
def test_it_reads(given, expected):
    assert location.parse({"location": given}) == expected


def test_its_words_are_name_and_address():
    assert location.words(Location(1.0, 1.0, "Feira", "Rua 1", "")) == "Feira · Rua 1"
    assert location.words(Location(1.0, 1.0, "", "Rua 1", "")) == "Rua 1"


def test_it_is_found_on_the_map():
    assert Location(-8.05, -34.9, "", "", "").map_url == (
        "https://www.openstreetmap.org/?mlat=-8.050000&mlon=-34.900000#map=17/-8.050000/-34.900000"
    )
    assert Location(1e-9, 0.0, "", "", "").map_url.startswith("https://www.openstreetmap.org/?mlat=0.000000&")
    assert Location(None, None, "", "", "").map_url == ""


def test_it_is_sent():
    assert location.payload(0, -34.9) == {"latitude": 0, "longitude": -34.9}
    sent = location.payload(-8.05, -34.9, name="Feira", address="Rua 1")
    assert sent == {"latitude": -8.05, "longitude": -34.9, "name": "Feira", "address": "Rua 1"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "name", "field"),
    [(91, 0, "", "location"), (0, -181, "", "location"), (float("nan"), 0, "", "location"), (0, 0, "a" * 1025, "name")],
)
def test_what_meta_would_refuse_is_refused(latitude, longitude, name, field):
    with pytest.raises(Invalid) as refusal:
        location.payload(latitude, longitude, name=name)
    assert refusal.value.field == field
