"""Deletions."""

from __future__ import annotations

import pytest

from messaging.kinds import revoke


@pytest.mark.parametrize(
    ("given", "target"), [({"original_message_id": "wamid.1"}, "wamid.1"), ({}, ""), ("wamid.1", "")]
)
def test_it_reads_which_message_is_gone(given, target):
    content = revoke.parse({"revoke": given})
    assert content == revoke.Revoke(target)
    assert revoke.words(content) == ""
