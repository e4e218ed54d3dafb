"""Zones: which segments of a frame depend on which units, and in which order their bytes are joined.

Segments touched by the same kinds of units form a zone. A zone's bytes are kept as runs of neighbouring
segments with their markers in place, so that a picture is one join of its header and its zones' runs.
Constant units (logo, disclosure) part no zones, and neither does a gap of bare background that is shorter
than a row: both would cost runs and spare next to no bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from banner_engine.encode.segments import EOI, Grid, marker
from banner_engine.plan.items import CONSTANT

Box = tuple[int, int, int, int]
Runs = tuple[bytes, ...]
Kinds = frozenset[str]


@dataclass(frozen=True, slots=True)
class ZoneSpec:
    """One zone of a frame. units: indices of the units that touch it. runs: (first, last) segments."""

    units: tuple[int, ...]
    runs: tuple[tuple[int, int], ...]

    @property
    def segments(self) -> list[int]:
        return [segment for first, last in self.runs for segment in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """A frame's zones. join: (header, runs of zone 0, runs of zone 1, …), flat → the runs in scan order.
    digest: of the zones' shapes, hex.
    """

    grid: Grid
    zones: tuple[ZoneSpec, ...]
    join: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    run_count: int
    digest: str


@lru_cache(maxsize=4096)
def zone_map(grid: Grid, bounds: tuple[Box, ...], kinds: tuple[str, ...]) -> ZoneMap:
    """The zones of a frame whose units may touch these bounds (px).

    Segments belong to one zone where the same kinds of units touch them: what varies together is kept
    together, so that a picture is joined from a handful of zones.
    """
    sets = grid.touched(bounds).tolist()
    kind_of = {units: _kinds(units, kinds) for units in set(sets)}
    names = _joined([kind_of[units] for units in sets], -(-grid.columns // grid.interval))
    runs: dict[Kinds, list[tuple[int, int]]] = {}
    touching: dict[Kinds, int] = {}
    scan: list[tuple[Kinds, int]] = []
    start = 0
    for segment in range(1, len(sets) + 1):
        touching[names[segment - 1]] = touching.get(names[segment - 1], 0) | sets[segment - 1]
        if segment == len(sets) or names[segment] != names[start]:
            mine = runs.setdefault(names[start], [])
            scan.append((names[start], len(mine)))
            mine.append((start, segment - 1))
            start = segment
    offset, offsets = 1, {}
    for name, mine in runs.items():
        offsets[name] = offset
        offset += len(mine)
    order = [0, *(offsets[name] + number for name, number in scan)]
    getter: Callable[[Sequence[bytes]], tuple[bytes, ...]] = itemgetter(*order)
    zones = tuple(
        ZoneSpec(tuple(n for n in range(len(bounds)) if touching[name] >> n & 1), tuple(mine))
        for name, mine in runs.items()
    )
    digest = hashlib.blake2b(repr(zones).encode(), digest_size=16).hexdigest()
    return ZoneMap(grid, zones, getter, len(scan), digest)


def _kinds(units: int, kinds: tuple[str, ...]) -> Kinds:
    return frozenset(k for number, k in enumerate(kinds) if units >> number & 1 and k != CONSTANT)


def _joined(names: list[Kinds], row: int) -> list[Kinds]:
    """The zones' names of all segments, gaps of bare background shorter than `row` segments counted to what
    stands before them.
    """
    out = list(names)
    start = 0
    for end in range(1, len(names) + 1):
        if end < len(names) and names[end] == names[start]:
            continue
        if not names[start] and start > 0 and end - start < row:
            out[start:end] = [out[start - 1]] * (end - start)
        start = end
    return out


def runs_of(zone: ZoneSpec, segments: dict[int, bytes], count: int) -> Runs:
    """A zone's runs with their markers in place. count: segments of the whole picture."""
    markers, out = _markers(count), []
    for first, last in zone.runs:
        parts = [b""] * (2 * (last + 1 - first))
        parts[::2] = [segments[segment] for segment in range(first, last + 1)]
        parts[1::2] = markers[first : last + 1]
        out.append(b"".join(parts))
    return tuple(out)


@lru_cache(maxsize=256)
def _markers(count: int) -> tuple[bytes, ...]:
    """What stands after each of a picture's segments."""
    return (*(marker(segment) for segment in range(count - 1)), EOI)
