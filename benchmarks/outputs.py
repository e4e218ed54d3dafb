"""Assembled banners on their way to the disk: into packs, against the disk's own rate, and as files."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
from pathlib import Path

from banner_engine.deliver.keep import Files, Keeper
from banner_engine.deliver.packs import Packs
from banner_engine.deliver.run import FileEntry, RunFolder
from banner_engine.encode import Variant
from benchmarks.measure import at_least, in_turns, medians, progress, ratio_at_most, ratio_of, tell
from benchmarks.warm import BATCH, QUALITY
from benchmarks.world import THEMES, open_world


def run(state: Path, quick: bool) -> None:
    """Warm variants, 1200×628. Packs are synced, files are not; digests are made beforehand, as workers do."""
    world = open_world(state, 10 if quick else 60, budget=4 << 30)
    space, workshop = world.space(1200, 628), world.workshop
    variants: list[Variant] = []
    for theme in THEMES:
        for product in world.products:
            for copy in workshop.loaded.copy_sets[:5]:
                recipe = world.recipe(product, theme, copy.id, space)
                if recipe is not None:
                    variants.append(workshop.assembler.intern(workshop.plan(recipe), QUALITY))
    data = workshop.assembler.batch(variants)
    digests = {id(v): hashlib.sha256(one).hexdigest() for v, one in zip(variants, data, strict=True)}
    count = 200 if quick else 6_000
    dice = random.Random(3)
    order = [variants[dice.randrange(len(variants))] for _ in range(count)]
    place = Path(tempfile.mkdtemp(prefix="bench-outputs-"))
    number = 0

    def fresh() -> Path:
        nonlocal number
        number += 1
        shutil.rmtree(place / str(number - 1), ignore_errors=True)
        (place / str(number)).mkdir()
        return place / str(number)

    def kept(keeper: Keeper) -> None:
        with keeper:
            hand = keeper.hand
            for start in range(0, count, BATCH):
                made = workshop.assembler.batch(order[start : start + BATCH])
                for at, one in enumerate(made, start):
                    name, digest = keeper.name(f"{at:016x}"), digests[id(order[at])]
                    entry = FileEntry(name, digest, QUALITY, "150000", len(one), digest, {})
                    keeper.keep(entry, hand.put(name, one), fresh=True)
            keeper.finish()

    def packs() -> None:
        kept(Packs(RunFolder(fresh(), {}), "jpg"))

    def files() -> None:
        kept(Files(RunFolder(fresh(), {}), "jpg"))

    def bare() -> None:
        """The same number of bytes in one file, written and synced as packs are."""
        with (fresh() / "bytes").open("wb") as file:
            for at in range(count):
                file.write(data[at % len(data)])
            file.flush()
            os.fsync(file.fileno())

    def bare_files() -> None:
        """The same number of files, written with no care."""
        folder = fresh()
        for at in range(count):
            (folder / f"{at:016x}.jpg").write_bytes(data[at % len(data)])

    try:
        progress(f"writing {count:,} banners of {sum(map(len, data)) / len(data) / 1000:.0f} kB")
        times = in_turns({"packs": packs, "bare": bare, "files": files, "bare files": bare_files}, 3)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    middle = {name: seconds / count for name, seconds in medians(times).items()}
    tell("assembled and written to packs", 1 / middle["packs"], "banners/s", goal=at_least(15_000))
    for side, floor, bound in (("packs", "bare", 1.25), ("files", "bare files", 1.5)):
        tell(f"{side} against the disk's own rate", middle[side] * 1e6, "µs", baseline=middle[floor] * 1e6,
             ratio=ratio_of(times, side, floor), goal=ratio_at_most(bound))  # fmt: skip
    tell("assembled and written as files", 1 / middle["files"], "banners/s", goal=at_least(3_000))
