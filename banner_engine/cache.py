"""One budget of bytes for everything that is kept in memory: shaped text, rasters, scenery, relit products.

Caches that each had a limit of their own would add up to a limit that nobody chose. So a `ByteBudget`
holds the entries of all of them in one order of use, and drops the least recently used, whoever owns it.
What is kept elsewhere for a good reason (zones, on their short path) is held against the same limit.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import astuple, dataclass
from typing import Any, Generic, TypeVar, cast

Value = TypeVar("Value")
TRIM_AFTER = 0.25
"""Of a budget's limit: when so much was dropped, free pages are given back to the system."""


@dataclass(frozen=True, slots=True)
class CacheStats:
    """Counters of one cache, since its start. entries and nbytes: what it holds now."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0
    entries: int = 0
    nbytes: int = 0

    def __add__(self, other: CacheStats) -> CacheStats:
        return CacheStats(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def to_dict(self) -> dict[str, int | float]:
        asked = self.hits + self.misses
        return {
            "hit_rate": round(self.hits / asked, 4) if asked else 0.0,
            "hits": self.hits,
            "misses": self.misses,
            "evictions": self.evictions,
            "entries": self.entries,
            "bytes": self.nbytes,
        }


def _trim() -> None:
    """Give back the pages that large and small allocations in turn have left free between them; only glibc
    keeps them, and only there is something to do.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


class ByteBudget:
    """Least-recently-used entries of any number of `Cache`s, at most `limit` bytes together. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[Cache[Any], Hashable], tuple[Any, int]] = OrderedDict()
        self._nbytes = self._held = self._freed = 0

    @property
    def nbytes(self) -> int:
        return self._nbytes + self._held

    def __len__(self) -> int:
        return len(self._entries)

    def resize(self, limit: int) -> None:
        """Set the limit in bytes; entries that no longer fit are dropped at once."""
        with self._lock:
            self.limit = limit
            self._shrink()

    def hold(self, more: int) -> None:
        """Count bytes that someone else keeps, or (negative) keeps no longer."""
        with self._lock:
            self._held += more
            self._freed += max(-more, 0)
            self._shrink()

    def clear(self) -> None:
        with self._lock:
            while self._entries:
                self._drop_oldest()

    def _shrink(self) -> None:
        while self._entries and self.nbytes > self.limit:
            self._drop_oldest()
        if self._freed > self.limit * TRIM_AFTER:
            self._freed = 0
            _trim()

    def _drop_oldest(self) -> None:
        (cache, _), (_, nbytes) = self._entries.popitem(last=False)
        self._nbytes -= nbytes
        self._freed += nbytes
        cache._evictions += 1
        cache._count -= 1
        cache._nbytes -= nbytes


class Cache(Generic[Value]):
    """A named view on a `ByteBudget`. `size` tells the bytes that a value really holds."""

    def __init__(self, budget: ByteBudget, name: str, size: Callable[[Value], int]) -> None:
        self.budget = budget
        self.name = name
        self._size = size
        self._hits = self._misses = self._evictions = self._count = self._nbytes = 0

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made on a miss.

        `make` runs outside of the lock: two threads that miss at once both make the value, and the
        first one stored is returned to both. A value larger than the budget is returned, not kept.
        """
        budget, slot = self.budget, (self, key)
        with budget._lock:
            found = budget._entries.get(slot)
            if found is not None:
                budget._entries.move_to_end(slot)
                self._hits += 1
                return cast(Value, found[0])
            self._misses += 1
        value = make()
        self.put(key, value)
        with budget._lock:
            found = budget._entries.get(slot)
        return value if found is None else cast(Value, found[0])

    def peek(self, key: Hashable) -> Value | None:
        """The value of `key`, or None on a miss; for callers that make several missed values at once."""
        budget, slot = self.budget, (self, key)
        with budget._lock:
            found = budget._entries.get(slot)
            if found is None:
                self._misses += 1
                return None
            budget._entries.move_to_end(slot)
            self._hits += 1
            return cast(Value, found[0])

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value that `peek` missed; one that is there already stays."""
        budget, slot = self.budget, (self, key)
        nbytes = self._size(value)
        with budget._lock:
            if slot not in budget._entries and nbytes <= budget.limit:
                budget._entries[slot] = (value, nbytes)
                budget._nbytes += nbytes
                self._count += 1
                self._nbytes += nbytes
                budget._shrink()

    @property
    def stats(self) -> CacheStats:
        return CacheStats(self._hits, self._misses, self._evictions, self._count, self._nbytes)


shared = ByteBudget(256 * 1024 * 1024)
"""The process's budget, 256 MiB until someone resizes it."""
