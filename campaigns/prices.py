"""What a campaign may cost: an estimate by the imported prices, or the plain word that there is none."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TextIO

from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Price

FIELDS = ("calling_code", "category", "currency", "amount", "valid_from", "source")


class BadPrices(ValueError):
    """A line of the price table is not one; says which and why."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the recipients may cost in one currency; `unpriced` are those whose price nobody imported."""

    currency: str
    amount: Decimal
    priced: int
    unpriced: int
    valid_from: date
    """The oldest date among the prices used."""
    source: str


# The longest calling code wins, then the newest price that holds by now. A BSUID (portfolio/BSUID) has no code.
ESTIMATE = """
SELECT price.currency, sum(price.amount), count(*), min(price.valid_from), string_agg(DISTINCT price.source, '; ')
FROM campaigns_recipient AS r
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (p.currency) p.currency, p.amount, p.valid_from, p.source FROM campaigns_price AS p
  WHERE p.category = %s AND p.valid_from <= %s AND starts_with(r.address, p.calling_code)
  ORDER BY p.currency, length(p.calling_code) DESC, p.valid_from DESC
) AS price
WHERE r.campaign_id = %s AND r.state = 'WAITING' AND r.address !~ '/'
GROUP BY price.currency ORDER BY price.currency
"""


def estimates(campaign: Campaign, *, waiting: int) -> list[Estimate]:
    """Return what the `waiting` recipients may cost, once for each currency there are prices in."""
    if not Price.objects.filter(category=campaign.template.category).exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, [campaign.template.category, timezone.localdate(), campaign.pk])
        return [
            Estimate(currency, amount, priced, waiting - priced, valid_from, source)
            for currency, amount, priced, valid_from, source in cursor.fetchall()
        ]


def import_prices(file: TextIO) -> int:
    """Take over a price table, all of it or nothing; return how many prices it holds. Raise BadPrices.

    A price of the same category, code, currency and date is replaced.
    """
    prices = list(_read(file))
    Price.objects.bulk_create(
        prices,
        update_conflicts=True,
        unique_fields=["category", "calling_code", "currency", "valid_from"],
        update_fields=["amount", "source"],
    )
    return len(prices)


def _read(file: TextIO) -> Iterable[Price]:
    reader = csv.DictReader(file)
    if set(reader.fieldnames or ()) != set(FIELDS):
        raise BadPrices(f"the header must be {','.join(FIELDS)}")
    for row in reader:
        try:
            yield _price({name: (row[name] or "").strip() for name in FIELDS})
        except (ValueError, InvalidOperation) as error:
            raise BadPrices(f"line {reader.line_num}: {error}") from None


def _price(row: dict[str, str]) -> Price:
    code, amount = row["calling_code"].removeprefix("+"), Decimal(row["amount"])
    if not (code.isdecimal() and code.isascii() and amount.is_finite() and amount >= 0):
        raise ValueError("calling code in digits, amount not negative")
    if len(row["currency"]) != 3 or not row["category"] or not row["source"]:
        raise ValueError("currency of three letters, category and source are needed")
    return Price(
        calling_code=code,
        category=row["category"].upper(),
        currency=row["currency"].upper(),
        amount=amount,
        valid_from=date.fromisoformat(row["valid_from"]),
        source=row["source"],
    )
