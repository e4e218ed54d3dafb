"""Zones in memory: least recently used, by their real bytes, with a path short enough for 50,000 joins a second."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from banner_engine.cache import ByteBudget, CacheStats
from banner_engine.encode.zones import Runs

SHARE = 0.5
"""Of the process's budget; zones take it away from the other caches."""
PER_RUN, PER_ZONE = 60, 250
"""Bytes that an empty bytes object and a tuple with its entry cost."""


class ZoneCache:
    """Zones by key, at most `SHARE` of a budget. The budget given to the others shrinks by as much."""

    def __init__(self, budget: ByteBudget) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._zones: OrderedDict[bytes, Runs] = OrderedDict()
        self._hits = self._misses = self._evictions = self._nbytes = 0

    @property
    def limit(self) -> int:
        return int(self._budget.limit * SHARE)

    def find(self, header: bytes, keys: Iterable[bytes]) -> list[bytes] | None:
        """[header, runs of every key …], flat, or None where one is missing."""
        zones, flat = self._zones, [header]
        move = zones.move_to_end
        try:
            for key in keys:
                flat += zones[key]
                move(key)
        except KeyError:
            return None
        self._hits += 1
        return flat

    def get(self, key: bytes) -> Runs | None:
        runs = self._zones.get(key)
        if runs is None:
            self._misses += 1
        return runs

    def put(self, key: bytes, runs: Runs) -> None:
        size = nbytes(runs)
        with self._lock:
            if key in self._zones or size > self.limit:
                return
            self._zones[key] = runs
            self._nbytes += size
            while self._nbytes > self.limit:
                _, gone = self._zones.popitem(last=False)
                self._nbytes -= nbytes(gone)
                self._evictions += 1

    @property
    def stats(self) -> CacheStats:
        """hits: pictures joined without a miss; misses: zones that were not there."""
        return CacheStats(self._hits, self._misses, self._evictions, len(self._zones), self._nbytes)


def nbytes(runs: Runs) -> int:
    return sum(map(len, runs)) + PER_RUN * len(runs) + PER_ZONE
