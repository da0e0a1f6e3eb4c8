"""Reading values nobody vouches for."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from messaging import values

HASH = bytes(range(32))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (HASH.hex(), HASH.hex()),
        (HASH.hex().upper(), HASH.hex()),
        (base64.b64encode(HASH).decode(), HASH.hex()),
        (base64.urlsafe_b64encode(b"\xff" * 32).decode(), "ff" * 32),
        (base64.b64encode(HASH[:31]).decode(), ""),
        (base64.b64encode(HASH).decode()[:-1], ""),
        (HASH.hex()[:-1], ""),
        ("g" * 64, ""),
        ("é" * 44, ""),
        ("", ""),
        (None, ""),
        (HASH, ""),
    ],
)
def test_a_hash_is_hexadecimal_however_it_was_written(given, expected):
    assert values.sha256(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [(0, "0"), (-7, "-7"), (True, ""), (1.0, ""), (10**39, str(10**39)), (10**40, ""), (10**5000, ""), (["a"], "")],
    ids=["0", "-7", "true", "float", "39 digits", "40 digits", "5000 digits", "list"],
)
def test_a_whole_number_is_text_too(given, expected):
    assert values.text(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1_790_000_000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        ("1790000000", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        (1_790_000_000_000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        (0, None),
        (99_999_999_999, None),
        (10**400, None),
        ("amanhã", None),
        (True, None),
        (float("inf"), None),
    ],
)
def test_a_moment_is_within_reason(given, expected):
    assert values.moment(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [(7, 7), ("7", 7), (7.0, 7), (7.5, None), (True, None), (101, None), ("x", None)]
)
def test_a_whole_number_is_one(given, expected):
    assert values.whole(given, 0, 100) == expected
