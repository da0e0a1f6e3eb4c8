"""A image, read and sent."""

from __future__ import annotations

import pytest

from messaging.facts import MediaRef
from messaging.kinds import image
from messaging.limits import Invalid

GIVEN = {"id": "4001", "mime_type": "image/x", "sha256": "ab" * 32, "caption": "Veja isto", "url": "https://x.example"}
REF = MediaRef("4001", "image/x", "ab" * 32)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GIVEN, image.Image("Veja isto", REF)),
        ({"id": 4001}, image.Image("", MediaRef("4001"))),
        ({"id": "", "caption": "Veja"}, image.Image("Veja", None)),
        ({"id": "4" * 65}, image.Image("", None)),
        ({"id": ["4001"], "caption": 3.5}, image.Image("", None)),
    ],
)
def test_it_reads(given, expected):
    content = image.parse({"type": "image", "image": given})
    assert content == expected
    assert image.words(content) == expected.caption


def test_one_too_large_for_meta_has_no_file():
    errors = [{"code": 131052, "title": "Media download error"}]
    assert image.parse({"type": "image", "errors": errors}) == image.Image("", None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"caption": "Veja"}, {"caption": "Veja"}),
        ({"caption": "a" * 1024}, {"caption": "a" * 1024}),
    ],
)
def test_it_is_sent(given, expected):
    assert image.payload(**given) == expected


def test_too_long_a_caption_is_refused():
    with pytest.raises(Invalid) as refusal:
        image.payload(caption="a" * 1025)
    assert refusal.value.field == "caption"
