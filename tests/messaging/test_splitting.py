"""A long text in parts: nothing lost, nothing torn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.splitting import split_text

FAMILY = "👩‍👩‍👧‍👦"
FLAGS = "🇧🇷🇵🇹🇦🇴"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("curto", ["curto"]),
        ("a" * 10, ["a" * 10]),
        ("aaaa bbbb cccc", ["aaaa bbbb", "cccc"]),
        ("aaaaaa\nbb cc dd", ["aaaaaa", "bb cc dd"]),
        ("aaaaaa\n\nb\nb b", ["aaaaaa", "b\nb b"]),
        ("Oi. Tudo bem aí", ["Oi. Tudo", "bem aí"]),
        ("Bom dia! Tudo bem", ["Bom dia!", "Tudo bem"]),
        ("a" * 25, ["a" * 10, "a" * 10, "a" * 5]),
        ("a" * 10 + "\n\n" + "b", ["a" * 10, "b"]),
        ("   \n  ", []),
    ],
)
def test_it_cuts_where_a_reader_would(text, parts):
    assert split_text(text, at_most=10) == parts


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 8 + FAMILY, "a" * 8),
        ("a" * 9 + "👍🏽", "a" * 9),
        ("a" * 9 + "e\u0301", "a" * 9),
        ("a" * 9 + "🇧🇷", "a" * 9),
        ("a" * 7 + FLAGS, "a" * 7 + "🇧🇷"),
        ("a" * 9 + "\u1112\u1161\u11ab", "a" * 9),
    ],
    ids=["family", "skin", "accent", "flag", "flags", "syllable"],
)
def test_no_letter_is_torn(text, first):
    parts = split_text(text, at_most=10)
    assert parts[0] == first
    assert "".join(parts) == text


def test_what_is_one_letter_for_ever_is_cut_all_the_same():
    assert [len(part) for part in split_text("a" + "\u0301" * 24, at_most=10)] == [10, 10, 5]


@given(st.text(st.sampled_from("aé \n.!?\u200d👍🏽🇧🇷\u0301\t"), max_size=120), st.integers(4, 30))
def test_nothing_is_lost_but_blanks_at_the_seams(text, at_most):
    parts = split_text(text, at_most=at_most)
    assert all(part.strip() and len(part) <= at_most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
