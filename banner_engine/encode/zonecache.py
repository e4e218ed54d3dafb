"""Zones in memory: about the least recently used are dropped, by their real bytes, with a path short enough for
50,000 joins a second.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from banner_engine.cache import ByteBudget, CacheStats
from banner_engine.encode.zones import Runs

Keys = tuple[bytes, ...]
SHARE = 0.5
"""Of the process's budget, at most; what zones hold is taken from the other caches."""
KEPT = 0.95
"""Of its share, after zones were dropped."""
PER_RUN, PER_ZONE = 60, 250
"""Bytes that an empty bytes object and a tuple with its entry cost."""
PER_PIECE, PER_PICTURE = 8, 200


class ZoneCache:
    """Zones by key, and for pictures that were joined the pieces that they were joined from.

    A picture whose pieces are known is found in one step. That leaves no trace in the order of zones, so
    dropping zones forgets the pieces of all pictures: then each picture that is still asked for touches its
    zones once more. Thread-safe.
    """

    def __init__(self, budget: ByteBudget) -> None:
        self.pictures: dict[Keys, tuple[bytes, ...]] = {}
        """Pieces in scan order by the keys of a picture's zones."""
        self.asked = 0
        """Zones of all pictures that were joined; counted by who joins them."""
        self._budget = budget
        self._lock = threading.Lock()
        self._zones: OrderedDict[bytes, Runs] = OrderedDict()
        self._misses = self._evictions = self._nbytes = self._listed = 0

    @property
    def limit(self) -> int:
        return int(self._budget.limit * SHARE)

    def pieces(
        self, header: bytes, keys: Keys, join: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    ) -> tuple[bytes, ...] | None:
        """The header and the runs of all zones in scan order, or None where a zone is missing."""
        with self._lock:
            zones, flat = self._zones, [header]
            for key in keys:
                runs = zones.get(key)
                if runs is None:
                    return None
                flat += runs
                zones.move_to_end(key)
            pieces = self.pictures[keys] = join(flat)
            size = PER_PIECE * len(pieces) + PER_PICTURE
            self._listed += size
            self._grow(size)
        return pieces

    def get(self, key: bytes) -> Runs | None:
        runs = self._zones.get(key)
        if runs is None:
            self._misses += 1
        return runs

    def put(self, key: bytes, runs: Runs) -> None:
        size = nbytes(runs)
        with self._lock:
            if key not in self._zones and size <= self.limit * KEPT:
                self._zones[key] = runs
                self._grow(size)

    def _grow(self, size: int) -> None:
        before, self._nbytes = self._nbytes, self._nbytes + size
        if self._nbytes > self.limit:
            self.pictures.clear()
            self._nbytes -= self._listed
            self._listed = 0
            while self._nbytes > self.limit * KEPT:
                _, gone = self._zones.popitem(last=False)
                self._nbytes -= nbytes(gone)
                self._evictions += 1
        self._budget.hold(self._nbytes - before)

    @property
    def stats(self) -> CacheStats:
        """Of zones: found in memory, not found there, dropped, held."""
        return CacheStats(
            self.asked - self._misses, self._misses, self._evictions, len(self._zones), self._nbytes
        )


def nbytes(runs: Runs) -> int:
    return sum(map(len, runs)) + PER_RUN * len(runs) + PER_ZONE
