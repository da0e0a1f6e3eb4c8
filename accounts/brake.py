"""Slow down guessing, without shutting anybody out.

Every try passes one or more gates, and counts at each of them before the password is looked at, so that
many tries at once are no way around. A gate lets a few tries through at once; each further one doubles
the wait, up to a longest; each such longest wait of quiet takes one try off again. A try that is turned
away counts nowhere: hammering makes nobody's wait longer. Who proves to be right has the try given back.

PostgreSQL keeps it: it holds for any number of processes, and with Redis away. What it keeps are HMACs.

  here     account and address     anybody mistypes; nobody guesses long
  account  all unfamiliar addresses of an account together: a botnet shares one gate,
           which those who signed in before from where they are do not pass
  address  all accounts of an address together: an office mistypes, a sprayer stops
"""

from __future__ import annotations

import hmac
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Brake, FamiliarAddress
from accounts.refusals import TooManyTries

FAMILIAR_FOR = timedelta(days=90)
IPV6_NETWORK = 64
"""Bits of an IPv6 address that belong to one household or office: the rest is theirs to choose."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`free` tries at once; then `first` seconds of wait, doubled by each try up to `longest`."""

    free: int
    first: float
    longest: float

    def wait(self, weight: float, tried_at: datetime, now: datetime) -> float:
        """Return the seconds until the next try is let through, at most 0 when it is now."""
        return self._delay(weight) - (now - tried_at).total_seconds()

    def weight(self, weight: float, tried_at: datetime, now: datetime) -> float:
        """Return what is left of a weight after the quiet since."""
        return max(0.0, weight - max(0.0, (now - tried_at).total_seconds()) / self.longest)

    def _delay(self, weight: float) -> float:
        # Rounded up: a moment's quiet takes no whole try off.
        over = math.ceil(weight - 1e-9) - self.free
        return 0.0 if over < 0 else min(self.longest, self.first * 2.0 ** min(over, 20))


HERE = Policy(free=4, first=5, longest=300)
ACCOUNT = Policy(free=10, first=5, longest=120)
ADDRESS = Policy(free=50, first=2, longest=60)
CODE = Policy(free=5, first=5, longest=300)
MAIL = Policy(free=3, first=60, longest=1200)
MAIL_ADDRESS = Policy(free=10, first=30, longest=600)

LONGEST_MEMORY = timedelta(seconds=60 * max(policy.longest for policy in (HERE, ACCOUNT, ADDRESS, MAIL, MAIL_ADDRESS)))
"""After it even the heaviest gate that people reach weighs nothing worth keeping."""


@dataclass(frozen=True, slots=True)
class Gate:
    key: str
    policy: Policy


def sign_in_gates(account: str, address: str | None) -> list[Gate]:
    """Return what a password for `account` (an e-mail, known or not) passes."""
    source = _source(address)
    gates = [_gate(HERE, "here", account, source), _gate(ADDRESS, "address", source)]
    return gates if is_familiar(account, address) else [*gates, _gate(ACCOUNT, "account", account)]


def code_gates(account: str, address: str | None) -> list[Gate]:
    """Return what a code of the second factor passes: one gate for all addresses the account is new to."""
    where = _source(address) if is_familiar(account, address) else "elsewhere"
    return [_gate(CODE, "code", account, where)]


def mail_gates(account: str, address: str | None) -> list[Gate]:
    """Return what the wish for a mail with a link passes."""
    return [_gate(MAIL, "mail", account), _gate(MAIL_ADDRESS, "mail-address", _source(address))]


@transaction.atomic
def reserve(gates: Sequence[Gate]) -> None:
    """Count a try at every gate; raise TooManyTries, and count nowhere, if one of them is not open."""
    rows = _locked(gates)
    # Read after the locks: those who waited for them are not early.
    now = timezone.now()
    wait = max(gate.policy.wait(rows[gate.key].weight, rows[gate.key].tried_at, now) for gate in gates)
    if wait > 0:
        raise TooManyTries(wait)
    for gate in gates:
        row = rows[gate.key]
        row.weight, row.tried_at = gate.policy.weight(row.weight, row.tried_at, now) + 1, now
    Brake.objects.bulk_update(rows.values(), ["weight", "tried_at"])


@transaction.atomic
def give_back(gates: Sequence[Gate]) -> None:
    """Take a reserved try off again: it was right. At the gate of this account and this address nothing is left."""
    rows = _locked(gates)
    for gate in gates:
        row = rows[gate.key]
        row.weight = 0 if gate.policy in (HERE, CODE) else max(0.0, row.weight - 1)
    Brake.objects.bulk_update(rows.values(), ["weight"])


def is_familiar(account: str, address: str | None) -> bool:
    """Whether the account was signed in to from this address before."""
    since = timezone.now() - FAMILIAR_FOR
    return FamiliarAddress.objects.filter(key=_key("familiar", account, _source(address)), seen_at__gt=since).exists()


def remember(account: str, address: str | None) -> None:
    """Know this address from now on: somebody signed in from it, with all that is asked of them."""
    row = FamiliarAddress(key=_key("familiar", account, _source(address)), seen_at=timezone.now())
    FamiliarAddress.objects.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["seen_at"])


def forget() -> int:
    """Delete what weighs nothing any more and what was not seen for long; return how many rows."""
    now = timezone.now()
    light = Brake.objects.filter(tried_at__lt=now - LONGEST_MEMORY).delete()[0]
    return light + FamiliarAddress.objects.filter(seen_at__lt=now - FAMILIAR_FOR).delete()[0]


def _locked(gates: Sequence[Gate]) -> dict[str, Brake]:
    """Return the rows of the gates, locked until the transaction ends; sorted, so that nobody deadlocks."""
    keys = sorted(gate.key for gate in gates)
    # A new row weighs nothing and was tried long ago, in effect.
    Brake.objects.bulk_create([Brake(key=key) for key in keys], ignore_conflicts=True)
    return {row.key: row for row in Brake.objects.select_for_update().filter(key__in=keys).order_by("key")}


def _gate(policy: Policy, *words: str) -> Gate:
    return Gate(_key(*words), policy)


def _key(*words: str) -> str:
    # NUL ends each word: no two different lists of words make the same text.
    text = "".join(f"{word}\0" for word in ("brake", *words))
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()


def _source(address: str | None) -> str:
    """Return whom an address stands for: itself, or with IPv6 its network."""
    if address is None:
        return "unknown"
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False))
