"""Presses on a template's button."""

from __future__ import annotations

import pytest

from messaging.kinds import button
from messaging.kinds.button import Button


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"payload": "CONFIRMA:7", "text": "Confirmo"}, Button("Confirmo", "CONFIRMA:7")),
        ({"payload": 7, "text": "Confirmo"}, Button("Confirmo", "7")),
        ({"payload": {"a": 1}}, Button("", "")),
        ("Confirmo", Button("", "")),
    ],
)
def test_it_reads_a_press(given, expected):
    content = button.parse({"button": given})
    assert content == expected
    assert button.words(content) == expected.text
