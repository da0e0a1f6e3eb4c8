"""Placeholders for files of the past."""

from __future__ import annotations

from messaging.kinds import media_placeholder


def test_there_is_nothing_in_it():
    content = media_placeholder.parse({"type": "media_placeholder", "history_context": {"status": "READ"}})
    assert content == media_placeholder.MediaPlaceholder()
    assert media_placeholder.words(content) == ""
