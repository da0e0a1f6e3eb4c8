"""Meta's limits, and what a person is told about them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from messaging.limits import Invalid, check_count, check_text, check_unique


@pytest.mark.parametrize(
    ("check", "given", "reason"),
    [
        (check_text, ("body", "ab", 1), "At most 1 character."),
        (check_text, ("body", "abcd", 3), "At most 3 characters."),
        (check_text, ("body", " ", 3), "Write something here."),
        (check_count, ("body", [], 1, 3), "At least 1."),
        (check_count, ("body", "abcd", 1, 3), "At most 3."),
        (check_unique, ("body", ["a", "b", "a"]), "Two of them are the same."),
    ],
)
def test_a_refusal_names_the_part_and_the_reason(check, given, reason):
    with override("en"):
        with pytest.raises(Invalid) as refusal:
            check(*given)
        assert (refusal.value.field, str(refusal.value.reason)) == ("body", reason)


def test_what_is_within_the_limits_passes():
    check_text("body", "abc", 3)
    check_text("body", "", 3, is_required=False)
    check_count("body", [1], 1, 1)
    check_unique("body", ["a", "b"])
