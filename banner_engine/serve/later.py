"""Decisions are stored after the answer, many in one transaction: a row by itself would cost more than its decision.

Until then they are kept here, so that an impression that is faster brings the whole row along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from banner_engine.errors import BannerError
from banner_engine.track import DecisionRecord, Store

EVERY = 0.1
"""Seconds between two transactions."""
MOST = 50_000
"""Decisions that may wait; further ones live in their tokens only."""


class Later:
    """failed: told of decisions that the disk would not take, by their number."""

    def __init__(self, store: Store, failed: Callable[[int], None]) -> None:
        self._store, self._failed = store, failed
        self._waiting: dict[str, DecisionRecord] = {}
        self._writing: dict[str, DecisionRecord] = {}
        self._ending = asyncio.Event()

    def keep(self, record: DecisionRecord) -> None:
        if len(self._waiting) < MOST:
            self._waiting[record.decision_id] = record
        else:
            self._failed(1)

    def find(self, decision_id: str) -> DecisionRecord | None:
        """A decision that is not on the disk yet."""
        return self._waiting.get(decision_id) or self._writing.get(decision_id)

    async def run(self) -> None:
        """Store what waits, again and again, until `end`; then what is left."""
        while not self._ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), EVERY)
            await self._flush()

    def end(self) -> None:
        self._ending.set()

    async def _flush(self) -> None:
        """Store what waits. What the disk does not take now waits on; what can't be stored is dropped."""
        if not self._waiting:
            return
        self._writing, self._waiting = self._waiting, {}
        batch = self._writing
        try:
            await asyncio.to_thread(self._store.record, (), list(batch.values()))
        except BannerError as error:
            if error.kind == "store":
                self._waiting = {**batch, **self._waiting}
            else:
                self._failed(len(batch))
        finally:
            self._writing = {}
