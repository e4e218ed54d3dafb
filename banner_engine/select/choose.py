"""The choice: the policy's probabilities, one counter-based draw a request, and the logged propensity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from banner_engine.load.profiles import Profile
from banner_engine.recipe import unit_draw
from banner_engine.select.policy import Bools, Candidates, Ints, Policy
from banner_engine.select.pool import Option, Pool
from banner_engine.select.score import Scores, Shelf, best_groups


@dataclass(frozen=True, slots=True)
class Choice:
    """propensity: the summed probability of all arms that would have shown this variant."""

    option: Option
    propensity: float
    match: float
    """How well the product suits the profile beside the profile's best one, 0 to 1."""


def choose(
    profiles: Sequence[Profile], points: Scores, shelf: Shelf, pool: Pool, policy: Policy, seed: int
) -> list[Choice | None]:
    """One choice for each profile, None where nothing is feasible, or nothing that the policy would show.

    points: n × p scores of `shelf`. The draw depends on (seed, user, placement, size) only, so it is the
    same whatever the batch, the worker or the hour; a product group is a product type, and within the
    group the best-scored product is shown.
    """
    columns = best_groups(points, shelf)
    n, groups = columns.shape
    offered = {int(c): pool.options(shelf.products[c]) for c in np.unique(columns) if c >= 0}
    arms = max((len(options) for options in offered.values()), default=0)
    if not arms:
        return [None] * n
    themes = tuple(sorted({o.combination.theme for options in offered.values() for o in options}))
    variants: dict[str, int] = {}
    # one row of arms for each offered product, and a last row without arms for "no product"
    row_of = np.full(len(shelf.products) + 1, len(offered), dtype=np.int64)
    valid_of = np.zeros((len(offered) + 1, arms), dtype=bool)
    theme_of = np.zeros((len(offered) + 1, arms), dtype=np.int64)
    variant_of = np.full((len(offered) + 1, arms), -1, dtype=np.int64)
    flat: list[tuple[Option, ...]] = []
    for row, (column, options) in enumerate(offered.items()):
        row_of[column] = row
        flat.append(options)
        for arm, option in enumerate(options):
            valid_of[row, arm] = True
            theme_of[row, arm] = themes.index(option.combination.theme)
            variant_of[row, arm] = variants.setdefault(option.variant_id, len(variants))
    rows = row_of[columns]
    shape = (n, groups * arms)
    candidates = Candidates(
        valid=valid_of[rows].reshape(shape),
        group=np.repeat(np.arange(groups), arms),
        theme=theme_of[rows].reshape(shape),
        themes=themes,
    )
    probabilities = policy.probabilities(candidates)
    space = pool.space
    size = f"{space.width}x{space.height}"
    draws = np.array([unit_draw(seed, p.user_id, space.placement, size) for p in profiles])
    cumulative = probabilities.cumsum(axis=1)
    # the last arm that may be drawn takes what rounding left of the interval
    chosen = np.minimum((cumulative <= draws[:, None]).sum(axis=1), _last(probabilities > 0))
    variant = variant_of[rows].reshape(shape)
    same = variant == variant[np.arange(n), chosen][:, None]
    propensity = (probabilities * same).cumsum(axis=1)[:, -1]
    best = points[np.arange(n), np.maximum(columns[:, 0], 0)]
    out: list[Choice | None] = []
    for i in range(n):
        if not propensity[i]:
            out.append(None)
            continue
        group, arm = divmod(int(chosen[i]), arms)
        option = flat[int(rows[i, group])][arm]
        match = float(points[i, columns[i, group]]) / max(float(best[i]), 1.0)
        out.append(Choice(option, float(propensity[i]), min(max(match, 0.0), 1.0)))
    return out


def _last(flags: Bools) -> Ints:
    """The index of each row's last True (of its last column where there is none)."""
    last: Ints = flags.shape[1] - 1 - flags[:, ::-1].argmax(axis=1)
    return last
