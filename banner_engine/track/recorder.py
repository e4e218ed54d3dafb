"""Group commit: many callers hand in one event each, one thread stores them together, then each is told.

Commit first, then acknowledge: a future is done when its event is on the disk, or when it is certain that it
is not. While one group is being committed the next one gathers, so groups are as large as the load is high.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from types import TracebackType

from banner_engine.errors import BannerError
from banner_engine.track.records import DecisionRecord, Receipt
from banner_engine.track.store import Store

GROUP = 64
WAITING = 20_000


class Overloaded(BannerError):  # noqa: N818 - a state, not a mistake
    """Too many events wait for the disk; the caller should come again."""

    status = 503


@dataclass(frozen=True, slots=True)
class Ack:
    """The event is on the disk. new: False where it was there already."""

    new: bool


@dataclass(frozen=True, slots=True)
class _Waiting:
    receipt: Receipt | None
    decision: DecisionRecord | None
    told: Future[Ack]


class Recorder:
    """Stores events in groups of up to `group`, on a thread of its own. Safe for any number of threads.

    At most `waiting` events wait; further ones are refused. Close it (or leave its `with`) to store what
    waits; the store stays open.
    """

    def __init__(self, store: Store, *, group: int = GROUP, waiting: int = WAITING) -> None:
        self._store = store
        self._group, self._most = group, waiting
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._lock = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="banner-recorder", daemon=True)
        self._thread.start()

    def submit(self, receipt: Receipt | None, decision: DecisionRecord | None = None) -> Future[Ack]:
        """Hand in an event, a decision, or an event with the decision that it names, which may be new.

        The future gives Ack once it is on the disk, or BannerError: kind "store" where the disk refused it
        (send it again), else what is wrong with the event. Raises Overloaded where too many wait, and
        BannerError after close.
        """
        if self._queue.qsize() >= self._most:
            raise Overloaded(f"{self._most:,} events wait for the disk", hint="try again later", kind="busy")
        told: Future[Ack] = Future()
        with self._lock:
            if self._closed:
                raise BannerError("the recorder is closed", kind="busy")
            self._queue.put(_Waiting(receipt, decision, told))
        return told

    def record(self, receipt: Receipt | None, decision: DecisionRecord | None = None) -> Ack:
        """As `submit`, and wait for the disk."""
        return self.submit(receipt, decision).result()

    async def arecord(self, receipt: Receipt | None, decision: DecisionRecord | None = None) -> Ack:
        """As `record`, for an event loop."""
        return await asyncio.wrap_future(self.submit(receipt, decision))

    def close(self) -> None:
        """Store what waits, tell everybody, and stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < self._group and not last:
                try:
                    found = self._queue.get_nowait()
                except Empty:
                    break
                if found is None:
                    last = True
                else:
                    group.append(found)
            self._commit(group)
            if last:
                return

    def _commit(self, group: Sequence[_Waiting]) -> None:
        placed = [one for one in group if one.receipt is not None]
        try:
            outcome = self._store.record(
                [one.receipt for one in placed if one.receipt is not None],
                [one.decision for one in group if one.decision is not None],
            )
        except BannerError as error:
            if error.kind != "store" and len(group) > 1:
                for one in group:  # one decision can't be stored: the others are none the worse for it
                    self._commit([one])
                return
            _fail(group, error)
            return
        except Exception as error:  # whatever it is, nobody may wait for ever
            _fail(group, error)
            return
        rejected = {error.row: error for error in outcome.rejected}
        for one in group:
            if one.receipt is None:
                one.told.set_result(_NEW)
        for row, one in enumerate(placed, start=1):
            wrong = rejected.get(row)
            if wrong is not None:
                wrong.row = None
                one.told.set_exception(wrong)
            else:
                one.told.set_result(_KNOWN if row in outcome.repeated else _NEW)


_NEW, _KNOWN = Ack(True), Ack(False)


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    for one in group:
        one.told.set_exception(error)
