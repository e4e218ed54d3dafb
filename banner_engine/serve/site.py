"""One campaign, open for serving: what it may show now, and the store that counts."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.load.campaign import Campaign
from banner_engine.recipe import short_hash
from banner_engine.select.pool import Pool
from banner_engine.serve.desk import COLD, Columns, Desk, Recent
from banner_engine.serve.later import Later
from banner_engine.serve.people import People
from banner_engine.serve.ready import Shelf
from banner_engine.serve.studio import Studio
from banner_engine.track import RunRecord, Store, VariantRecord
from banner_engine.track.keys import read_keys
from banner_engine.track.pauses import PauseBoard, Paused
from banner_engine.track.recorder import Recorder
from banner_engine.track.tokens import Keyring
from banner_engine.track.traffic import Screen

LOOK = 1.0
"""Seconds between looks at pauses and at what time itself changes."""
Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class View:
    """A campaign as it was read at one moment; a reload makes another, and requests keep the one they began with."""

    engine: Engine
    desk: Desk
    shelf: Shelf
    keyring: Keyring
    screen: Screen
    stale: dt.datetime | None
    """When a sale begins or ends, so that prices must be seen anew."""

    @property
    def campaign(self) -> Campaign:
        return self.engine.loaded.campaign


class Site:
    """A campaign, its store, and the thread that draws for it. Use `open`, and `close` in the end."""

    def __init__(
        self, folder: Path, engine: Engine, store: Store, clock: Clock, waiting: int, state: Path | None
    ):
        self._folder, self._state = folder, state
        self.clock = clock
        self.store = store
        self.recorder = Recorder(store)
        self.studio = Studio(waiting)
        self.key = engine.state.key()
        self.folder = engine.state.folder
        campaign = engine.loaded.campaign
        self.id = campaign.id
        details = {"serve": secrets.token_hex(8), "as_of": engine.moment.isoformat()}
        self.run = RunRecord(f"serve-{short_hash(str(details))}", self.id, clock(), json.dumps(details))
        store.follow(self.id, campaign.timezone)
        store.ingest_run(self.run, [], [])
        self.paused: Paused = Paused()
        self._board = PauseBoard(store, self.id)
        self.paused = self._board.paused()
        self.people = People(self.folder, self.key)
        self._variants: Recent[str, VariantRecord] = Recent(50_000)
        self.view = self._viewed(engine)
        self.prepared = False
        """Whether every placement's default is drawn."""
        self.lost_decisions = 0
        """Decisions that were answered while the disk could not follow."""
        self.later = Later(store, self._lost)
        self._watching: asyncio.Task[None] | None = None
        self._storing: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls, folder: Path, *, as_of: dt.datetime | None = None, state: Path | None = None, waiting: int = 64
    ) -> Site:
        """Open a campaign. as_of: the moment at which the server's clock starts (now where None).

        Raises BannerError(s) where the campaign or its store is wrong.
        """
        engine = Engine.open(folder, as_of=as_of, store=state)
        engine.state.make()
        store = Store.open(engine.state.track)
        try:
            return cls(folder, engine, store, _clock(engine.moment if as_of else None), waiting, state)
        except BaseException:
            store.close()
            raise

    def _viewed(self, engine: Engine) -> View:
        keyring = Keyring(read_keys(engine.state.folder, self.key))
        return View(
            engine,
            Desk(engine),
            Shelf(engine, self.store, self.run),
            keyring,
            Screen.of(engine.state.folder),
            next_change(engine),
        )

    # -- what is known of variants --------------------------------------------------------------------

    async def variant(self, variant_id: str) -> VariantRecord | None:
        """What a variant shows, also one that an earlier life of a server or a run made."""
        ready = self.view.shelf.get(variant_id)
        found = ready.record if ready else self._variants.get(variant_id)
        if found is None:
            found = await asyncio.to_thread(self.store.variant, variant_id)
            if found is not None:
                self._variants.put(variant_id, found)
        return found if found is not None and found.campaign == self.id else None

    # -- while it serves ------------------------------------------------------------------------------

    def start(self) -> None:
        """Draw each placement's default, and keep looking at pauses and prices. Needs a running loop."""
        self._watching = asyncio.create_task(self._watch())
        self._storing = asyncio.create_task(self.later.run())

    def _lost(self, number: int) -> None:
        self.lost_decisions += number

    async def _watch(self) -> None:
        view = self.view
        await self._predraw(view)
        self.prepared = True
        while True:
            await asyncio.sleep(LOOK)
            with contextlib.suppress(BannerError):  # a store that is busy now is read in a second
                await self._look()

    async def _look(self) -> None:
        paused = await asyncio.to_thread(self._board.paused)
        if paused != self.paused:
            self.paused = paused  # from now on it is no arm; what takes its place is found next
            vars(self.view.engine).pop("paused", None)
            desk = await self.studio.always(lambda: Desk(self.view.engine))
            view = replace(self.view, desk=desk)
            await self._predraw(view)
            self.view = view
        if self.people.changed():
            self.view.desk.forget_profiles()
        stale = self.view.stale
        if stale is not None and self.clock() >= stale:
            await self.reload()

    async def _predraw(self, view: View) -> None:
        """Make ready what a placement shows to whom nothing is known of, so that overload has an answer."""
        for pool in view.desk.pools:
            columns = view.desk.columns(COLD, pool.space.locale)
            with contextlib.suppress(BannerError):
                await self.studio.always(partial(self._default, view, pool, columns))

    def _default(self, view: View, pool: Pool, columns: Columns) -> None:
        view.desk.find(pool, columns)
        table = view.desk.table(pool, columns, self.paused)
        drawn = table.draw(0.0) if table else None
        if drawn is not None:
            option = drawn.option
            view.shelf.draw(option.recipe, option.combination.copy, option.product.product_type)

    async def reload(self) -> None:
        """Read the campaign again. Requests under way finish with what they began with.

        Raises BannerError(s) where it cannot be read; then what was there is served on.
        """
        view = await self.studio.always(self._again)
        await self._predraw(view)
        self.view = view

    def _again(self) -> View:
        engine = Engine.open(self._folder, as_of=self.clock(), store=self._state)
        if engine.loaded.campaign.id != self.id:
            raise BannerError(
                f"the campaign's id has become '{engine.loaded.campaign.id}'",
                hint="restart the server",
                kind="config",
            )
        view = self._viewed(engine)
        _ = engine.workshop
        return view

    async def close(self) -> None:
        """Finish what is being drawn, commit what waits, and close the store."""
        if self._watching is not None and self._storing is not None:
            self._watching.cancel()
            self.later.end()
            await asyncio.gather(self._watching, self._storing, return_exceptions=True)
        await asyncio.to_thread(self.studio.close)
        await asyncio.to_thread(self.recorder.close)
        self.people.close()
        self.store.close()


def _clock(start: dt.datetime | None) -> Clock:
    """The time, or a clock that starts at `start` and goes on from there."""
    if start is None:
        return lambda: dt.datetime.now(dt.UTC)
    began = time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - began)


def next_change(engine: Engine) -> dt.datetime | None:
    """When the next sale of any product begins or ends, after the engine's moment."""
    times = [
        time
        for products in engine.loaded.products.values()
        for product in products
        if product.sale_dates
        for time in product.sale_dates
        if time > engine.moment
    ]
    return min(times, default=None)
