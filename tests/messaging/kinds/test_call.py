"""Calls and how they ended."""

from __future__ import annotations

import pytest

from messaging.kinds import call
from messaging.kinds.call import End


@pytest.mark.parametrize(
    ("direction", "is_ours"), [("USER_INITIATED", False), ("BUSINESS_INITIATED", True), (None, False)]
)
def test_it_reads_who_calls(direction, is_ours):
    content = call.parse({"event": "connect", "direction": direction})
    assert content == call.Call(is_ours)
    assert call.words(content) == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"status": "COMPLETED", "duration": 95, "start_time": "1", "end_time": "9"}, End(True, 95, "COMPLETED")),
        ({"status": "COMPLETED", "start_time": "1793620900", "end_time": "1793621020"}, End(True, 120, "COMPLETED")),
        ({"status": "COMPLETED"}, End(False, 0, "COMPLETED")),
        ({"status": "FAILED", "duration": 3}, End(False, 0, "FAILED")),
        ({"status": ["COMPLETED"], "duration": -5}, End(False, 0, "")),
        ({"duration": 10**30, "start_time": "b", "end_time": 5}, End(False, 0, "")),
        ({"status": "COMPLETED", "start_time": 9, "end_time": 5}, End(False, 0, "COMPLETED")),
    ],
)
def test_a_call_without_length_was_missed(raw, expected):
    assert call.parse_end(raw) == expected
