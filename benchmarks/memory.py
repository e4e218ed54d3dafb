"""Memory while variants that were never seen before go by: the peak stays near the byte budget, however many."""

from __future__ import annotations

import resource
import time
from dataclasses import replace
from pathlib import Path

from banner_engine.recipe import Recipe
from benchmarks.measure import at_most, progress, ratio_at_most, tell
from benchmarks.world import THEMES, open_world

BUDGET = 128 << 20
SIZE = (300, 250)
QUALITY = 80


def peak() -> float:
    """Peak resident MB of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(state: Path, quick: bool, few: int = 2_000, many: int = 10_000) -> None:
    """Each banner has a headline of its own, as a user's name would make it, and one of 1,000 products."""
    if quick:
        few, many = 100, 300
    world = open_world(state, 12 if quick else 1000, budget=BUDGET)
    space, workshop = world.space(*SIZE), world.workshop
    bases: list[Recipe] = []
    for number, product in enumerate(world.products):
        found = world.recipe(product, THEMES[number % len(THEMES)], "set-01", space)
        if found is not None:
            bases.append(found)
    assembler = workshop.assembler

    def go(first: int, last: int) -> None:
        for number in range(first, last):
            base = bases[number * 7919 % len(bases)]
            text = dict(base.slots) | {"headline": f"Go {number:x}"}
            plan = workshop.plan(replace(base, slots=tuple(text.items())))
            assembler.one(assembler.intern(plan, QUALITY))

    began = time.perf_counter()
    go(0, few)
    low = peak()
    progress(f"{few:,} variants, {few / (time.perf_counter() - began):.0f} a second, {low:.0f} MB")
    go(few, many)
    high, seconds = peak(), time.perf_counter() - began
    stats = assembler.stats
    note = f"budget {BUDGET >> 20} MB, {stats.nbytes >> 20} MB of it zones, {many / seconds:.0f} variants a second"
    tell(f"peak RSS over the byte budget, {many:,} variants of their own text", high - BUDGET / (1 << 20), "MB",
         goal=at_most(250), note=note)  # fmt: skip
    tell(f"peak RSS, {many:,} variants against {few:,}", high, "MB", baseline=low, goal=ratio_at_most(1.05))
