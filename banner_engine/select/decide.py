"""Profiles in, decisions out: for each profile and each space that serves its locale, one choice."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from banner_engine.load.profiles import Profile
from banner_engine.select.choose import Choice, choose
from banner_engine.select.policy import Policy
from banner_engine.select.pool import Pool, Space
from banner_engine.select.score import Shelf, score


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice of a variant for one profile in one space."""

    decision_id: str
    profile: Profile
    space: Space
    choice: Choice


def decision_id(key: bytes, campaign: str, space: Space, user: str, run_id: str) -> str:
    """128 bits of HMAC-SHA256, hex: the same user is never recognisable by it, nor the same in two runs."""
    text = "\x1f".join((campaign, space.placement, f"{space.width}x{space.height}", user, run_id))
    return hmac.digest(key, text.encode(), hashlib.sha256)[:16].hex()


@dataclass(frozen=True, slots=True)
class Decider:
    """All that a choice depends on, pinned. shelves, pools: by locale; key: the campaign's secret."""

    campaign: str
    shelves: Mapping[str, Shelf]
    pools: Mapping[str, tuple[Pool, ...]]
    policy: Policy
    moment: datetime
    seed: int
    run_id: str
    key: bytes

    def decide(
        self, profiles: Sequence[Profile], locale_of: Mapping[str | None, str]
    ) -> Iterator[Decision | None]:
        """Decisions in the order of the profiles, then of the spaces; None where nothing is feasible.

        locale_of: a profile's locale → the served one.
        """
        by_locale: dict[str, list[int]] = {}
        for row, profile in enumerate(profiles):
            by_locale.setdefault(locale_of[profile.locale], []).append(row)
        chosen: list[list[tuple[Pool, Choice | None]]] = [[] for _ in profiles]
        for locale, rows in by_locale.items():
            group = [profiles[row] for row in rows]
            shelf = self.shelves[locale]
            points = score(group, shelf, self.moment)
            for pool in self.pools[locale]:
                choices = choose(group, points, shelf, pool, self.policy, self.seed)
                for row, choice in zip(rows, choices, strict=True):
                    chosen[row].append((pool, choice))
        for profile, choices_of in zip(profiles, chosen, strict=True):
            for pool, choice in choices_of:
                yield None if choice is None else self._decision(profile, pool.space, choice)

    def _decision(self, profile: Profile, space: Space, choice: Choice) -> Decision:
        made = decision_id(self.key, self.campaign, space, profile.user_id, self.run_id)
        return Decision(made, profile, space, choice)
