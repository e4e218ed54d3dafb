"""Coded segments by what is really drawn in them, so that a zone that is missed is not made whole again: where only
a headline is new, only the segments that its ink meets are painted and encoded.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from banner_engine.cache import ByteBudget

SHARE = 0.1
"""Of the process's budget, at most."""
PER_SEGMENT, PER_KEY = 150, 400
"""Bytes that an empty bytes object with its entry, and an empty table with its own, cost."""

Segments = dict[int, bytes]


class Patches:
    """Segments of a frame by the content that touches them; the least recently used contents are dropped.
    Thread-safe.
    """

    def __init__(self, budget: ByteBudget) -> None:
        self._budget = budget
        self._lock = threading.Lock()
        self._tables: OrderedDict[bytes, Segments] = OrderedDict()
        self._nbytes = 0

    def find(self, key: bytes, wanted: list[int]) -> Segments:
        """Those of the wanted segments that are known."""
        with self._lock:
            table = self._tables.get(key)
            if table is None:
                return {}
            self._tables.move_to_end(key)
            return {segment: table[segment] for segment in wanted if segment in table}

    def add(self, key: bytes, segments: Segments) -> None:
        limit, before = int(self._budget.limit * SHARE), self._nbytes
        with self._lock:
            if key not in self._tables:
                self._nbytes += PER_KEY
            table = self._tables.setdefault(key, {})
            self._nbytes += sum(PER_SEGMENT + len(data) for n, data in segments.items() if n not in table)
            table.update(segments)
            while self._nbytes > limit and self._tables:
                _, gone = self._tables.popitem(last=False)
                self._nbytes -= PER_KEY + sum(PER_SEGMENT + len(data) for data in gone.values())
            self._budget.hold(self._nbytes - before)
