"""A large campaign in memory: the shipped one with its products multiplied and 20 copy sets that speak of any."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from banner_engine.cache import ByteBudget, shared
from banner_engine.engine import Engine
from banner_engine.load.copysets import CopySet
from banner_engine.load.money import Money
from banner_engine.load.product import Product
from banner_engine.load.profiles import Profile, profile_of
from banner_engine.prepare import Cutout
from banner_engine.recipe import Recipe
from banner_engine.select.pool import Combination, Space
from banner_engine.shipped import shipped
from banner_engine.simulate.people import sample_profiles
from banner_engine.workshop import Workshop

AS_OF = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
LOCALE = "en-US"
PLAIN, EFFECTS = ("lacquer",), ("double11", "night-tech")
"""Shipped themes whose type is plain, and whose type has outlines, extrusion or glow."""
THEMES = (*PLAIN, *EFFECTS)

_LEADS = ("Gear up", "Head out", "Start fresh", "Climb on", "Ride far", "Go early", "Pack light", "Look up",
          "Stay out", "Step off", "Aim high", "Keep warm", "Run free", "Travel well", "Camp more", "Ski deep",
          "Roam wide", "Rest later", "Trek slow", "Chase snow")  # fmt: skip
_PLACES = ("ridge", "trail", "valley", "summit", "coast", "forest", "glacier", "canyon", "harbour", "meadow",
           "desert", "river", "island", "village", "lake", "road", "pass", "shore", "hill", "moor")  # fmt: skip
_THINGS = ("boots", "packs", "ropes", "tents", "shells", "poles", "bikes", "skis", "maps", "lamps")
_WORDS = ("GO", "OUT", "UP", "NOW", "ON", "FAR", "NEW", "WOW", "YES", "TOP")


@dataclass(frozen=True, slots=True)
class World:
    """An engine over the large campaign."""

    engine: Engine
    workshop: Workshop
    budget: ByteBudget
    products: tuple[Product, ...]

    def space(self, width: int, height: int, quota: int = 20) -> Space:
        campaign = self.engine.loaded.campaign
        placement = next(p for p in campaign.placements if (width, height) in p.sizes)
        return Space(placement.id, width, height, LOCALE, "A", quota)

    def recipe(
        self, product: Product, theme: str, copy: str, space: Space, palette: str | None = None
    ) -> Recipe | None:
        """A combination's recipe, with the theme's first palette where none is named."""
        spec = self.workshop.loaded.themes[theme]
        layout = spec.layouts_for(space.width, space.height)[0]
        combination = Combination(theme, palette or next(iter(spec.palettes)), copy, layout)
        return self.workshop.judge(product, self.engine.cutouts[product.id].picture, combination, space, "Ad")


def open_world(state: Path, products: int, budget: int) -> World:
    """The shipped campaign with `products` products (each an id, a digest and a price of its own, drawn from
    the shipped cut-outs in turn) and 20 copy sets. state: a folder for scenes. budget: bytes of all of the
    process's caches.
    """
    engine = Engine.open(shipped("examples") / "double11", as_of=AS_OF, store=state)
    own = engine.cutouts
    shelf = engine.shelves[LOCALE].products
    many: list[Product] = []
    cutouts: dict[str, Cutout] = {}
    for number in range(products):
        product, copy = shelf[number % len(shelf)], number // len(shelf)
        many.append(multiplied(product, copy))
        cutouts[many[-1].id] = renamed(own[product.id], str(copy))
    market = engine.loaded.campaign.market_of(LOCALE)
    loaded = replace(
        engine.loaded,
        products={**engine.loaded.products, market.id: tuple(many)},
        copy_sets=tuple(copy_sets(engine.loaded.copy_sets)),
    )
    large = Engine(loaded, engine.state, engine.moment)
    large.__dict__["cutouts"] = {**own, **cutouts}
    shared.clear()
    shared.resize(budget)
    by_picture = {cutout.picture: cutout for cutout in large.cutouts.values()}
    workshop = Workshop(loaded, by_picture, engine.state.scenery, engine.moment, shared)
    large.__dict__["workshop"] = workshop
    return World(large, workshop, shared, large.shelves[LOCALE].products)


def multiplied(product: Product, copy: int) -> Product:
    """The same product with another id and price."""
    more = copy * 1_000_000

    def dearer(money: Money | None) -> Money | None:
        return None if money is None else replace(money, micros=money.micros + more)

    return replace(
        product,
        id=f"{product.id}-{copy:03}",
        price=dearer(product.price),
        sale_price=dearer(product.sale_price),
    )


def renamed(cutout: Cutout, salt: str) -> Cutout:
    """The same pixels under other digests, so that nothing is found in a cache under the first ones."""

    def other(digest: str) -> str:
        return hashlib.sha256(f"{digest} {salt}".encode()).hexdigest()

    return replace(cutout, digest=other(cutout.digest), picture=other(cutout.picture))


def copy_sets(first: tuple[CopySet, ...]) -> Iterator[CopySet]:
    """20 copy sets without conditions, half with a giant number and half with a giant word."""
    for number in range(20):
        place, thing = _PLACES[number], _THINGS[number % 10]
        yield copy_set(
            f"set-{number:02}",
            badge=f"11.11 {place.title()} Days",
            headline=f"{_LEADS[number]}, {place} side",
            giant="{discount}" if number % 2 else _WORDS[number // 2],
            subline=f"All {thing} for {place} and road.",
            cta=f"Shop {thing}",
            disclaimer="November 1 – 30, while supplies last.",
        )


def copy_set(
    name: str, *, badge: str, headline: str, giant: str, subline: str, cta: str, disclaimer: str
) -> CopySet:
    texts = {"badge": badge, "headline": headline, "subline": subline, "cta": cta, "price_label": "Now",
             "disclaimer": disclaimer, "number" if giant[0] in "{-" else "word": giant}  # fmt: skip
    return CopySet.model_validate({"id": name, "text": {"en": texts}})


def new_copy(seed: int) -> Iterator[CopySet]:
    """Copy that was never seen before: every slot's text is new each time."""
    draw = random.Random(seed)
    for number in itertools.count():
        place, other = draw.choice(_PLACES), draw.choice(_PLACES)
        thing, tag = draw.choice(_THINGS), _tag(seed, number)
        yield copy_set(
            f"new-{seed}-{number}",
            badge=f"11.11 {place.title()} {tag}",
            headline=f"{draw.choice(_LEADS)}, {tag} {other}",
            giant=f"-{draw.randrange(10, 80)}%" if number % 2 else tag.upper()[:3],
            subline=f"All {thing} for {place} and {tag}.",
            cta=f"Shop {tag}",
            disclaimer=f"November 1 – {draw.randrange(2, 31)}, {tag} while supplies last.",
        )


def _tag(seed: int, number: int) -> str:
    """A short pronounceable word for a number, the same every time."""
    value = int.from_bytes(hashlib.blake2b(f"{seed} {number}".encode(), digest_size=4).digest(), "big")
    parts = []
    for letters in ("bdfgklmnprst", "aeiou") * 2:
        value, at = divmod(value, len(letters))
        parts.append(letters[at])
    return "".join(parts)


def people(world: World, count: int, seed: int) -> list[Profile]:
    """Plausible profiles of one locale, whose events name the multiplied products."""
    by_locale = {LOCALE: world.products}
    rows = sample_profiles(by_locale, count, seed, world.engine.moment)
    return [profile_of(row, number) for number, row in enumerate(rows, 1)]
