"""Edits: the words of a text, or those under a file."""

from __future__ import annotations

import pytest

from messaging.kinds import edit
from messaging.kinds.edit import Edit

TEXT = {"type": "text", "text": {"body": "Quero 4"}}
IMAGE = {"context": {"id": "M0"}, "type": "image", "image": {"id": "4001", "caption": "Este aqui"}}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (TEXT, Edit("wamid.1", "text", "Quero 4")),
        (IMAGE, Edit("wamid.1", "image", "Este aqui")),
        ({"type": "image", "image": {"id": "4001"}}, Edit("wamid.1", "image", "")),
        ({"type": ["text"], "text": {"body": "Quero 4"}}, Edit("wamid.1", "", "")),
        (None, Edit("wamid.1", "", "")),
    ],
)
def test_it_reads_the_new_words(message, expected):
    content = edit.parse({"edit": {"original_message_id": "wamid.1", "message": message}})
    assert content == expected
    assert edit.words(content) == expected.text
