"""Renditions made on all cores: batches of orders in, finished files out, in the order of asking."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from banner_engine.deliver.files import sha256_of, write_atomic
from banner_engine.deliver.run import FileEntry
from banner_engine.encode import steps_of
from banner_engine.errors import BannerError
from banner_engine.rendition import fingerprint
from banner_engine.workshop import Order, Workshop


@dataclass(frozen=True, slots=True)
class FileOrder:
    """A rendition wanted at `path` (relative to the out folder). known: what the journal has there."""

    order: Order
    path: str
    known: FileEntry | None


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is there now. fresh: it was made in this run."""

    variant_id: str
    entry: FileEntry
    fresh: bool


@dataclass(frozen=True, slots=True)
class Unmade:
    """A variant that could not be made, and why."""

    variant_id: str
    error: BannerError


Outcome = Made | Unmade
OpenWorkshop = Callable[[], Workshop]


def make(workshop: Workshop, orders: Sequence[FileOrder], out: Path, ladder: Sequence[int]) -> list[Outcome]:
    """Make (or find) each file. A variant that fails is reported; the others go on."""
    results: list[Outcome] = []
    for wanted in orders:
        variant_id = wanted.order.recipe.variant_id
        try:
            results.append(_make_one(workshop, wanted, variant_id, out, ladder))
        except BannerError as error:
            results.append(Unmade(variant_id, error))
    workshop.flush()
    return results


def _make_one(
    workshop: Workshop, wanted: FileOrder, variant_id: str, out: Path, ladder: Sequence[int]
) -> Outcome:
    path = out / wanted.path
    known = wanted.known
    limits = f"{wanted.order.budget} bytes, {','.join(map(str, ladder))}"
    if (
        known is not None
        and known.limits == limits
        and known.fingerprint == fingerprint(workshop.plan(wanted.order.recipe))
        and sha256_of(path) == known.sha256
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
    write_atomic(path, made.data)
    entry = FileEntry(
        wanted.path, made.fingerprint, made.quality, limits, len(made.data), made.sha256, made.made_of
    )
    return Made(variant_id, entry, fresh=True)


_workshop: Workshop | None = None


def _begin(open_workshop: OpenWorkshop) -> None:
    global _workshop
    # Ctrl-C reaches the whole group; the parent alone answers it, and what is being made is finished
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _workshop = open_workshop()


def _end_with_parent() -> None:
    """A parent that was killed says nothing, and its workers would wait for orders for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(orders: Sequence[FileOrder], out: Path, ladder: Sequence[int]) -> list[Outcome]:
    assert _workshop is not None
    return make(_workshop, orders, out, ladder)


class Crew:
    """`count` worker processes, or this process itself where count is 1. open_workshop must pickle."""

    def __init__(self, count: int, open_workshop: OpenWorkshop, own: Workshop) -> None:
        self._own = own
        self._pool: ProcessPoolExecutor | None = None
        if count > 1:
            # spawned, not forked: a fork would copy threads' locks and the parent's caches
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(count, context, _begin, (open_workshop,))

    def start(self, orders: Sequence[FileOrder], out: Path, ladder: Sequence[int]) -> Future[list[Outcome]]:
        if self._pool is not None:
            return self._pool.submit(_work, orders, out, ladder)
        done: Future[list[Outcome]] = Future()
        done.set_result(make(self._own, orders, out, ladder))
        return done

    @staticmethod
    def result(future: Future[list[Outcome]]) -> list[Outcome]:
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
