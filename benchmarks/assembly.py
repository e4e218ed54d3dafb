"""Segment assembly: warm and cold, from profiles, on its way to the disk, and its memory. Each part runs in a process
of its own, bound to one core; `--only PART` runs one.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from pathlib import Path

from benchmarks import cold, memory, outputs, warm
from benchmarks.measure import arguments, one_core

PARTS = {
    "warm": warm.run,
    "profiles": warm.run_profiles,
    "cold": cold.run,
    "outputs": outputs.run,
    "memory": memory.run,
}


def part(name: str, state: Path, quick: bool) -> None:
    one_core()
    PARTS[name](state, quick)


def main() -> None:
    told = arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="bench-assembly-") as place:
        for name in [told.only] if told.only else PARTS:
            child = multiprocessing.get_context("spawn").Process(
                target=part, args=(name, Path(place), told.quick)
            )
            child.start()
            child.join()
            if child.exitcode:
                raise SystemExit(f"{name} ended with {child.exitcode}")


if __name__ == "__main__":
    main()
