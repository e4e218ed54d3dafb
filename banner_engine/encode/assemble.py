"""JPEGs by segment assembly: missed zones are painted and encoded once, pictures are joined from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from banner_engine.cache import ByteBudget, CacheStats
from banner_engine.encode.cuts import encode_segments
from banner_engine.encode.formats import Encoded, over_budget
from banner_engine.encode.patches import Patches
from banner_engine.encode.segments import Grid, header
from banner_engine.encode.versions import drawing_versions
from banner_engine.encode.zonecache import ZoneCache
from banner_engine.encode.zones import Runs, ZoneMap, runs_of, zone_map
from banner_engine.paint import Painter, Rows
from banner_engine.plan.items import Plan

Join = Callable[[Sequence[bytes]], tuple[bytes, ...]]
"""A zone map's: (header, runs of zone 0, …) in scan order."""


class ZoneStore(Protocol):
    """Where zones outlive a process."""

    def get(self, key: bytes) -> Runs | None: ...
    def put(self, key: bytes, runs: Runs) -> None: ...


@dataclass(frozen=True, slots=True)
class Variant:
    """An interned variant at one quality: all that joining its bytes needs, and the plan for missed zones."""

    plan: Plan
    quality: int
    zones: ZoneMap
    header: bytes
    keys: tuple[bytes, ...]
    join: Join


class Assembler:
    """Makes JPEGs of plans. Zones are kept under the process's byte budget, and in `store` if there is one."""

    def __init__(self, painter: Painter, budget: ByteBudget, store: ZoneStore | None = None) -> None:
        self.painter = painter
        self.store = store
        self._zones = ZoneCache(budget)
        self._patches = Patches(budget)
        self._libraries = repr(sorted(drawing_versions().items()))

    def intern(self, plan: Plan, quality: int) -> Variant:
        """What the bytes of a plan are joined from. Nothing is painted."""
        grid = Grid(plan.width, plan.height, plan.restart_blocks)
        units = plan.units
        zones = zone_map(grid, tuple(u.bounds for u in units), tuple(u.kind for u in units))
        frame = f"{self._frame(plan, quality)} {zones.digest}"
        keys = tuple(_key(frame, [units[n].key for n in zone.units]) for zone in zones.zones)
        head = header(plan.width, plan.height, quality, plan.restart_blocks)
        return Variant(plan, quality, zones, head, keys, zones.join)

    def _frame(self, plan: Plan, quality: int) -> str:
        """All that the bytes of any segment depend on, but for what is drawn in it."""
        size = f"{plan.width}x{plan.height} {plan.restart_blocks}"
        return f"{plan.scene.digest} {size} {quality} {self._libraries}"

    def jpeg(self, plan: Plan, ladder: Iterable[int], budget: int) -> Encoded:
        """The bytes at the first step of the ladder at or under `budget` bytes.

        Raises BannerError (kind "budget") when no step fits.
        """
        size = step = 0
        for step in ladder:
            data = self.one(self.intern(plan, step))
            size = len(data)
            if size <= budget:
                return Encoded(data, step)
        raise over_budget(size, step, budget)

    def one(self, variant: Variant) -> bytes:
        return self.batch((variant,))[0]

    def batch(self, variants: Iterable[Variant]) -> list[bytes]:
        """The bytes of many variants, in their order."""
        out, zones = [], 0
        find = self._zones.pictures.get
        for variant in variants:
            zones += len(variant.keys)
            pieces = find(variant.keys)
            out.append(self._joined(variant) if pieces is None else b"".join(pieces))
        self._zones.asked += zones
        return out

    def warm(self, head: bytes, keys: tuple[bytes, ...], join: Join) -> bytes | None:
        """A picture all of whose zones are in memory, by its interned parts, else None. Nothing is painted,
        so any thread may ask, whatever another one draws meanwhile.
        """
        pieces = self._zones.pictures.get(keys) or self._zones.pieces(head, keys, join)
        if pieces is None:
            return None
        self._zones.asked += len(keys)
        return b"".join(pieces)

    @property
    def stats(self) -> CacheStats:
        return self._zones.stats

    def _joined(self, variant: Variant) -> bytes:
        """Join a picture whose pieces are not known; what is missing is made, all of it from one paint."""
        pieces = self._zones.pieces(variant.header, variant.keys, variant.join)
        if pieces is not None:
            return b"".join(pieces)
        found = {n: self._zones.get(key) or self._stored(key) for n, key in enumerate(variant.keys)}
        missing = [n for n, runs in found.items() if runs is None]
        for number, made in zip(missing, self._make(variant, missing), strict=True):
            found[number] = made
            self._zones.put(variant.keys[number], made)
            if self.store is not None:
                self.store.put(variant.keys[number], made)
        flat = [variant.header]
        for runs in found.values():
            assert runs is not None
            flat += runs
        return b"".join(variant.join(flat))

    def _stored(self, key: bytes) -> Runs | None:
        runs = None if self.store is None else self.store.get(key)
        if runs is not None:
            self._zones.put(key, runs)
        return runs

    def _make(self, variant: Variant, missing: list[int]) -> list[Runs]:
        """The runs of missing zones. Of their segments only those are painted whose content is new, and on them
        only the items that touch them.
        """
        if not missing:
            return []
        zones = variant.zones
        specs = [zones.zones[number] for number in missing]
        segments = self._segments(variant, [segment for spec in specs for segment in spec.segments])
        return [runs_of(spec, segments, zones.grid.count) for spec in specs]

    def _segments(self, variant: Variant, wanted: list[int]) -> dict[int, bytes]:
        plan, grid = variant.plan, variant.zones.grid
        layers = self.painter.layers(plan)
        sets = grid.touched([layer.box for layer in layers])
        groups: dict[int, list[int]] = {}
        for segment, touching in zip(wanted, sets[wanted].tolist(), strict=True):
            groups.setdefault(touching, []).append(segment)
        frame = f"{self._frame(plan, variant.quality)} patch"
        found: dict[int, bytes] = {}
        new: list[tuple[bytes, list[int]]] = []
        drawn = 0
        for touching, here in groups.items():
            key = _key(frame, [layer.mark for number, layer in enumerate(layers) if touching >> number & 1])
            known = self._patches.find(key, here)
            found |= known
            if len(known) < len(here):
                new.append((key, [segment for segment in here if segment not in known]))
                drawn |= touching
        seen = [layer for number, layer in enumerate(layers) if drawn >> number & 1]

        def paint(y0: int, y1: int) -> Image.Image:
            return self.painter.band(plan, seen, Rows(y0, y1))

        found |= encode_segments(grid, [s for _, here in new for s in here], paint, variant.quality)
        for key, here in new:
            self._patches.add(key, {segment: found[segment] for segment in here})
        return found


def _key(frame: str, units: list[str]) -> bytes:
    return hashlib.blake2b(f"{frame} {' '.join(units)}".encode(), digest_size=16).digest()
