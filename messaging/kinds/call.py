"""A call, from its first ring (Meta: section 5.5). Its end is told later, and is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from messaging.values import line, mapping, whole

NAME = "call"
LABEL = gettext_noop("Call")
ICON = "phone"

A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and which side made it."""

    is_ours: bool


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended; a call nobody took has no length."""

    was_answered: bool
    seconds: int
    status: str
    """Meta's word: COMPLETED or FAILED."""


def parse(raw: Mapping[str, Any]) -> Call:
    """Read a call as Meta gave it."""
    return Call(is_ours=mapping(raw).get("direction") == "BUSINESS_INITIATED")


def parse_end(raw: Mapping[str, Any]) -> End:
    """Read the end of a call; COMPLETED says only that nothing broke, its length says that somebody took it."""
    message = mapping(raw)
    status = line(message.get("status"), 40)
    seconds = whole(message.get("duration"), 0, A_DAY) or _between(message.get("start_time"), message.get("end_time"))
    was_answered = status != "FAILED" and seconds > 0
    return End(was_answered=was_answered, seconds=seconds if was_answered else 0, status=status)


def words(content: Call) -> str:
    """Return nothing: nobody knows what was said."""
    return ""


def _between(start: Any, end: Any) -> int:
    first, last = whole(start, 0, 2**53), whole(end, 0, 2**53)
    return min(last - first, A_DAY) if first and last else 0
