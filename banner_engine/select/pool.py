"""What a placement may show: for each product a fixed pool of feasible combinations, found lazily."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from banner_engine.load.product import Product
from banner_engine.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Combination:
    """What the policy chooses besides the product: theme, palette, copy set and layout."""

    theme: str
    palette: str
    copy: str
    layout: str


@dataclass(frozen=True, slots=True)
class Option:
    """A combination with a product that fits, and the variant that it shows."""

    combination: Combination
    product: Product
    recipe: Recipe
    variant_id: str


@dataclass(frozen=True, slots=True)
class Space:
    """Where a variant is shown: one placement in one size for one locale."""

    placement: str
    width: int
    height: int
    locale: str
    grade: str
    quota: int
    """Combinations kept for each product, so that variants get impressions that can be read."""


Judge = Callable[[Product, Combination, Space], Recipe | None]
"""The recipe of a combination, or None where it does not fit."""


@dataclass(slots=True)
class Pool:
    """The arms of one space. The order of combinations is a hash of space, product and combination, so
    the pool is the same in every run; the first `quota` feasible ones are kept.
    """

    space: Space
    combinations: tuple[Combination, ...]
    judge: Judge
    judged: int = 0
    infeasible: int = 0
    _of: dict[str, tuple[Option, ...]] = field(default_factory=dict)

    def options(self, product: Product) -> tuple[Option, ...]:
        found = self._of.get(product.id)
        if found is None:
            found = self._of[product.id] = self._find(product)
        return found

    def _find(self, product: Product) -> tuple[Option, ...]:
        kept: list[Option] = []
        for combination in sorted(self.combinations, key=lambda c: self._rank(product, c)):
            recipe = self.judge(product, combination, self.space)
            self.judged += 1
            if recipe is None:
                self.infeasible += 1
                continue
            kept.append(Option(combination, product, recipe, recipe.variant_id))
            if len(kept) == self.space.quota:
                break
        return tuple(kept)

    def _rank(self, product: Product, combination: Combination) -> bytes:
        c, s = combination, self.space
        parts = (s.placement, s.width, s.height, s.locale, product.id, c.theme, c.palette, c.copy, c.layout)
        return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
