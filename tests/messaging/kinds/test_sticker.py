"""Stickers, read and sent."""

from __future__ import annotations

import pytest

from messaging.facts import MediaRef
from messaging.kinds import sticker

HASH = "4ea0f7419" + "0" * 55


@pytest.mark.parametrize("is_animated", [True, False])
def test_it_reads_a_sticker(is_animated):
    given = {"id": "4004", "mime_type": "image/webp", "sha256": HASH, "animated": is_animated}
    content = sticker.parse({"sticker": given})
    assert content == sticker.Sticker(is_animated, MediaRef("4004", "image/webp", HASH))
    assert sticker.words(content) == ""


def test_it_is_sent():
    assert sticker.payload() == {}
