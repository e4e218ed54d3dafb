"""Preparing many pictures: streamed in input order, on all cores, and free for what is in the store."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from banner_engine.errors import BannerError
from banner_engine.prepare.cutout import Cutout, Mode
from banner_engine.prepare.cutter import Cutter
from banner_engine.prepare.make import prepare_picture
from banner_engine.prepare.picture import open_picture, picture_error
from banner_engine.prepare.seen import SeenFiles
from banner_engine.prepare.store import CutoutStore

_AHEAD = 4  # pictures in flight for each worker


@dataclass(frozen=True, slots=True)
class PictureJob:
    """One product's picture to prepare; id is the product's, for whoever reads the outcome."""

    id: str
    path: Path
    mode: Mode = "auto"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture that is ready. fresh: it was made now, not found in the store."""

    job: PictureJob
    cutout: Cutout
    fresh: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A picture that could not be prepared, and why (kind 'picture')."""

    job: PictureJob
    error: BannerError


Outcome: TypeAlias = Prepared | Failed
_Pending: TypeAlias = Outcome | Future[Prepared]


def prepare_all(
    jobs: Iterable[PictureJob], store: CutoutStore, *, workers: int = 1, cutter: Cutter | None = None
) -> Iterator[Outcome]:
    """Prepare pictures, yielding one outcome a job in the order of the jobs.

    What is in the store is not decoded; a file whose path, size and time were seen before is not even
    read. A picture that several jobs name is made once. Stopping early loses nothing that was made. With
    workers > 1, work is done in that many processes; the cutter is sent to them.
    """
    seen = SeenFiles(store.folders[0])
    try:
        if workers <= 1:
            for job in jobs:
                yield _alone(job, store, cutter, seen)
        else:
            yield from _spread(jobs, store, workers, cutter, seen)
    finally:
        seen.save()


def prepare_one(job: PictureJob, store: CutoutStore, cutter: Cutter | None) -> Prepared:
    """Prepare one picture into the store, whether or not it is there. Raises BannerError."""
    picture = open_picture(job.path)
    image, measures = prepare_picture(picture, mode=job.mode, cutter=cutter)
    # a card made for want of a cutter must not be taken for the answer of one
    mode = "no" if cutter is None and not picture.has_alpha else job.mode
    return Prepared(job, store.put(picture.digest, mode, image, measures), True)


def _stored(job: PictureJob, digest: str, store: CutoutStore, cutter: Cutter | None) -> Cutout | None:
    return store.find(digest, job.mode) if cutter is None else store.get(digest, job.mode)


def _alone(job: PictureJob, store: CutoutStore, cutter: Cutter | None, seen: SeenFiles) -> Outcome:
    try:
        found = _stored(job, seen.digest(job.path), store, cutter)
        return prepare_one(job, store, cutter) if found is None else Prepared(job, found, False)
    except BannerError as error:
        return Failed(job, error)


def _spread(
    jobs: Iterable[PictureJob], store: CutoutStore, workers: int, cutter: Cutter | None, seen: SeenFiles
) -> Iterator[Outcome]:
    pool = _Pool(workers)
    waiting: deque[tuple[PictureJob, _Pending]] = deque()
    making: dict[tuple[str, Mode], Future[Prepared]] = {}
    try:
        for job in jobs:
            waiting.append((job, _started(job, store, cutter, seen, pool, making)))
            while len(waiting) > workers * _AHEAD or (waiting and _is_done(waiting[0][1])):
                yield _outcome(*waiting.popleft())
        while waiting:
            yield _outcome(*waiting.popleft())
    finally:
        pool.close()


def _started(
    job: PictureJob,
    store: CutoutStore,
    cutter: Cutter | None,
    seen: SeenFiles,
    pool: _Pool,
    making: dict[tuple[str, Mode], Future[Prepared]],
) -> _Pending:
    try:
        key = (seen.digest(job.path), job.mode)
        found = _stored(job, key[0], store, cutter)
    except BannerError as error:
        return Failed(job, error)
    if found is not None:
        return Prepared(job, found, False)
    for old in [k for k, future in making.items() if future.done()]:
        del making[old]
    if key not in making:
        making[key] = pool.submit(job, store, cutter)
    return making[key]


def _is_done(outcome: _Pending) -> bool:
    return not isinstance(outcome, Future) or outcome.done()


def _outcome(job: PictureJob, outcome: _Pending) -> Outcome:
    if not isinstance(outcome, Future):
        return outcome
    try:
        made = outcome.result()
    except BannerError as error:
        return Failed(job, error)
    except BrokenProcessPool:
        return Failed(
            job,
            picture_error(
                job.path,
                "the process that prepared it died",
                hint="memory may have run out; run again with fewer workers",
            ),
        )
    return Prepared(job, made.cutout, made.job == job)


class _Pool:
    """Worker processes; when one dies, those in flight fail and new ones are started for what follows."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, job: PictureJob, store: CutoutStore, cutter: Cutter | None) -> Future[Prepared]:
        if self._pool is None:
            # spawned, since a fork would inherit the threads of numba and onnxruntime in an unknown state
            self._pool = ProcessPoolExecutor(self._workers, multiprocessing.get_context("spawn"))
        try:
            return self._pool.submit(prepare_one, job, store, cutter)
        except BrokenProcessPool:
            self.close()
            return self.submit(job, store, cutter)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
