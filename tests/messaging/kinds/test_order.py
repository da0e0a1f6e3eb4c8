"""Orders: exact prices, rounded totals, and no total where there cannot be one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from messaging.kinds import order
from messaging.kinds.order import Item


def item(price, quantity=1, currency="BRL", sku="CAFE"):
    return {"product_retailer_id": sku, "quantity": quantity, "item_price": price, "currency": currency}


def read(*items):
    return order.parse({"order": {"catalog_id": 88, "text": "Sem açúcar", "product_items": list(items)}})


def test_it_reads_an_order():
    content = read(item(19.9, 3), item(120, 1, sku="MOEDOR"))
    assert content.items == (
        Item("CAFE", 3, Decimal("19.9"), "BRL", Decimal("59.70")),
        Item("MOEDOR", 1, Decimal("120"), "BRL", Decimal("120.00")),
    )
    assert (content.total, content.currency, content.catalog_id) == (Decimal("179.70"), "BRL", "88")
    assert order.words(content) == "Sem açúcar · CAFE · MOEDOR"


@pytest.mark.parametrize(
    ("price", "quantity", "total"),
    [
        (0.1, 3, "0.30"),
        (1.005, 1, "1.01"),
        ("79.90", "2", "159.80"),
        (0, 2, "0.00"),
        (1e9, 1_000_000, "1000000000000000.00"),
        (10**9 + 1, 1, None),
        (-1, 1, None),
        (float("nan"), 1, None),
        (float("inf"), 1, None),
        ("R$ 5", 1, None),
        ("1e999999999", 1, None),
        (True, 1, None),
        (None, 1, None),
        ([5], 1, None),
        ([10**5000], 1, None),
        (5, 0, None),
        (5, -1, None),
        (5, 1.5, None),
        (5, None, None),
        (5, 10**400, None),
    ],
    ids=range(20),
)
def test_money_is_exact_or_absent(price, quantity, total):
    content = read(item(price, quantity))
    assert str(content.items[0].total) == str(total)
    assert str(content.total) == str(total)


@pytest.mark.parametrize(
    "items",
    [
        [item(5), item(5, currency="USD")],
        [item(5), item(None)],
        [item(5), item(5, currency=None)],
        [item(5), "CAFE"],
        [item(5)] * 501,
        [],
    ],
    ids=["two currencies", "a price missing", "a currency missing", "no item", "more than are read", "none"],
)
def test_there_is_a_total_only_of_all_of_it(items):
    assert read(*items).total is None


@pytest.mark.parametrize("given", [None, [], {"product_items": {"a": 1}}, {"product_items": "x"}])
def test_an_order_may_be_anything(given):
    assert order.parse({"order": given}) == order.Order((), "", None, "", "")
