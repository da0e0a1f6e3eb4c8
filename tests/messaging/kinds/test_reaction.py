"""Reactions, read and sent."""

from __future__ import annotations

import pytest

from messaging.kinds import reaction
from messaging.limits import Invalid


@pytest.mark.parametrize(
    ("given", "emoji"),
    [
        ({"message_id": "wamid.1", "emoji": "👍🏽"}, "👍🏽"),
        ({"message_id": "wamid.1", "emoji": ""}, ""),
        ({"message_id": "wamid.1"}, ""),
        ({"message_id": "wamid.1", "emoji": ["👍"]}, ""),
        ({"message_id": "wamid.1", "emoji": "👍" * 100}, "👍" * 32),
    ],
)
def test_it_reads_a_reaction_and_its_end(given, emoji):
    content = reaction.parse({"reaction": given})
    assert content == reaction.Reaction(emoji, "wamid.1")
    assert reaction.words(content) == emoji


@pytest.mark.parametrize("emoji", ["👍", ""])
def test_it_is_sent_and_taken_away(emoji):
    assert reaction.payload("wamid.1", emoji) == {"message_id": "wamid.1", "emoji": emoji}


@pytest.mark.parametrize(("target", "emoji", "field"), [("", "👍", "target_wamid"), ("wamid.1", "a" * 33, "emoji")])
def test_what_meta_would_refuse_is_refused(target, emoji, field):
    with pytest.raises(Invalid) as refusal:
        reaction.payload(target, emoji)
    assert refusal.value.field == field
