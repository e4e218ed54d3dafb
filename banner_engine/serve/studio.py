"""Cold work: one thread draws and fits, each thing once, and no more waits than can be done in time."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from banner_engine.serve.http import Shed

Value = TypeVar("Value")
NICE = 10
"""How far the drawing thread stands back, as of nice(1)."""


class Studio:
    """waiting: pieces of work that may wait or be under way; more are refused.

    One thread: a workshop's caches are filled by one at a time, and more threads would not paint faster.
    """

    def __init__(self, waiting: int) -> None:
        self._waiting = waiting
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="banner-studio", initializer=_stand_back)
        self._flying: dict[Hashable, asyncio.Future[Any]] = {}
        self.shared = 0
        """Requests that waited for work which another one had asked for."""

    def __len__(self) -> int:
        return len(self._flying)

    async def make(self, key: Hashable, work: Callable[[], Value], patience: float) -> Value:
        """What `work` gives; asked for again under the same key meanwhile, it is done once.

        Raises Shed where too much waits, or after `patience` seconds; work that has begun is finished even
        so, for the next who asks.
        """
        flying = self._flying.get(key)
        if flying is None:
            if len(self._flying) >= self._waiting:
                raise Shed(f"{self._waiting} banners wait to be drawn")
            flying = asyncio.wrap_future(self._thread.submit(work))
            self._flying[key] = flying
            flying.add_done_callback(lambda done: self._landed(key, done))
        else:
            self.shared += 1
        try:
            return await asyncio.wait_for(asyncio.shield(flying), patience)
        except TimeoutError:
            raise Shed("the banner is being drawn") from None

    async def always(self, work: Callable[[], Value]) -> Value:
        """What must be done however much waits, such as a reload."""
        return await asyncio.wrap_future(self._thread.submit(work))

    def _landed(self, key: Hashable, done: asyncio.Future[Any]) -> None:
        del self._flying[key]
        if not done.cancelled():
            done.exception()  # whoever waited is told; where nobody did, there is no one to tell

    def close(self) -> None:
        """Finish what has begun, drop what waits."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def _stand_back() -> None:
    """Where threads have a priority of their own (Linux), let the one that answers go first."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
