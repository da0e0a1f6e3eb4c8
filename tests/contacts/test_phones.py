"""One person, one key: the Brazilian ninth digit, and what is no phone."""

from __future__ import annotations

import pytest

from contacts.phones import canonical


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("5511987650001", "5511987650001"),
        ("551187650001", "5511987650001"),
        ("+55 11 8765-0001", "5511987650001"),
        ("+55 (11) 98765-0001", "5511987650001"),
        ("553161234567", "5531961234567"),
        ("558591234567", "5585991234567"),
        ("554771234567", "5547971234567"),
        ("551140020001", "551140020001"),
        ("551121234567", "551121234567"),
        ("551151234567", "551151234567"),
        ("5511940020001", "5511940020001"),
        ("14155550100", "14155550100"),
        ("351912345678", "351912345678"),
        ("541187650001", "541187650001"),
        ("55118765000", "55118765000"),
        ("08001234567", "08001234567"),
    ],
)
def test_one_key(given: str, key: str):
    assert canonical(given) == key


@pytest.mark.parametrize("given", ["BR.4820193746501928375", "US.1", "", "abc", "+"])
def test_what_is_no_phone_is_refused(given: str):
    with pytest.raises(ValueError):
        canonical(given)
