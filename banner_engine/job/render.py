"""The main job: profiles in, one picture a variant and the tables of a run out; streamed and resumable."""

from __future__ import annotations

import contextlib
import hashlib
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from banner_engine.cache import CacheStats
from banner_engine.deliver.files import Lines
from banner_engine.deliver.keep import Files, Keeper, Recipes
from banner_engine.deliver.links import Signer, alt_text, check_base_url, click_url, signed_urls
from banner_engine.deliver.packs import Packs
from banner_engine.deliver.run import FileEntry, RunFolder, check_resumable
from banner_engine.encode import FORMATS
from banner_engine.engine import Engine
from banner_engine.errors import BannerError
from banner_engine.job.crew import Batch, Crew, FileOrder, Made, Outcome
from banner_engine.job.pin import Options, pin, scan
from banner_engine.job.rows import decision_row, variant_row
from banner_engine.load.profiles import Profile, read_profiles
from banner_engine.select.decide import Decider, Decision
from banner_engine.workshop import Order

CHUNK = 250
"""Profiles that are decided together; the result does not depend on it."""
BATCH = 12
"""Renditions in one task of a worker."""
AHEAD = 6
"""Chunks in flight: what bounds memory whatever the number of profiles."""
READABLE = 30
"""Assignments per variant under which a report can hardly tell variants apart."""
KEEPERS: dict[str, Callable[[RunFolder, str], Keeper]] = {"files": Files, "packs": Packs, "recipes": Recipes}


@dataclass(slots=True)
class Summary:
    """What a run did. problems: rows and products that were left out before anything was decided."""

    run_id: str = ""
    profiles: int = 0
    assignments: int = 0
    variants: int = 0
    written: int = 0
    skipped: int = 0
    failed: int = 0
    unserved: int = 0
    seconds: float = 0.0
    assignments_per_variant: float = 0.0
    zones: CacheStats = field(default_factory=CacheStats)
    """Of the workers' zone caches together."""

    @property
    def per_second(self) -> float:
        return self.variants / self.seconds if self.seconds > 0 else 0.0

    def to_dict(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "profiles": self.profiles,
            "assignments": self.assignments,
            "variants": self.variants,
            "written": self.written,
            "skipped": self.skipped,
            "failed": self.failed,
            "unserved": self.unserved,
            "assignments_per_variant": self.assignments_per_variant,
            "seconds": round(self.seconds, 3),
            "per_second": round(self.per_second, 1),
            "zones": self.zones.to_dict(),
        }


class Watcher(Protocol):
    """Who is told how a run goes."""

    def total(self, profiles: int) -> None: ...
    def advance(self, profiles: int, variants: int) -> None: ...
    def problem(self, error: BannerError) -> None: ...


@dataclass(slots=True)
class _Chunk:
    """Decisions that wait for their pictures. orders: the variants that this chunk asks for first."""

    profiles: int
    decisions: list[Decision]
    first: list[Decision]
    futures: deque[Future[Batch]] = field(default_factory=deque)
    outcomes: list[Outcome] = field(default_factory=list)
    kept: int = 0
    """Outcomes of the first future that are kept already."""


class Render:
    """One run of the main job."""

    def __init__(self, engine: Engine, profiles: Path, out: Path, options: Options, watcher: Watcher) -> None:
        self.engine = engine
        self.profiles = profiles
        self.out = out
        self.options = options
        self.watcher = watcher
        self.summary = Summary()
        self._counts: dict[str, int] = {}
        self._zones: dict[int, CacheStats] = {}
        self._made: dict[str, FileEntry] = {}
        self._users: set[int] = set()

    def run(self) -> Summary:
        """Decide, draw, write, commit. Raises BannerError where the campaign, the file of profiles or the
        folder cannot be used; single rows and variants that fail are told to the watcher and counted.
        """
        began = time.monotonic()
        if self.options.base_url is not None:
            check_base_url(self.options.base_url)
        digest, lines = scan(self.profiles)
        self.watcher.total(min(lines, self.options.limit or lines))
        pinned = pin(self.engine, self.profiles, digest, self.options)
        self.summary.run_id = pinned["run_id"]
        # a rehearsal's ids are told to nobody, so it needs no secret and makes none
        key = b"rehearsal" if self.options.dry_run else self.engine.state.key()
        self._signer = Signer(key) if self.options.base_url else None
        decider = self.engine.decider(
            self.options.spaces, seed=self.options.seed, run_id=pinned["run_id"], key=key
        )
        if self.options.dry_run:
            self._rehearse(decider)
        else:
            if self.options.resume:
                check_resumable(self.out, pinned)
            self._draw(decider, pinned, began)
        self._sum_up(began)
        return self.summary

    def _sum_up(self, began: float) -> None:
        self.summary.variants = len(self._counts)
        self.summary.zones = sum(self._zones.values(), CacheStats())
        counts = self._counts.values()
        self.summary.assignments_per_variant = statistics.median(counts) if counts else 0.0
        self.summary.seconds = time.monotonic() - began

    # -- the stream -------------------------------------------------------------------------------

    def _chunks(self, failures: Lines | None) -> Iterator[list[Profile]]:
        chunk: list[Profile] = []
        for number, profile in enumerate(read_profiles(self.profiles)):
            if self.options.limit is not None and number >= self.options.limit:
                break
            if isinstance(profile, BannerError):
                self._fail(profile, failures)
                continue
            user = int.from_bytes(hashlib.blake2b(profile.user_id.encode(), digest_size=8).digest(), "big")
            if user in self._users:
                self._fail(
                    BannerError(
                        "the user_id stands in an earlier row too",
                        file=self.profiles,
                        row=profile.row,
                        field="user_id",
                        kind="profile",
                    ),
                    failures,
                )
                continue
            self._users.add(user)
            chunk.append(profile)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _decided(self, decider: Decider, chunk: Sequence[Profile]) -> list[Decision]:
        locales = {p.locale: self.engine.served_locale(p.locale) for p in chunk}
        decisions = []
        for decision in decider.decide(chunk, locales):
            if decision is None:
                self.summary.unserved += 1
            else:
                decisions.append(decision)
        return decisions

    def _rehearse(self, decider: Decider) -> None:
        for error in self.engine.problems:
            self._fail(error, None)
        for chunk in self._chunks(None):
            decisions = self._decided(decider, chunk)
            for decision in decisions:
                self._count(decision)
            self.summary.profiles += len(chunk)
            self.summary.assignments += len(decisions)
            self.watcher.advance(len(chunk), len(self._counts))
        self._fail_fonts(None)

    def _draw(self, decider: Decider, pinned: dict[str, Any], began: float) -> None:
        ladder = self.engine.loaded.campaign.ladder
        waiting: deque[_Chunk] = deque()
        with RunFolder(self.out, pinned) as folder, self._keeper(folder) as keeper:
            try:
                with (
                    Lines(self.out / "variants.jsonl") as variants,
                    Lines(self.out / "assignments.jsonl") as assignments,
                    Lines(self.out / "failures.jsonl") as failures,
                    Crew(self.options.workers, self.engine.open_workshop(), self.engine.workshop) as crew,
                ):
                    for error in self.engine.problems:
                        self._fail(error, failures)
                    asked: set[str] = set()
                    for chunk in self._chunks(failures):
                        decisions = self._decided(decider, chunk)
                        first = []
                        for decision in decisions:
                            if decision.choice.option.variant_id not in asked:
                                asked.add(decision.choice.option.variant_id)
                                first.append(decision)
                        here = _Chunk(len(chunk), decisions, first)
                        waiting.append(here)
                        for i in range(0, len(first), BATCH):
                            orders = [self._order(d, keeper) for d in first[i : i + BATCH]]
                            here.futures.append(crew.start(orders, keeper.hand, ladder))
                            self._keep_done(waiting, keeper)
                        while len(waiting) >= AHEAD:
                            self._finish(waiting[0], keeper, variants, assignments, failures)
                            waiting.popleft()
                    while waiting:
                        self._finish(waiting[0], keeper, variants, assignments, failures)
                        waiting.popleft()
                    self._fail_fonts(failures)
                    kept = keeper.finish()
                    folder.archive()
            except BaseException:
                # what the crew has finished meanwhile is not lost; the first error is the one to tell
                with contextlib.suppress(Exception):
                    self._keep_done(waiting, keeper)
                raise
        self._sum_up(began)
        folder.commit(
            {
                k: v
                for k, v in self.summary.to_dict().items()
                if k not in ("seconds", "per_second", "written", "skipped", "zones")
            },
            kept,
        )

    def _keeper(self, folder: RunFolder) -> Keeper:
        return KEEPERS[self.options.keep](folder, FORMATS[self.options.format])

    def _order(self, decision: Decision, keeper: Keeper) -> FileOrder:
        recipe = decision.choice.option.recipe
        name = keeper.name(recipe.variant_id)
        budget = self.engine.byte_budgets[recipe.width, recipe.height]
        return FileOrder(Order(recipe, self.options.format, budget), name, keeper.known(name))

    def _keep_done(self, waiting: deque[_Chunk], keeper: Keeper) -> None:
        """Put what is finished into the journal, in order, so that a kill costs no more than a few batches."""
        for chunk in waiting:
            while chunk.futures and chunk.futures[0].done():
                self._keep(chunk, keeper)
            if chunk.futures:
                return

    def _keep(self, chunk: _Chunk, keeper: Keeper) -> None:
        batch = Crew.result(chunk.futures[0])
        self._zones[batch.worker] = batch.zones
        # a Ctrl-C comes at any moment of this, and then the rest of the batch is still to be kept
        for outcome in batch.outcomes[chunk.kept :]:
            if isinstance(outcome, Made):
                entry = keeper.keep(outcome.entry, outcome.data, fresh=outcome.fresh)
                outcome = Made(outcome.variant_id, entry, outcome.fresh)
            chunk.outcomes.append(outcome)
            chunk.kept += 1
        chunk.futures.popleft()
        chunk.kept = 0

    def _finish(
        self, chunk: _Chunk, keeper: Keeper, variants: Lines, assignments: Lines, failures: Lines
    ) -> None:
        """Write a chunk's rows, in the order of its profiles, once its pictures are there."""
        while chunk.futures:
            self._keep(chunk, keeper)
        for decision, outcome in zip(chunk.first, chunk.outcomes, strict=True):
            if isinstance(outcome, Made):
                self.summary.written += outcome.fresh
                self.summary.skipped += not outcome.fresh
                self._made[outcome.variant_id] = outcome.entry
                variants.add(variant_row(decision, self.options.format, outcome.entry))
            else:
                self._fail_variant(decision, outcome.error, failures)
        for decision in chunk.decisions:
            entry = self._made.get(decision.choice.option.variant_id)
            if entry is None:
                continue
            self._count(decision)
            self.summary.assignments += 1
            assignments.add(self._assignment_row(decision, entry))
        self.summary.profiles += chunk.profiles
        self.watcher.advance(chunk.profiles, len(self._made))

    def _count(self, decision: Decision) -> None:
        variant_id = decision.choice.option.variant_id
        self._counts[variant_id] = self._counts.get(variant_id, 0) + 1

    def _fail(self, error: BannerError, failures: Lines | None) -> None:
        self.summary.failed += 1
        self.watcher.problem(error)
        if failures is not None:
            failures.add(error.record())

    def _fail_variant(self, decision: Decision, error: BannerError, failures: Lines) -> None:
        variant_id, space = decision.choice.option.variant_id, decision.space
        self.summary.failed += 1
        failures.add(
            {
                "variant_id": variant_id,
                "placement": space.placement,
                "size": f"{space.width}x{space.height}",
                **error.record(),
            }
        )
        where = f"variant {variant_id} ({space.placement}, {space.width}x{space.height})"
        error.field = f"{where}, {error.field}" if error.field else where
        self.watcher.problem(error)

    def _fail_fonts(self, failures: Lines | None) -> None:
        """Characters that no font has. They came up in an order that depends on the chunks."""
        for _, error in sorted(self.engine.workshop.font_problems.items()):
            self._fail(error, failures)

    def _assignment_row(self, decision: Decision, entry: FileEntry) -> dict[str, Any]:
        engine, campaign = self.engine, self.engine.loaded.campaign
        row = {"user_id": decision.profile.user_id, **decision_row(decision, engine, self.summary.run_id)}
        row |= {"alt": alt_text(campaign, decision), "click_url": click_url(campaign, decision)}
        if self._signer and self.options.base_url:
            token = self._signer.token(
                decision, campaign.id, campaign.policy.kind, int(engine.moment.timestamp())
            )
            recipe = decision.choice.option.recipe
            row |= signed_urls(
                self.options.base_url, FORMATS[self.options.format], recipe, entry.fingerprint, token
            )
        return row


def render(
    engine: Engine, profiles: Path, out: Path, options: Options, watcher: Watcher | None = None
) -> Summary:
    """Run the main job; see `Render.run`."""
    return Render(engine, profiles, out, options, watcher or _Silent()).run()


class _Silent:
    def total(self, profiles: int) -> None: ...
    def advance(self, profiles: int, variants: int) -> None: ...
    def problem(self, error: BannerError) -> None: ...
