"""Reading values nobody vouches for: any type may stand anywhere, and each reader answers in its own type."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

MAX_WORDS = 10_000
"""Characters of what is searched and shown in one line."""
MAX_URL = 2000
MAX_AMOUNT = Decimal(1_000_000_000)
MILLISECONDS_FROM = 1_000_000_000_000
"""Timestamps at or above are milliseconds."""
YEARS = range(2009, 2101)

_LONGEST_NUMBER = 40
# They make a text read in another order than it is written: "fdp.exe" for what ends in "exe.pdf".
_TURNS_TEXT_AROUND = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def text(value: Any, limit: int = MAX_WORDS) -> str:
    """Return a text or a whole number as storable text of at most `limit` characters, else the empty string."""
    if type(value) is int and abs(value) < 10**_LONGEST_NUMBER:
        return str(value)[:limit]
    if not isinstance(value, str):
        return ""
    found = value[:limit]
    # PostgreSQL and UTF-8 hold neither NUL nor half a pair of surrogates.
    return found if found.isascii() and "\0" not in found else storable(found)


def line(value: Any, limit: int = 200) -> str:
    """Return a text as one line without spare spaces, and without marks that turn it around."""
    found = text(value, limit)
    return " ".join((found if found.isascii() else found.translate(_TURNS_TEXT_AROUND)).split())


def words(parts: Iterable[str]) -> str:
    """Join what there is of some texts, as a person would read them in one line."""
    return " · ".join(part for part in parts if part)[:MAX_WORDS]


def mapping(value: Any) -> dict[str, Any]:
    """Return an object as it is, anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any, limit: int = 100) -> list[dict[str, Any]]:
    """Return the first objects of a list, at most `limit`, without what is no object."""
    return [item for item in value if isinstance(item, dict)][:limit] if isinstance(value, list) else []


def truth(value: Any) -> bool:
    """Return whether a value says yes; only `true` and its name do."""
    return value is True or value == "true"


def number(value: Any, low: float, high: float) -> float | None:
    """Return a number or its text as a float; None when it is none or out of range (so NaN and infinity)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if low <= found <= high else None


def whole(value: Any, low: int, high: int) -> int | None:
    """Return a whole number, or its text; None when it is none or out of range."""
    found = number(value, low, high)
    return int(found) if found is not None and found.is_integer() else None


def money(value: Any) -> Decimal | None:
    """Return an amount, exactly as written; None when there is none, or a negative or absurd one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int) and abs(value) > MAX_AMOUNT:
        return None
    try:
        # The text of a float is the number that was written: 79.9 and not 79.900000000000005684.
        amount = Decimal(str(value)[:_LONGEST_NUMBER].strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= MAX_AMOUNT else None


def moment(value: Any) -> datetime | None:
    """Return one of Meta's times, seconds or milliseconds, number or text; None when it is none or absurd."""
    seconds = number(value, 0, 1e15)
    if seconds is None:
        return None
    try:
        found = datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year in YEARS else None


def web_address(value: Any) -> str:
    """Return an address only if a browser would open it as a page of the web, else the empty string."""
    address = text(value, MAX_URL + 1).strip()
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return address if is_web and len(address) <= MAX_URL and address.isprintable() and " " not in address else ""


def sha256(value: Any) -> str:
    """Return a hash in hexadecimal, given so or in base64; the empty string for anything else."""
    given = text(value, 100)
    if _HEX_SHA256.fullmatch(given):
        return given.lower()
    try:
        found = base64.b64decode(given.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return found.hex() if len(found) == 32 else ""


def error(raw: Any) -> tuple[int | None, str]:
    """Return code and words of the first error that stands on a message (Meta: section 2.8)."""
    first = next(iter(objects(mapping(raw).get("errors"), 1)), {})
    details = mapping(first.get("error_data")).get("details")
    said = (details, first.get("details"), first.get("message"), first.get("title"))
    code = first.get("code")
    return (
        whole(code, -(2**31), 2**31 - 1),
        next((found for item in said if (found := line(item, 500))), ""),
    )


def storable(value: str) -> str:
    """Return a text with NUL and lone surrogates, which PostgreSQL cannot hold, as U+FFFD."""
    clean = value.replace("\0", "\ufffd")
    return clean.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
