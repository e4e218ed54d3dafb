"""A product as every stage after load knows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from banner_engine.load.money import Money


@dataclass(frozen=True, slots=True)
class Product:
    """One row of a Merchant Center feed, after a market's supplemental feed.

    image is the local path of `image_link`, or None where it is http(s) (then `image_link` says
    where). cutout "no" asks for a photo card; a path names a hand-made cut-out. popularity counts
    units sold lately; sale_dates is the half-open time range in which sale_price holds.
    """

    id: str
    title: str
    image_link: str
    image: Path | None
    price: Money | None
    sale_price: Money | None = None
    sale_dates: tuple[dt.datetime, dt.datetime] | None = None
    brand: str = ""
    product_type: str = ""
    gender: str = "unisex"
    availability: str = "in_stock"
    item_group_id: str = ""
    link: str = ""
    popularity: int = 0
    repeat_purchase: bool = False
    cutout: str = "auto"
    row: int = 0

    def price_at(self, moment: dt.datetime) -> tuple[Money, Money | None]:
        """(price to pay, old price or None) at a moment. The product must have a price."""
        assert self.price is not None
        if self.sale_price is None or self.sale_price.micros >= self.price.micros:
            return self.price, None
        if self.sale_dates and not self.sale_dates[0] <= moment < self.sale_dates[1]:
            return self.price, None
        return self.sale_price, self.price

    def discount_at(self, moment: dt.datetime) -> float:
        """Share of the old price that is taken off, 0 to 1."""
        price, old = self.price_at(moment)
        return 0.0 if old is None else 1 - price.micros / old.micros
