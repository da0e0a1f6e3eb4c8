"""A cart that the customer sends from our catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_noop

from messaging import values
from messaging.values import line, mapping, money, objects, whole

NAME = "order"
LABEL = gettext_noop("Order")
ICON = "cart"

MAX_ITEMS, MAX_QUANTITY = 500, 1_000_000
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order; price and total are missing where Meta gave none that can be."""

    sku: str
    quantity: int
    """0 where Meta gave none that can be."""
    price: Decimal | None
    currency: str
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Order:
    """A cart; it has a total only when every line has one, and all are in one currency."""

    items: tuple[Item, ...]
    text: str
    total: Decimal | None
    currency: str
    catalog_id: str


def parse(raw: Mapping[str, Any]) -> Order:
    """Read an order as Meta gave it; amounts are exact, totals are rounded to cents."""
    content = mapping(mapping(raw).get(NAME))
    listed = content.get("product_items")
    items = tuple(_item(item) for item in objects(listed, MAX_ITEMS))
    currencies = {item.currency for item in items}
    is_whole = isinstance(listed, list) and len(items) == len(listed)
    total = _sum(items) if is_whole and len(currencies) == 1 else None
    return Order(
        items=items,
        text=values.text(content.get("text")),
        total=total,
        currency=currencies.pop() if len(currencies) == 1 else "",
        catalog_id=line(content.get("catalog_id"), 100),
    )


def words(content: Order) -> str:
    """Return what the customer wrote along, and the products' ids."""
    return values.words((content.text, *(item.sku for item in content.items)))


def _item(given: dict[str, Any]) -> Item:
    quantity = whole(given.get("quantity"), 0, MAX_QUANTITY) or 0
    price, currency = money(given.get("item_price")), line(given.get("currency"), 3).upper()
    return Item(
        sku=line(given.get("product_retailer_id"), 100),
        quantity=quantity,
        price=price,
        currency=currency,
        total=_cents(price * quantity) if price is not None and quantity and currency else None,
    )


def _sum(items: tuple[Item, ...]) -> Decimal | None:
    totals = [item.total for item in items if item.total is not None]
    return sum(totals, Decimal(0)) if totals and len(totals) == len(items) else None


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
