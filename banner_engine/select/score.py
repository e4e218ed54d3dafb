"""How well each product suits each profile: integers, summed in a fixed order, vectorised over profiles.

A product's score for a profile, in points (thousandths of a full affinity):

    events        purchase-intent weight × 2^(−age ÷ half-life), summed over the profile's events on it
    affinity      1000 × affinity to its product type + 600 × affinity to its brand
    price band    +300 inside, falling to 0 one band-width outside
    popularity    0 to 200 by rank of units sold, so that the cold start shows hot sellers

Integer points make the sum independent of batch size and order, so ties are ties everywhere; they go
to the smaller product id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from banner_engine.load.product import Product
from banner_engine.load.profiles import Profile

EVENT_POINTS = {"add_to_cart": 3000, "add_to_wishlist": 1800, "view_item": 700}
HALF_LIFE_DAYS = 7.0
AFFINITY_POINTS = {"product_type": 1000, "brand": 600}
BAND_POINTS, POPULARITY_POINTS = 300, 200
NEVER = np.iinfo(np.int32).min // 2
Scores = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products of one market that can be shown now, in id order, as arrays of length p."""

    products: tuple[Product, ...]
    index: dict[str, int]
    types: tuple[str, ...]
    brands: tuple[str, ...]
    type_of: npt.NDArray[np.int32]
    brand_of: npt.NDArray[np.int32]
    price: npt.NDArray[np.float64]
    popularity: Scores

    @staticmethod
    def of(products: Sequence[Product], moment: dt.datetime) -> Shelf:
        """Those in stock and priced. Raises nothing: an empty shelf has no products."""
        shown = sorted(
            (p for p in products if p.price is not None and p.availability == "in_stock"), key=lambda p: p.id
        )
        types = tuple(sorted({p.product_type for p in shown}))
        brands = tuple(sorted({p.brand for p in shown}))
        sold = sorted({p.popularity for p in shown})
        rank = {units: position for position, units in enumerate(sold)}
        top = max(len(sold) - 1, 1)
        return Shelf(
            products=tuple(shown),
            index={p.id: i for i, p in enumerate(shown)},
            types=types,
            brands=brands,
            type_of=np.array([types.index(p.product_type) for p in shown], dtype=np.int32),
            brand_of=np.array([brands.index(p.brand) for p in shown], dtype=np.int32),
            price=np.array([p.price_at(moment)[0].micros / 1e6 for p in shown], dtype=np.float64),
            popularity=np.array(
                [POPULARITY_POINTS * rank[p.popularity] // top for p in shown], dtype=np.int32
            ),
        )


def event_points(name: str, age_days: float) -> int:
    """Points of one event, halved every week."""
    decay: float = 2.0 ** (-max(age_days, 0.0) / HALF_LIFE_DAYS)
    return round(EVENT_POINTS[name] * decay)


def score(profiles: Sequence[Profile], shelf: Shelf, moment: dt.datetime) -> Scores:
    """n × p points; `NEVER` where a profile must not see a product (bought, and no repeat purchase)."""
    n, p = len(profiles), len(shelf.products)
    by_type = np.zeros((n, len(shelf.types)), dtype=np.int32)
    by_brand = np.zeros((n, len(shelf.brands)), dtype=np.int32)
    bands = np.full((n, 2), np.nan)
    types = {name: i for i, name in enumerate(shelf.types)}
    brands = {name: i for i, name in enumerate(shelf.brands)}
    events: list[tuple[int, int, int]] = []
    bought: list[tuple[int, int]] = []
    for row, profile in enumerate(profiles):
        for name, affinity in profile.types:
            if name in types:
                by_type[row, types[name]] = round(AFFINITY_POINTS["product_type"] * affinity)
        for name, affinity in profile.brands:
            if name in brands:
                by_brand[row, brands[name]] = round(AFFINITY_POINTS["brand"] * affinity)
        if profile.price_band is not None:
            bands[row] = profile.price_band
        for event in profile.events:
            column = shelf.index.get(event.item_id)
            if column is None or event.time > moment:
                continue
            if event.name == "purchase":
                if not shelf.products[column].repeat_purchase:
                    bought.append((row, column))
            else:
                age = (moment - event.time).total_seconds() / 86400
                events.append((row, column, event_points(event.name, age)))
    points = by_type[:, shelf.type_of] + by_brand[:, shelf.brand_of] + shelf.popularity
    points += band_points(bands, shelf.price)
    for row, column, value in events:
        points[row, column] += value
    for row, column in bought:
        points[row, column] = NEVER
    assert points.shape == (n, p)
    return points.astype(np.int32, copy=False)


def band_points(bands: npt.NDArray[np.float64], price: npt.NDArray[np.float64]) -> Scores:
    """n × p points for prices against (low, high) bands; rows of NaN (no band known) give 0."""
    low, high = bands[:, :1], bands[:, 1:]
    width = np.maximum(high - low, 1e-6)
    outside = np.maximum(np.maximum(low - price, price - high), 0) / width
    points = np.floor(BAND_POINTS * np.clip(1 - outside, 0, 1))
    return np.nan_to_num(points, nan=0).astype(np.int32)


def best_groups(points: Scores, shelf: Shelf, groups: int = 3) -> npt.NDArray[np.int32]:
    """n × groups product columns: the best product of each of a profile's best product types, best first.

    Ties go to the smaller product id (columns stand in id order), −1 where no product is left.
    """
    n = points.shape[0]
    count = len(shelf.types)
    best = np.full((n, count), NEVER, dtype=np.int32)
    column = np.full((n, count), -1, dtype=np.int32)
    for code in range(count):
        members = np.flatnonzero(shelf.type_of == code)
        first = points[:, members].argmax(axis=1)
        best[:, code] = points[np.arange(n), members[first]]
        column[:, code] = members[first]
    column[best == NEVER] = -1
    # order by score, then by product id: the key is exact in int64
    key = best.astype(np.int64) * (len(shelf.products) + 1) - column
    order = np.argsort(-key, axis=1, kind="stable")[:, :groups]
    picked = np.take_along_axis(column, order, axis=1)
    if picked.shape[1] < groups:
        picked = np.pad(picked, ((0, 0), (0, groups - picked.shape[1])), constant_values=-1)
    return picked.astype(np.int32)


def explain(profile: Profile, product: Product, shelf: Shelf, moment: dt.datetime) -> dict[str, int]:
    """The parts of one product's score, by name; they sum to what `score` gives."""
    column = shelf.index[product.id]
    bare = dict.fromkeys(("events", "product_type", "brand", "price_band", "popularity"), 0)
    bare["product_type"] = sum(
        round(AFFINITY_POINTS["product_type"] * a) for n, a in profile.types if n == product.product_type
    )
    bare["brand"] = sum(round(AFFINITY_POINTS["brand"] * a) for n, a in profile.brands if n == product.brand)
    if profile.price_band is not None:
        bare["price_band"] = int(
            band_points(np.array([profile.price_band]), shelf.price[column : column + 1])[0, 0]
        )
    bare["popularity"] = int(shelf.popularity[column])
    bare["events"] = sum(
        event_points(e.name, (moment - e.time).total_seconds() / 86400)
        for e in profile.events
        if e.item_id == product.id and e.name != "purchase" and e.time <= moment
    )
    return bare
