"""Who gets what, in microseconds: the policy's probabilities of a profile are worked out once and kept.

They depend on the best product of each of the profile's best groups and on nothing else of it, so that
profiles share them; then a decision is one draw. Draw and propensity are those of `select.choose`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from banner_engine.engine import Engine, Spaces
from banner_engine.load.profiles import Profile
from banner_engine.select.policy import Candidates, policy_of
from banner_engine.select.pool import Option, Pool, Space
from banner_engine.select.score import best_groups, score
from banner_engine.track.pauses import Paused

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Columns = tuple[int, ...]
"""The columns of a shelf's products that a profile is offered, best group first; −1 for none."""
COLD = Profile("")
"""Whom nothing is known of: what sells well is shown."""
INLINE = "inline"
"""The user_id of a profile that a request says itself: no pseudonym, which is hex."""
MOST_COLUMNS, MOST_TABLES = 100_000, 20_000


class Recent(Generic[Key, Value]):
    """At most `most` values; the one that was asked for longest ago goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, value: Value) -> None:
        self._kept[key] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, key: Key) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(frozen=True, slots=True)
class Drawn:
    """propensity: the summed probability of all arms that would have shown this variant."""

    option: Option
    propensity: float


@dataclass(frozen=True, slots=True)
class Table:
    """What may be shown, with its probabilities. edges: where each arm's share of [0, total) ends; drawn: what
    a draw of each arm gives.
    """

    options: tuple[Option, ...]
    shares: tuple[float, ...]
    edges: tuple[float, ...]
    drawn: tuple[Drawn, ...]

    @staticmethod
    def of(options: list[Option], shares: list[float]) -> Table:
        edges, total = [], 0.0
        by_variant: dict[str, float] = {}
        for option, share in zip(options, shares, strict=True):
            total += share
            edges.append(total)
            by_variant[option.variant_id] = by_variant.get(option.variant_id, 0.0) + share
        if total <= 0:
            return EMPTY
        drawn = tuple(Drawn(one, min(by_variant[one.variant_id] / total, 1.0)) for one in options)
        return Table(tuple(options), tuple(shares), tuple(edges), drawn)

    def draw(self, number: float) -> Drawn | None:
        """The arm in whose share a number of [0, 1) lies; None where there is none."""
        if not self.drawn:
            return None
        return self.drawn[min(bisect_right(self.edges, number * self.edges[-1]), len(self.drawn) - 1)]

    def without(self, shown: frozenset[str]) -> Table:
        """What is left when some variants have been drawn; shares keep their proportions."""
        kept = [
            (one, share)
            for one, share in zip(self.options, self.shares, strict=True)
            if one.variant_id not in shown
        ]
        return Table.of([one for one, _ in kept], [share for _, share in kept])


EMPTY = Table((), (), (), ())


class Desk:
    """The choices of one opened campaign. failed: variants that could not be drawn, and are no arms.

    `table` answers at once or says that arms must be found first; `find` does that, slowly, and belongs
    into the studio.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.failed: frozenset[str] = frozenset()
        self._policy = policy_of(engine.loaded.campaign.policy)
        self._shelves = engine.shelves
        self._pools = {
            (space.placement, space.width, space.height, locale): engine.pool(space)
            for locale in engine.loaded.campaign.locales
            for space in engine.spaces(Spaces(), locale)
        }
        self._found: dict[tuple[Hashable, int], tuple[Option, ...]] = {}
        self._columns: Recent[tuple[str, str], Columns] = Recent(MOST_COLUMNS)
        self._tables: Recent[tuple[int, Columns], Table] = Recent(MOST_TABLES)
        self._paused, self._without = Paused(), self.failed
        """What the tables leave out."""

    @property
    def pools(self) -> list[Pool]:
        return list(self._pools.values())

    def pool(self, placement: str, size: tuple[int, int], locale: str) -> Pool:
        return self._pools[placement, *size, locale]

    def columns(self, profile: Profile, locale: str) -> Columns:
        """What a profile is offered; kept by its pseudonym, unless a request said it INLINE."""
        kept = profile.user_id != INLINE
        found = self._columns.get((profile.user_id, locale)) if kept else None
        if found is None:
            shelf = self._shelves[locale]
            points = score([profile], shelf, self.engine.moment)
            found = tuple(best_groups(points, shelf)[0].tolist())
            if kept:
                self._columns.put((profile.user_id, locale), found)
        return found

    def forget_profiles(self) -> None:
        """Profiles have changed."""
        self._columns.clear()

    def table(self, pool: Pool, columns: Columns, paused: Paused) -> Table | None:
        """The arms and their probabilities; None where `find` has to look for arms first."""
        if paused is not self._paused or self.failed is not self._without:
            self._paused, self._without = paused, self.failed
            self._tables.clear()
        key = (id(pool), columns)
        table = self._tables.get(key)
        if table is None:
            offered = [self._found.get((pool.space, column), ()) for column in columns if column >= 0]
            if any((pool.space, column) not in self._found for column in columns if column >= 0):
                return None
            table = self._weighed(pool.space, offered, paused)
            self._tables.put(key, table)
        return table

    def find(self, pool: Pool, columns: Columns) -> None:
        """Find the arms of the products in a space, by fitting their words."""
        products = self._shelves[pool.space.locale].products
        for column in columns:
            if column >= 0 and (pool.space, column) not in self._found:
                self._found[pool.space, column] = pool.options(products[column])

    def _weighed(self, space: Space, offered: list[tuple[Option, ...]], paused: Paused) -> Table:
        arms = [(group, option) for group, options in enumerate(offered) for option in options]
        if not arms:
            return EMPTY
        themes = tuple(sorted({option.combination.theme for _, option in arms}))
        candidates = Candidates(
            valid=np.array([[self._may(space, option, paused) for _, option in arms]]),
            group=np.array([group for group, _ in arms]),
            theme=np.array([[themes.index(option.combination.theme) for _, option in arms]]),
            themes=themes,
        )
        shares = self._policy.probabilities(candidates)[0].tolist()
        kept = [(option, share) for (_, option), share in zip(arms, shares, strict=True) if share > 0]
        return Table.of([option for option, _ in kept], [share for _, share in kept])

    def _may(self, space: Space, option: Option, paused: Paused) -> bool:
        combination = option.combination
        return option.variant_id not in self.failed and not paused.holds(
            space.placement,
            variant=option.variant_id,
            theme=combination.theme,
            copy=combination.copy,
            product=option.product.id,
        )
