"""Phones as keys: one person, one key, whichever way Meta or people spell the number."""

from __future__ import annotations

import re

NOT_DIGITS = re.compile(r"\D")
BSUID = re.compile(r"^[A-Z]{2}\.")
NOT_OF_PHONES = re.compile(r"[^\d\s()+./-]")


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


FEWEST_DIGITS = 4
"""Of fewer digits than these nobody is found."""


def search_keys(text: str) -> list[str]:
    """Return how the canonical keys end that a person may mean by `text`; none when it is no phone.

    People leave out country and area code, put in dots and brackets, and write the ninth digit or not.
    """
    digits = NOT_DIGITS.sub("", text).lstrip("0")
    if len(digits) < FEWEST_DIGITS or NOT_OF_PHONES.search(text):
        return []
    spellings = {digits, canonical(digits)}
    if len(digits) in (10, 11):
        spellings.add(canonical(f"55{digits}"))
    return sorted(spellings)


LONGEST = 15
SHORTEST = 8
"""Digits of an international number, country and all (E.164)."""


def dialled(text: str) -> str:
    """Return the canonical key of a whole phone as a person writes it; the empty string when it is none.

    Without a plus, ten or eleven digits are a Brazilian number without its country.
    """
    digits = "".join(re.findall(r"[0-9]", text))
    if NOT_OF_PHONES.search(text) or not text.isascii() or digits.startswith("0"):
        return ""
    if "+" not in text and len(digits) in (10, 11):
        digits = f"55{digits}"
    return canonical(digits) if SHORTEST <= len(digits) <= LONGEST else ""
