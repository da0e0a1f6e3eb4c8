"""Notices of Meta's: who moves to which identities."""

from __future__ import annotations

import pytest

from messaging.kinds import system
from messaging.kinds.system import System

NEW, OLD = "5581900000011", "5581900000010"


@pytest.mark.parametrize(
    ("sender", "given", "expected"),
    [
        (
            OLD,
            {
                "type": "user_changed_number",
                "body": "Mudou",
                "wa_id": NEW,
                "user_id": "BR.2",
                "previous_user_id": "BR.1",
            },
            System("user_changed_number", "Mudou", NEW, "BR.2", "BR.1", OLD),
        ),
        (
            None,
            {"type": "user_changed_user_id", "body": "Mudou", "user_id": "BR.2", "previous_user_id": "BR.1"},
            System("user_changed_user_id", "Mudou", "", "BR.2", "BR.1", ""),
        ),
        (
            "+" + OLD,
            {"type": "customer_changed_number", "new_wa_id": NEW},
            System("customer_changed_number", "", NEW, "", "", OLD),
        ),
        (
            None,
            {"type": "customer_changed_number", "wa_id": NEW, "customer": OLD},
            System("customer_changed_number", "", NEW, "", "", OLD),
        ),
        (
            OLD,
            {"type": "user_changed_number", "wa_id": ["x"], "user_id": {}, "previous_user_id": 1.5},
            System("user_changed_number", "", "", "", "", OLD),
        ),
        (["x"], {"type": "user_changed_number", "wa_id": "BR.2"}, System("user_changed_number", "", "", "", "", "")),
    ],
)
def test_it_reads_a_move(sender, given, expected):
    content = system.parse({"from": sender, "system": given})
    assert content == expected
    assert system.words(content) == expected.body


@pytest.mark.parametrize("kind", ["customer_identity_changed", "user_did_something_new", "", None])
def test_no_other_notice_moves_anybody(kind):
    given = {
        "type": kind,
        "body": "Algo",
        "wa_id": NEW,
        "new_wa_id": NEW,
        "user_id": "BR.2",
        "previous_user_id": "BR.1",
    }
    assert system.parse({"from": OLD, "system": given}) == System(kind or "", "Algo", "", "", "", OLD)
