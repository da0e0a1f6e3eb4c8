"""Phones as keys: one person, one key, whichever way Meta or people spell the number."""

from __future__ import annotations

import re

NOT_DIGITS = re.compile(r"\D")
BSUID = re.compile(r"^[A-Z]{2}\.")


def canonical(phone: str) -> str:
    """Return the digits of `phone` with the Brazilian ninth digit put in where the number is a mobile.

    What Meta sends is never validated: accounts older than the ninth digit keep a shorter wa_id (Meta:
    section 6.6). A BSUID is no phone; raise ValueError rather than reduce it to its digits.
    """
    if BSUID.match(phone):
        raise ValueError("a BSUID is not a phone")
    digits = NOT_DIGITS.sub("", phone)
    if not digits:
        raise ValueError("a phone needs digits")
    return f"{digits[:4]}9{digits[4:]}" if _is_mobile_without_ninth_digit(digits) else digits


def _is_mobile_without_ninth_digit(digits: str) -> bool:
    # 55, two digits of area, eight of number: mobiles begin with 6 to 9, landlines with 2 to 5.
    return len(digits) == 12 and digits.startswith("55") and digits[4] in "6789"
