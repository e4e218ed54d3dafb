"""Renditions made on all cores: batches of orders in, kept pictures out, in the order of asking."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from banner_engine.cache import CacheStats
from banner_engine.deliver.keep import Hand
from banner_engine.deliver.run import FileEntry
from banner_engine.encode import steps_of
from banner_engine.errors import BannerError
from banner_engine.rendition import fingerprint
from banner_engine.workshop import Order, Workshop


@dataclass(frozen=True, slots=True)
class FileOrder:
    """A rendition wanted under a keeper's `name`. known: what the journal has there."""

    order: Order
    name: str
    known: FileEntry | None


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that is there now. fresh: it was made in this run; data: its bytes, if the run keeps them."""

    variant_id: str
    entry: FileEntry
    fresh: bool
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Unmade:
    """A variant that could not be made, and why."""

    variant_id: str
    error: BannerError


Outcome = Made | Unmade


@dataclass(frozen=True, slots=True)
class Batch:
    """What a worker made of one batch. zones: the counters of its zone cache, since its start."""

    outcomes: list[Outcome]
    worker: int
    zones: CacheStats


OpenWorkshop = Callable[[], Workshop]


def make(workshop: Workshop, orders: Sequence[FileOrder], hand: Hand, ladder: Sequence[int]) -> Batch:
    """Make (or find) each picture. A variant that fails is reported; the others go on."""
    results: list[Outcome] = []
    for wanted in orders:
        variant_id = wanted.order.recipe.variant_id
        try:
            results.append(_make_one(workshop, wanted, variant_id, hand, ladder))
        except BannerError as error:
            results.append(Unmade(variant_id, error))
    workshop.flush()
    return Batch(results, os.getpid(), workshop.assembler.stats)


def _make_one(
    workshop: Workshop, wanted: FileOrder, variant_id: str, hand: Hand, ladder: Sequence[int]
) -> Outcome:
    known = wanted.known
    limits = f"{wanted.order.budget} bytes, {','.join(map(str, ladder))}"
    if (
        known is not None
        and known.limits == limits
        and known.fingerprint == fingerprint(workshop.plan(wanted.order.recipe))
        and hand.has(known)
    ):
        return Made(variant_id, known, fresh=False)
    try:
        made = workshop.rendition(wanted.order, steps_of(wanted.order.format, ladder))
    except (OSError, SyntaxError) as error:  # what Pillow raises for a file that is damaged
        cutouts = ", ".join(str(workshop.cutouts[picture].path) for picture in wanted.order.recipe.pictures)
        raise BannerError(
            f"cannot be drawn: {error}",
            hint=f"if it is damaged, delete {cutouts}; banner products prepare makes it again",
            kind="picture",
        ) from None
    given = hand.put(wanted.name, made.data)
    entry = FileEntry(
        wanted.name, made.fingerprint, made.quality, limits, len(made.data), made.sha256, made.made_of
    )
    return Made(variant_id, entry, True, given)


_workshop: Workshop | None = None


def _begin(open_workshop: OpenWorkshop) -> None:
    global _workshop
    # Ctrl-C reaches the whole group; the parent alone answers it, and what is being made is finished.
    # (The mask that `start` sets covers the time before this line.)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _workshop = open_workshop()


def _end_with_parent() -> None:
    """A parent that was killed says nothing, and its workers would wait for orders for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(orders: Sequence[FileOrder], hand: Hand, ladder: Sequence[int]) -> Batch:
    assert _workshop is not None
    return make(_workshop, orders, hand, ladder)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started here inherit a mask without SIGINT: Ctrl-C is the parent's to tell, in one line."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Crew:
    """`count` worker processes, or this process itself where count is 1. open_workshop must pickle."""

    def __init__(self, count: int, open_workshop: OpenWorkshop, own: Workshop) -> None:
        self._own = own
        self._pool: ProcessPoolExecutor | None = None
        if count > 1:
            # spawned, not forked: a fork would copy threads' locks and the parent's caches
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(count, context, _begin, (open_workshop,))

    def start(self, orders: Sequence[FileOrder], hand: Hand, ladder: Sequence[int]) -> Future[Batch]:
        if self._pool is not None:
            with _deaf_to_interrupts():
                return self._pool.submit(_work, orders, hand, ladder)
        done: Future[Batch] = Future()
        done.set_result(make(self._own, orders, hand, ladder))
        return done

    @staticmethod
    def result(future: Future[Batch]) -> Batch:
        try:
            return future.result()
        except BrokenProcessPool:
            raise BannerError(
                "a worker process died (out of memory?)",
                hint="run again with --resume, and fewer --workers",
                kind="worker",
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
