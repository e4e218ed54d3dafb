"""Warm assembly: every zone is in memory, pictures are joined from them."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from banner_engine.encode import Variant
from banner_engine.plan.items import CONSTANT
from banner_engine.select.choose import choose
from banner_engine.select.policy import Uniform
from banner_engine.select.score import score
from benchmarks.measure import (
    at_least,
    at_most,
    in_turns,
    medians,
    progress,
    ratio_at_most,
    ratio_of,
    tell,
)
from benchmarks.world import LOCALE, THEMES, World, open_world, people

QUALITY = 86
BATCH = 64
"""Banners of one call: what a writer of packs or an answering server holds at a time."""


def warm(state: Path, products: int, copies: int, rounds: int) -> None:
    """products × copies × 3 themes in random order, against copying finished files from random places."""
    world = open_world(state, products, budget=24 << 30)
    space = world.space(1200, 628)
    names = [copy.id for copy in world.workshop.loaded.copy_sets][:copies]
    variants: list[Variant] = []
    themes: list[str] = []
    assembler, workshop = world.workshop.assembler, world.workshop
    began = time.perf_counter()
    for theme in THEMES:
        for product in world.products:
            for name in names:
                recipe = world.recipe(product, theme, name, space)
                if recipe is not None:
                    variants.append(assembler.intern(workshop.plan(recipe), QUALITY))
                    themes.append(theme)
    progress(f"{len(variants):,} variants interned in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    lengths = []
    for n in range(0, len(variants), BATCH):
        lengths += [len(data) for data in assembler.batch(variants[n : n + BATCH])]
    seconds = time.perf_counter() - began
    progress(f"painted and encoded in {seconds:.0f} s, {len(variants) / seconds:.0f} a second")
    stats = assembler.stats
    order = list(range(len(variants)))
    random.Random(7).shuffle(order)
    shuffled = [variants[n] for n in order]
    finished = _finished(world, shuffled[: min(6000, len(variants))])
    whole = min(len(shuffled), 20_000)
    asked, twice = random.Random(8), shuffled + shuffled[:whole]

    def join() -> None:
        start = asked.randrange(len(shuffled))
        for n in range(start, start + whole, BATCH):
            assembler.batch(twice[n : n + BATCH])

    def copy() -> None:
        for _ in range(0, whole, BATCH):
            views = asked.choices(finished, k=BATCH)
            [bytes(view) for view in views]

    times = in_turns({"join": join, "copy": copy}, rounds)
    middle = medians(times)
    rate, floor = whole / middle["join"], whole / middle["copy"]
    size = statistics.mean(lengths)
    what = f"warm assembly, 1200x628, {len(variants):,} variants at random"
    tell(what, rate, "banners/s", goal=at_least(50_000))
    tell(
        "warm assembly against copying finished files",
        1e6 / rate,
        "µs",
        baseline=1e6 / floor,
        ratio=ratio_of(times, "join", "copy"),
        goal=ratio_at_most(2.5),
        note=f"{len(finished):,} finished files of {size / 1000:.0f} kB in memory",
    )
    _runs(variants, themes)
    tell("zones of all variants", stats.nbytes / 1e6, "MB", note=f"{stats.entries:,} zones")
    shared = _shared(variants, themes)
    for theme in THEMES:
        tell(f"segments where copy or price meets the product, {theme}", 100 * shared[theme], "%")


def _finished(world: World, variants: list[Variant]) -> list[memoryview]:
    """Finished files, each at its own place of one large buffer."""
    data = world.workshop.assembler.batch(variants)
    buffer = memoryview(bytearray(b"".join(data)))
    views, at = [], 0
    for one in data:
        views.append(buffer[at : at + len(one)])
        at += len(one)
    return views


def _runs(variants: list[Variant], themes: list[str]) -> None:
    for theme in THEMES:
        counts = [v.zones.run_count for v, its in zip(variants, themes, strict=True) if its == theme]
        tell(f"runs a banner, most, {theme}", max(counts), "runs", goal=at_most(60))


def _shared(variants: list[Variant], themes: list[str]) -> dict[str, float]:
    """Share of a picture's segments that depend on both the product and copy, by theme."""
    met: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for theme in THEMES:
        variant = variants[themes.index(theme)]
        units = variant.plan.units
        for zone in variant.zones.zones:
            kinds = {units[n].kind for n in zone.units} - {CONSTANT}
            every[theme] += len(zone.segments)
            met[theme] += len(zone.segments) if "product" in kinds and len(kinds) > 1 else 0
    return {theme: met[theme] / every[theme] for theme in THEMES}


def from_profiles(state: Path, products: int, count: int, rounds: int) -> None:
    """From a profile to bytes: scores of all products, the policy's choice, the variant, its bytes."""
    world = open_world(state, products, budget=24 << 30)
    engine, workshop = world.engine, world.workshop
    space = world.space(1200, 628, quota=20)
    pool = engine.pool(space).__class__(space, engine.combinations(space), engine.pool(space).judge)
    shelf = engine.shelves[LOCALE]
    crowd = people(world, count, seed=3)
    interned: dict[str, Variant] = {}
    assembler = workshop.assembler
    parts = {"select": 0.0, "join": 0.0}

    def serve(batch: int = 512) -> None:
        for n in range(0, len(crowd), batch):
            began = time.perf_counter()
            group = crowd[n : n + batch]
            points = score(group, shelf, engine.moment)
            variants = []
            for choice in choose(group, points, shelf, pool, Uniform(), seed=5):
                assert choice is not None
                option = choice.option
                variant = interned.get(option.variant_id)
                if variant is None:
                    variant = assembler.intern(workshop.plan(option.recipe), QUALITY)
                    interned[option.variant_id] = variant
                variants.append(variant)
            chosen = time.perf_counter()
            for m in range(0, len(variants), BATCH):
                assembler.batch(variants[m : m + BATCH])
            parts["select"] += chosen - began
            parts["join"] += time.perf_counter() - chosen

    progress("choosing and painting for the first time")
    serve()
    parts.update(select=0.0, join=0.0)
    middle = medians(in_turns({"serve": serve}, rounds))["serve"]
    note = (
        f"{len(interned):,} variants; {1e6 * parts['select'] / rounds / len(crowd):.0f} µs to select, "
        f"{1e6 * parts['join'] / rounds / len(crowd):.0f} µs to join"
    )
    name = f"from a profile to bytes, {len(world.products):,} products"
    tell(name, len(crowd) / middle, "banners/s", goal=at_least(12_000), note=note)


Part = Callable[[Path, bool], None]


def run(state: Path, quick: bool) -> None:
    warm(state, *((8, 3, 2) if quick else (1000, 20, 9)))


def run_profiles(state: Path, quick: bool) -> None:
    from_profiles(state, *((60, 50, 1) if quick else (1000, 8000, 5)))
