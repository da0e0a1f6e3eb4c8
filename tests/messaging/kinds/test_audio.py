"""Recordings and voice notes, read and sent."""

from __future__ import annotations

import pytest

from messaging.facts import MediaRef
from messaging.kinds import audio

REF = MediaRef("4002", "audio/ogg; codecs=opus")
GIVEN = {"id": "4002", "mime_type": "audio/ogg; codecs=opus"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"audio": GIVEN | {"voice": True}}, audio.Audio(True, REF)),
        ({"audio": GIVEN | {"voice": False}}, audio.Audio(False, REF)),
        ({"audio": GIVEN}, audio.Audio(False, REF)),
        ({"audio": GIVEN | {"voice": "no"}}, audio.Audio(False, REF)),
        ({"type": "voice", "voice": GIVEN}, audio.Audio(True, REF)),
        ({"audio": "x"}, audio.Audio(False, None)),
    ],
)
def test_it_reads(raw, expected):
    content = audio.parse(raw)
    assert content == expected
    assert audio.words(content) == ""


def test_it_is_sent():
    assert audio.payload() == {}
    assert audio.payload(is_voice=True) == {"voice": True}
