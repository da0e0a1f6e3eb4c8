"""Which of our numbers Meta means, where it names one by its digits only."""

from __future__ import annotations


def is_same(one: str, other: str) -> bool:
    """Tell whether two spellings are one number: punctuation and the Brazilian ninth digit do not count."""
    return bool(_digits(one)) and _without_ninth(_digits(one)) == _without_ninth(_digits(other))


def _digits(phone: str) -> str:
    return "".join(filter(str.isascii, filter(str.isdigit, phone)))


def _without_ninth(digits: str) -> str:
    # 55, two digits of area, a nine, eight of the number: mobiles only, older accounts lack the nine.
    return digits[:4] + digits[5:] if len(digits) == 13 and digits.startswith("55") and digits[4] == "9" else digits
