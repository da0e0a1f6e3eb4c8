"""What one run of the simulator is told: addresses, secrets and its business numbers."""

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Number:
    """One business phone number as Graph shows it."""

    id: str
    display: str
    name: str

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.display))


NUMBERS = (
    Number("105551234560001", "+55 11 4002-0001", "Loja Aurora"),
    Number("105551234560002", "+55 31 4002-0002", "Loja Aurora BH"),
)


SPARE_WABA = "102938475610002"
SPARE = Number("105551234560003", "+55 21 4002-0003", "Loja Aurora Rio")
"""A second account with one number that nobody has connected yet: not verified, not registered, not subscribed."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one run; secrets come from the same variables the product reads."""

    database: Path
    webhook_url: str
    app_secret: str
    tokens: frozenset[str]
    verify_token: str
    waba_id: str
    any_number: bool = False
    latency_ms: float = 80.0
    scripted: bool = False
    address: str = "http://127.0.0.1:9100"  # where media of webhooks can be fetched
    numbers: dict[str, Number] = field(default_factory=lambda: {number.id: number for number in NUMBERS})

    def waba_of(self, phone_number_id: str) -> str:
        """Return the account that a number belongs to."""
        return SPARE_WABA if phone_number_id == SPARE.id else self.waba_id

    def numbers_of(self, waba_id: str) -> list[Number]:
        """Return the numbers of an account."""
        return list(self.numbers.values()) if waba_id == self.waba_id else [SPARE]

    def number(self, phone_number_id: str) -> Number | None:
        """Return the number with this id; with any_number an unknown numeric id becomes one."""
        known = SPARE if phone_number_id == SPARE.id else self.numbers.get(phone_number_id)
        if known or not (self.any_number and phone_number_id.isdigit()):
            return known
        display = f"+55 11 {phone_number_id[-8:-4]}-{phone_number_id[-4:]}"
        return self.numbers.setdefault(phone_number_id, Number(phone_number_id, display, "Loja Aurora"))


def from_environment(
    *, database: Path, webhook_url: str, address: str, latency_ms: float = 80.0, scripted: bool = False
) -> Config:
    """Build the settings from the command line's values and the WHATSAPP_* variables."""
    return Config(
        database=database,
        webhook_url=webhook_url,
        app_secret=_listed("WHATSAPP_APP_SECRET", "simulator-app-secret")[0],
        tokens=frozenset(_listed("WHATSAPP_TOKEN", "")),
        verify_token=os.environ.get("WHATSAPP_VERIFY_TOKEN", ""),
        waba_id=os.environ.get("WHATSAPP_WABA_ID") or "102938475610001",
        any_number=os.environ.get("SIMULATOR_ANY_NUMBER") == "1",
        latency_ms=latency_ms,
        scripted=scripted,
        address=address,
    )


def _listed(name: str, default: str) -> list[str]:
    values = [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]
    return values or ([default] if default else [])
