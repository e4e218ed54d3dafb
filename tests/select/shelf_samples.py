"""Products, profiles and pools for tests of the choice: no pictures, no type, no campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.load.profiles import Event, Profile
from banner_engine.recipe import Recipe
from banner_engine.select.pool import Combination, Pool, Space

NOW = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)
TYPES = ("Bags", "Footwear", "Jackets", "Tents", "Ski/boarding")
BRANDS = ("Daybird", "Kestrel", "")


def product(product_id: str, **others: Any) -> Product:
    values: dict[str, Any] = {
        "title": f"Product {product_id}",
        "image_link": f"{product_id}.png",
        "image": None,
        "price": Money(100_000_000, "USD"),
        "product_type": "Bags",
    } | others
    return Product(product_id, **values)


def event(name: str, item: str, days_ago: float = 0) -> Event:
    return Event(name, item, NOW - dt.timedelta(days=days_ago))


def recipe_of(product: Product, one: Combination, space: Space, words: str = "") -> Recipe:
    """A recipe that differs with everything; `words` stand for the copy, the copy set's id where empty."""
    return Recipe(
        one.theme, "0" * 16, one.palette, 1, one.layout, space.width, space.height, 1,
        (product.id,), (f"picture of {product.id}",), (("headline", words or one.copy),),
        space.locale, "ltr", "", "",
    )  # fmt: skip


def space(quota: int = 1000, **others: Any) -> Space:
    values: dict[str, Any] = {
        "placement": "card", "width": 300, "height": 250, "locale": "en", "grade": "A", "quota": quota,
    } | others  # fmt: skip
    return Space(**values)


COMBINATIONS = tuple(
    Combination(theme, palette, copy, "square")
    for theme in ("double11", "lacquer", "swiss")
    for palette in ("one", "two")
    for copy in ("a", "b", "c")
)

Judge = Callable[[Product, Combination, Space], Recipe | None]


def pool(judge: Judge = recipe_of, quota: int = 1000, **others: Any) -> Pool:
    return Pool(space(quota, **others), COMBINATIONS, judge)


def affinities(names: tuple[str, ...]) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    known = st.sampled_from((*names, "Unknown"))
    return st.dictionaries(known, st.floats(0, 1), max_size=3).map(lambda found: tuple(sorted(found.items())))


ids = st.sampled_from([f"p{number:02d}" for number in range(12)])
bands = st.none() | st.tuples(st.floats(0, 300), st.floats(0, 300)).map(lambda band: (min(band), max(band)))
events = st.builds(
    event,
    st.sampled_from(["view_item", "add_to_wishlist", "add_to_cart", "purchase"]),
    ids,
    st.floats(-3, 90),
)
products = st.builds(
    lambda product_id, price, kind, brand, stock, units, again: product(
        product_id, price=price and Money(price, "USD"), product_type=kind, brand=brand,
        availability=stock, popularity=units, repeat_purchase=again,
    ),
    ids, st.none() | st.integers(1, 400_000_000), st.sampled_from(TYPES), st.sampled_from(BRANDS),
    st.sampled_from(["in_stock", "in_stock", "in_stock", "out_of_stock", "preorder"]),
    st.integers(0, 5), st.booleans(),
)  # fmt: skip
shelves = st.lists(products, min_size=1, max_size=12, unique_by=lambda one: one.id)
profiles = st.builds(
    Profile,
    user_id=st.integers(0, 10**6).map(lambda number: f"u{number}"),
    types=affinities(TYPES), brands=affinities(BRANDS), price_band=bands,
    events=st.lists(events, max_size=6).map(tuple),
)  # fmt: skip
