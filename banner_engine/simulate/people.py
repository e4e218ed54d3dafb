"""Made-up preference profiles for a campaign: plausible people, streamed, each a function of (seed, index).

A person has one way of being outdoors (or two), a few favourite brands, a budget, and visits to the shop
that get denser towards `as_of`. Profile i draws its random numbers from a hash of (seed, i) and a counter,
so neither the count nor the number of workers changes it.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate
from typing import Any

from banner_engine.errors import BannerError
from banner_engine.load.product import Product

COLD_START = 0.15
"""Share of profiles that hold a user_id and a locale, and nothing else."""

HISTORY_DAYS = 60.0
MEAN_AGE_DAYS = 10.0
QUIET_HOURS = 3.0
"""No visit starts later than this before as_of, so that every event of a visit lies before it."""

# Share of the people, and what they care about: product types by weight, 0 to 1. The first is the core.
_PERSONAS: dict[str, tuple[float, dict[str, float]]] = {
    "hiker": (0.20, {"Footwear": 1, "Bags": 0.7, "Trekking": 0.65, "Jackets": 0.45, "Navigation": 0.3}),
    "traveller": (0.16, {"Bags": 1, "Jackets": 0.4, "Footwear": 0.35}),
    "skier": (0.15, {"Ski/boarding": 1, "Jackets": 0.6, "Bags": 0.2}),
    "dresser": (0.14, {"Jackets": 1, "Footwear": 0.55, "Bags": 0.45}),
    "cyclist": (0.13, {"Cycling": 1, "Navigation": 0.4, "Jackets": 0.3, "Bags": 0.25}),
    "climber": (0.11, {"Climbing": 1, "Footwear": 0.45, "Bags": 0.4, "Jackets": 0.3}),
    "camper": (0.06, {"Trekking": 1, "Bags": 0.6, "Navigation": 0.4}),
    "pathfinder": (0.05, {"Navigation": 1, "Trekking": 0.35, "Cycling": 0.3, "Footwear": 0.3}),
}
_OTHER_SHARE = 0.12

Profile = dict[str, Any]


class _Draws:
    """Uniform numbers in [0, 1) from BLAKE2b of (seed, index, counter): random access, no state shared."""

    __slots__ = ("_block", "_key", "_left")

    def __init__(self, seed: int, index: int) -> None:
        self._key = f"profile:{seed}:{index}:".encode()
        self._block = 0
        self._left: list[float] = []

    def uniform(self) -> float:
        if not self._left:
            digest = blake2b(self._key + str(self._block).encode(), digest_size=64).digest()
            self._left = [(int.from_bytes(digest[k : k + 8]) >> 11) * 2.0**-53 for k in range(56, -1, -8)]
            self._block += 1
        return self._left.pop()

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.uniform()

    def chance(self, share: float) -> bool:
        return self.uniform() < share

    def pick(self, cumulative: Sequence[float]) -> int:
        """An index, by running sums of weights (not all zero)."""
        return min(bisect_right(cumulative, self.uniform() * cumulative[-1]), len(cumulative) - 1)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The products of one type that one gender would buy, with running sums of their popularity."""

    products: tuple[Product, ...]
    prices: tuple[int, ...]
    """To pay at as_of, in micros."""
    cumulative: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Market:
    """What one locale sells."""

    shelves: dict[tuple[str, str], _Shelf]
    """By (product_type, gender of the buyer)."""
    brands: dict[str, tuple[str, ...]]
    """By product_type."""
    prices: dict[str, tuple[int, ...]]
    """By product_type, sorted, in micros."""
    personas: tuple[dict[str, float], ...]
    cumulative: tuple[float, ...]


def sample_profiles(
    products: Mapping[str, Sequence[Product]], count: int, seed: int, as_of: dt.datetime, *, start: int = 0
) -> Iterator[Profile]:
    """Profiles `start` to `start + count - 1`, one at a time, in flat memory.

    products: for each locale, the products as its market sells them (prices in its currency). A profile is
    JSON-ready: {user_id, locale, affinities: {product_type: {name: 0..1}, brand: {name: 0..1}},
    price_band: [low, high] in whole units of the market's currency, events: [{name, item_id, time}]}, with
    events in GA4's names, oldest first, before as_of; a cold start has user_id and locale alone.

    Raises BannerError where a locale has no priced product, ValueError where as_of has no time zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone")
    if not products:
        raise BannerError("no locale to sample profiles for", hint="give the campaign a market with locales")
    markets = {locale: _market(locale, of_locale, as_of) for locale, of_locale in products.items()}
    return (_profile(markets, seed, index, as_of) for index in range(start, start + count))


def _market(locale: str, products: Sequence[Product], as_of: dt.datetime) -> _Market:
    priced = [p for p in products if p.price is not None]
    if not priced:
        raise BannerError(f"no product with a price to sample profiles from in {locale}")
    types = sorted({p.product_type for p in priced})
    shelves: dict[tuple[str, str], _Shelf] = {}
    brands: dict[str, tuple[str, ...]] = {}
    prices: dict[str, tuple[int, ...]] = {}
    for name in types:
        of_type = [p for p in priced if p.product_type == name]
        brands[name] = tuple(sorted({p.brand for p in of_type if p.brand}))
        prices[name] = tuple(sorted(p.price_at(as_of)[0].micros for p in of_type))
        for gender in ("female", "male"):
            # A shelf of the other gender's things only is better than an empty one.
            fitting = [p for p in of_type if p.gender in (gender, "unisex")] or of_type
            weights = (math.sqrt(max(p.popularity, 0)) + 1 for p in fitting)
            to_pay = tuple(p.price_at(as_of)[0].micros for p in fitting)
            shelves[name, gender] = _Shelf(tuple(fitting), to_pay, tuple(accumulate(weights)))
    shares, personas = zip(*_personas(types), strict=True)
    return _Market(shelves, brands, prices, personas, tuple(accumulate(shares)))


def _personas(types: Sequence[str]) -> list[tuple[float, dict[str, float]]]:
    """(share, weight by type) of the people that fit a catalogue.

    The known ones whose core is sold; and for each type that is nobody's core someone who likes it, and its
    two neighbours in the alphabet a little, so that any catalogue has clusters.
    """
    sold = set(types)
    found = []
    cores = set()
    for share, tastes in _PERSONAS.values():
        core = next(iter(tastes))
        if core in sold:
            cores.add(core)
            found.append((share, {name: weight for name, weight in tastes.items() if name in sold}))
    for place, name in enumerate(types):
        if name not in cores:
            tastes = {types[(place + 2) % len(types)]: 0.25, types[(place + 1) % len(types)]: 0.5}
            found.append((_OTHER_SHARE, {**tastes, name: 1.0}))
    return found


def _profile(markets: Mapping[str, _Market], seed: int, index: int, as_of: dt.datetime) -> Profile:
    draws = _Draws(seed, index)
    locale = list(markets)[int(draws.uniform() * len(markets))]
    profile: Profile = {"user_id": f"s{seed}-{index:07d}", "locale": locale}
    if draws.chance(COLD_START):
        return profile
    market = markets[locale]
    gender = "female" if draws.chance(0.5) else "male"
    tastes = _tastes(market, draws)
    brands = _brands(market, tastes, draws)
    band = _price_band(market, tastes, draws)
    named = {name: weight for name, weight in tastes.items() if name}
    profile["affinities"] = {"product_type": named, "brand": brands}
    profile["price_band"] = [band[0] // 1_000_000, -(-band[1] // 1_000_000)]
    profile["events"] = _events(market, tastes, brands, band, gender, draws, as_of)
    return profile


def _tastes(market: _Market, draws: _Draws) -> dict[str, float]:
    """Affinity by type: one persona with some jitter, a quarter of the people with a second one, fainter."""
    tastes: dict[str, float] = {}
    for strength in (1.0, 0.6) if draws.chance(0.25) else (1.0,):
        for name, weight in market.personas[draws.pick(market.cumulative)].items():
            value = round(min(weight * strength * draws.between(0.7, 1.1), 1.0), 2)
            tastes[name] = max(value, tastes.get(name, 0.0))
    return dict(sorted(tastes.items()))


def _brands(market: _Market, tastes: Mapping[str, float], draws: _Draws) -> dict[str, float]:
    """Up to three brands of the types that are liked most; a third of the people care for none."""
    liked = [
        brand for name in sorted(tastes, key=lambda t: (-tastes[t], t))[:2] for brand in market.brands[name]
    ]
    if not liked or draws.chance(0.33):
        return {}
    chosen = {liked[int(draws.uniform() * len(liked))] for _ in range(1 + int(draws.uniform() * 3))}
    return {brand: round(draws.between(0.35, 1.0), 2) for brand in sorted(chosen)}


def _price_band(market: _Market, tastes: Mapping[str, float], draws: _Draws) -> tuple[int, int]:
    """Lowest and highest price in micros: half of the prices of what is liked, around a budget."""
    prices = sorted(price for name in tastes for price in market.prices[name])
    middle = draws.uniform()
    low, high = (max(min(middle + side, 1.0), 0.0) for side in (-0.25, 0.25))
    return prices[int(low * (len(prices) - 1))], prices[math.ceil(high * (len(prices) - 1))]


def _events(
    market: _Market,
    tastes: Mapping[str, float],
    brands: Mapping[str, float],
    band: tuple[int, int],
    gender: str,
    draws: _Draws,
    as_of: dt.datetime,
) -> list[dict[str, str]]:
    """One to six visits, oldest first; in each a few looks at products, some of which lead further."""
    names = list(tastes)
    by_taste = tuple(accumulate(tastes[name] ** 2 for name in names))
    bought: set[str] = set()
    events: list[tuple[dt.datetime, str, str]] = []
    ages = sorted((_age(draws) for _ in range(1 + int(6 * draws.uniform() ** 2))), reverse=True)
    for age in ages:
        time = as_of - dt.timedelta(seconds=age)
        seen: set[str] = set()
        for _ in range(1 + int(5 * draws.uniform() ** 2)):
            shelf = market.shelves[names[draws.pick(by_taste)], gender]
            product = _look(shelf, brands, band, draws)
            if product.id in seen:
                continue
            seen.add(product.id)
            for name in _funnel(product, bought, draws):
                events.append((time, name, product.id))
                time += dt.timedelta(seconds=draws.between(8, 150))
    events.sort(key=lambda event: event[0])
    return [{"name": name, "item_id": item, "time": _stamp(time)} for time, name, item in events]


def _age(draws: _Draws) -> float:
    """Seconds from a visit to as_of: exponential, cut at the length of the history."""
    within = 1 - math.exp(-HISTORY_DAYS / MEAN_AGE_DAYS)
    days = -MEAN_AGE_DAYS * math.log(1 - within * draws.uniform())
    return QUIET_HOURS * 3600 + days * 86400


def _look(shelf: _Shelf, brands: Mapping[str, float], band: tuple[int, int], draws: _Draws) -> Product:
    """Of three products drawn by popularity the one that fits brand and budget best (the first of equals)."""
    best, best_fit = -1, -1.0
    for _ in range(3):
        place = draws.pick(shelf.cumulative)
        fit = brands.get(shelf.products[place].brand, 0.0) + (band[0] <= shelf.prices[place] <= band[1])
        if fit > best_fit:
            best, best_fit = place, fit
    return shelf.products[best]


def _funnel(product: Product, bought: set[str], draws: _Draws) -> Iterator[str]:
    """GA4 event names of one look; what was bought is only looked at from then on, unless bought again."""
    yield "view_item"
    if draws.chance(0.12):
        yield "add_to_wishlist"
    if not draws.chance(0.18) or product.availability != "in_stock":
        return
    if product.id in bought and not product.repeat_purchase:
        return
    yield "add_to_cart"
    if draws.chance(0.3):
        bought.add(product.id)
        yield "purchase"


def _stamp(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
