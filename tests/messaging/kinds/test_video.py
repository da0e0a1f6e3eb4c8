"""A video, read and sent."""

from __future__ import annotations

import pytest

from messaging.facts import MediaRef
from messaging.kinds import video
from messaging.limits import Invalid

GIVEN = {"id": "4001", "mime_type": "video/x", "sha256": "ab" * 32, "caption": "Veja isto", "url": "https://x.example"}
REF = MediaRef("4001", "video/x", "ab" * 32)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GIVEN, video.Video("Veja isto", REF)),
        ({"id": 4001}, video.Video("", MediaRef("4001"))),
        ({"id": "", "caption": "Veja"}, video.Video("Veja", None)),
        ({"id": "4" * 65}, video.Video("", None)),
        ({"id": ["4001"], "caption": 3.5}, video.Video("", None)),
    ],
)
def test_it_reads(given, expected):
    content = video.parse({"type": "video", "video": given})
    assert content == expected
    assert video.words(content) == expected.caption


def test_one_too_large_for_meta_has_no_file():
    errors = [{"code": 131052, "title": "Media download error"}]
    assert video.parse({"type": "video", "errors": errors}) == video.Video("", None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"caption": "Veja"}, {"caption": "Veja"}),
        ({"caption": "a" * 1024}, {"caption": "a" * 1024}),
    ],
)
def test_it_is_sent(given, expected):
    assert video.payload(**given) == expected


def test_too_long_a_caption_is_refused():
    with pytest.raises(Invalid) as refusal:
        video.payload(caption="a" * 1025)
    assert refusal.value.field == "caption"
