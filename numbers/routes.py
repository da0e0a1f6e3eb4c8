"""Where facts of a delivery belong: our rows of the numbers and accounts that it names."""

from __future__ import annotations

from dataclasses import dataclass, field

from numbers.models import PhoneNumber, WabaAccount

Place = tuple[str | int, ...]
"""Where in the body of a delivery something stands; `messaging.facts.path` writes it down."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Numbers by Meta's phone_number_id, accounts by WABA id (or by portfolio, where Meta names only that)."""

    numbers: dict[str, PhoneNumber] = field(default_factory=dict)
    accounts: dict[str, WabaAccount] = field(default_factory=dict)
