"""A request becomes a decision: at once where all is warm, else when the studio has made what is missing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial

from banner_engine.errors import BannerError
from banner_engine.load.campaign import Placement
from banner_engine.load.profiles import Profile
from banner_engine.recipe import unit_draw
from banner_engine.select.decide import decision_id
from banner_engine.select.pool import Option, Pool, Space
from banner_engine.serve.desk import COLD, Drawn, Table
from banner_engine.serve.http import HttpError, Shed
from banner_engine.serve.ready import Ready
from banner_engine.serve.site import Site, View
from banner_engine.track import DecisionRecord
from banner_engine.track.tokens import token_of

TRIES = 4
"""Variants that may turn out to fit no budget before a request is given up."""
DEFAULT = "default"
"""The policy's name where overload showed what was drawn before, whatever the policy says."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for. profile: COLD where nothing is known; user: a pseudonym, None where there is none
    or none may be kept. correlator: joins an image and a click to one decision, '' for a new one each time.
    """

    placement: Placement
    size: tuple[int, int]
    locale: str
    profile: Profile = COLD
    user: str | None = None
    correlator: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and its picture's making. token: signed, for URLs. personal: preferences were known."""

    record: DecisionRecord
    ready: Ready
    option: Option
    token: str
    personal: bool


class Drawer:
    """One request's draws: the same correlator gives the same, a new request never the same id twice."""

    def __init__(self, site: Site, view: View, ask: Ask) -> None:
        self.site, self.view, self.ask = site, view, ask
        self.pool = view.desk.pool(ask.placement.id, ask.size, ask.locale)
        self.columns = view.desk.columns(ask.profile, ask.locale)
        self._seed = ask.correlator or os.urandom(16).hex()
        self._shown: frozenset[str] = frozenset()

    def warm(self) -> Decided | None:
        """A decision without waiting, None where something is cold. HttpError 404 where nothing fits."""
        table = self.view.desk.table(self.pool, self.columns, self.site.paused)
        drawn = None if table is None else self._draw(table)
        ready = None if drawn is None else self.view.shelf.get(drawn.option.variant_id)
        return None if drawn is None or ready is None else self._decided(drawn, ready)

    async def decided(self, patience: float) -> Decided:
        """A decision, drawn first where it is cold. Raises Shed where that takes too long and the placement
        has no default that is ready.
        """
        for _ in range(TRIES):
            try:
                found = self.warm() or await self._cold(patience)
            except Shed:
                found = self._default()
                if found is None:
                    raise
            if found is not None:
                return found
        raise HttpError(404, "no banner fits here", kind="infeasible")

    async def _cold(self, patience: float) -> Decided | None:
        """The decision when what it lacks has been made; None where its variant cannot be drawn."""
        view, studio = self.view, self.site.studio
        table = view.desk.table(self.pool, self.columns, self.site.paused)
        if table is None:
            key = ("find", id(view.desk), self.pool.space, self.columns)
            await studio.make(key, partial(view.desk.find, self.pool, self.columns), patience)
            return None
        drawn = self._draw(table)
        assert drawn is not None
        option = drawn.option
        work = partial(view.shelf.draw, option.recipe, option.combination.copy, option.product.product_type)
        try:
            await studio.make(("draw", id(view.shelf), option.variant_id), work, patience)
        except BannerError as error:
            if isinstance(error, HttpError) or error.kind == "store":
                raise
            view.desk.failed |= {option.variant_id}
            return None
        ready = view.shelf.get(option.variant_id)
        assert ready is not None
        return self._decided(drawn, ready)

    def again(self) -> None:
        """The next draw is another decision, of another variant."""
        self._seed = os.urandom(16).hex()

    def _draw(self, table: Table) -> Drawn | None:
        space = self.pool.space
        if self._shown:
            table = table.without(self._shown)
        size = f"{space.width}x{space.height}"
        drawn = table.draw(unit_draw(self.view.campaign.id, self._seed, space.placement, size))
        if drawn is None:
            raise HttpError(404, "no banner fits here", kind="infeasible")
        return drawn

    def _default(self) -> Decided | None:
        """What is ready of the arms of whom nothing is known, the likeliest one."""
        columns = self.view.desk.columns(COLD, self.ask.locale)
        table = self.view.desk.table(self.pool, columns, self.site.paused)
        if table is None or self._shown:
            return None
        for option in table.options:
            ready = self.view.shelf.get(option.variant_id)
            if ready is not None:
                return self._decided(Drawn(option, 1.0), ready, DEFAULT)
        return None

    def _decided(self, drawn: Drawn, ready: Ready, policy: str = "") -> Decided:
        site, campaign, space = self.site, self.view.campaign, self.pool.space
        self._shown |= {drawn.option.variant_id}
        made = decision_id(site.key, site.id, space, self.ask.correlator and self._seed, self._seed)
        record = decision_record(site, space, made, drawn, self.ask.user, policy or campaign.policy.kind)
        return Decided(
            record,
            ready,
            drawn.option,
            self.view.keyring.sign(token_of(record)),
            self.ask.profile is not COLD,
        )


def decision_record(
    site: Site, space: Space, made: str, drawn: Drawn, user: str | None, policy: str
) -> DecisionRecord:
    option = drawn.option
    combination = option.combination
    return DecisionRecord(
        decision_id=made,
        run_id=site.run.run_id,
        campaign=site.id,
        placement=space.placement,
        variant_id=option.variant_id,
        user=user,
        time=site.clock(),
        theme=combination.theme,
        palette=combination.palette,
        layout=combination.layout,
        copy=combination.copy,
        product_type=option.product.product_type,
        product=option.product.id,
        policy=policy,
        propensity=round(drawn.propensity, 9),
        grade=space.grade,
        locale=space.locale,
    )


def correlated_id(site: Site, pool: Pool, correlator: str) -> str:
    """The id of the decision that a static tag's correlator stands for, on every server."""
    return decision_id(site.key, site.id, pool.space, correlator, correlator)


async def picture(site: Site, view: View, ready: Ready, patience: float) -> bytes:
    """The JPEG of a ready variant; zones that memory has dropped come from the disk, or are painted again."""
    found = view.shelf.picture(ready)
    if found is not None:
        return found
    work = partial(view.shelf.draw, ready.recipe, ready.record.copy, ready.record.product_type)
    return await site.studio.make(("draw", id(view.shelf), ready.variant_id), work, patience)
