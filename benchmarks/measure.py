"""Timing that holds on a shared machine: one core, sides that take turns, medians, lines of JSON."""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a line's value or on its ratio to the baseline. kind: "least" or "most"."""

    of: str
    kind: str
    bound: float

    def __str__(self) -> str:
        sign = "≥" if self.kind == "least" else "≤"
        return f"{'ratio ' if self.of == 'ratio' else ''}{sign} {self.bound:g}"

    def met(self, value: float, ratio: float | None) -> bool:
        seen = value if self.of == "value" else ratio
        if seen is None:
            return False
        return seen >= self.bound if self.kind == "least" else seen <= self.bound


def at_least(bound: float) -> Goal:
    return Goal("value", "least", bound)


def at_most(bound: float) -> Goal:
    return Goal("value", "most", bound)


def ratio_at_least(bound: float) -> Goal:
    return Goal("ratio", "least", bound)


def ratio_at_most(bound: float) -> Goal:
    return Goal("ratio", "most", bound)


def tell(
    name: str,
    value: float,
    unit: str,
    *,
    baseline: float | None = None,
    ratio: float | None = None,
    goal: Goal | None = None,
    note: str = "",
) -> None:
    """Print one line of a benchmark. ratio: value ÷ baseline where it is not given."""
    if ratio is None and baseline:
        ratio = value / baseline
    line: dict[str, object] = {
        "name": name,
        "value": _short(value),
        "unit": unit,
        "baseline": None if baseline is None else _short(baseline),
        "ratio": None if ratio is None else round(ratio, 3),
        "goal": None if goal is None else str(goal),
        "met": None if goal is None else goal.met(value, ratio),
    }
    if note:
        line["note"] = note
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def one_core() -> None:
    """Bind this process to the last of its cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def in_turns(
    sides: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Seconds of each side in each round. Sides take turns within a round, so that what else the machine
    does falls on all of them alike; each round begins with another side.
    """
    names = list(sides)
    out: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            gc.collect(0)
            began = clock()
            sides[name]()
            out[name].append(clock() - began)
    return out


def medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def ratio_of(times: Mapping[str, list[float]], side: str, to: str) -> float:
    """The median over the rounds of side ÷ to: what was slow in one round was slow for both."""
    return statistics.median(a / b for a, b in zip(times[side], times[to], strict=True))


def arguments(about: str) -> argparse.Namespace:
    """--quick: a small run that shows that the benchmark works; its figures mean nothing."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that it works")
    parser.add_argument("--only", metavar="PART", help="just the part of this name")
    return parser.parse_args()
