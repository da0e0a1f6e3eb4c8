"""Messaging limits: Meta writes one as a number or as the name of a tier (Meta: section 9.2)."""

from __future__ import annotations

from typing import Any

from messaging.fields.change import word

TIERS = {
    50: "TIER_50",
    250: "TIER_250",
    1_000: "TIER_1K",
    2_000: "TIER_2K",
    10_000: "TIER_10K",
    100_000: "TIER_100K",
}
HEIGHTS = {name: height for height, name in enumerate([*TIERS.values(), "TIER_UNLIMITED"])}


def limit_of(value: Any) -> str:
    """Return the tier's name for a number or a name; what is neither is empty, what is unknown stays."""
    if type(value) is int:
        return TIERS.get(value, str(value)[:32])
    name = word(value)[:32]
    return TIERS.get(int(name), name) if name.isascii() and name.isdigit() else name


def is_lower(now: str, before: str) -> bool:
    """Tell whether a limit is below another; False where one of them is no tier we know."""
    return now in HEIGHTS and before in HEIGHTS and HEIGHTS[now] < HEIGHTS[before]
