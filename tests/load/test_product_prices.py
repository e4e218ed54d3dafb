"""What a product costs at a moment: the sale holds from its start up to, not including, its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from banner_engine.load.money import Money
from banner_engine.load.product import Product

START = dt.datetime(2026, 11, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))
END = dt.datetime(2026, 11, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))
INSTANT = dt.timedelta(microseconds=1)
PRICE, SALE = Money(200_000_000, "CNY"), Money(150_000_000, "CNY")
BOOT = Product("a", "Boot", "a.webp", None, PRICE, SALE, (START, END))


@pytest.mark.parametrize(
    ("moment", "on_sale"),
    [
        (START - INSTANT, False),
        (START, True),
        (START.astimezone(dt.UTC), True),
        (END - INSTANT, True),
        (END, False),
    ],
)
def test_the_edges_of_a_sale(moment: dt.datetime, on_sale: bool) -> None:
    assert BOOT.price_at(moment) == ((SALE, PRICE) if on_sale else (PRICE, None))
    assert BOOT.discount_at(moment) == (0.25 if on_sale else 0.0)


def test_a_sale_without_dates_always_holds() -> None:
    assert replace(BOOT, sale_dates=None).price_at(END) == (SALE, PRICE)


@pytest.mark.parametrize("sale", [None, PRICE, Money(250_000_000, "CNY")])
def test_a_sale_that_saves_nothing_is_none(sale: Money | None) -> None:
    product = replace(BOOT, sale_price=sale)
    assert product.price_at(START) == (PRICE, None)
    assert product.discount_at(START) == 0.0
