"""The main job as a user runs it: start-up, the demo's 10,000 assignments, and memory over ten times the profiles."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import arguments, at_most, progress, ratio_at_most, tell

CAMPAIGN = Path(__file__).parent.parent / "examples" / "double11"
AS_OF = "2026-11-10T12:00:00+08:00"


def banner(*words: str, store: Path) -> tuple[float, float]:
    """(seconds, peak RSS in MB of the largest process) of one command."""
    script = Path(sys.executable).parent / "banner"
    began = time.perf_counter()
    child = subprocess.Popen(
        [str(script), *words],
        env={**os.environ, "BANNER_STORE": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, *(_rss(pid) for pid in (child.pid, *_children(child.pid))))
        time.sleep(0.05)
    if child.returncode:
        raise SystemExit(f"banner {' '.join(words)} ended with {child.returncode}")
    return time.perf_counter() - began, peak


def _rss(pid: int) -> float:
    """Resident MB of a process now; 0 where it is gone or the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def main() -> None:
    quick = arguments(__doc__ or "").quick
    few, many = (20, 60) if quick else (2_000, 20_000)
    place = Path(tempfile.mkdtemp(prefix="bench-render-"))
    try:
        store = place / "store"
        helps = [banner("--help", store=store)[0] for _ in range(3 if quick else 9)]
        tell("banner --help", statistics.median(helps), "s", goal=at_most(0.3))
        for count in (few, many):
            people = place / f"{count}.jsonl"
            banner("profiles", "sample", str(CAMPAIGN), "--count", str(count), "--out", str(people), "--as-of", AS_OF,
                   store=store)  # fmt: skip
        job = ("render", str(CAMPAIGN), "--as-of", AS_OF, "--workers", "2", "--no-track")
        progress(f"{few:,} profiles in five placements, nothing cached")
        seconds, low = banner(
            *job, "--profiles", str(place / f"{few}.jsonl"), "--out", str(place / "a"), store=store
        )
        tell(f"render {few * 5:,} assignments, 2 cores, cold", seconds, "s", goal=at_most(90))
        progress(f"{many:,} profiles")
        _, high = banner(
            *job, "--profiles", str(place / f"{many}.jsonl"), "--out", str(place / "b"), store=store
        )
        tell(
            f"peak RSS, {many:,} profiles against {few:,}", high, "MB", baseline=low, goal=ratio_at_most(1.3)
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
