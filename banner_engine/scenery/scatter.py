"""Points spread evenly by chance, as a hand would strew them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

CANDIDATES = 12

Point = tuple[float, float]


def scattered(
    rng: np.random.Generator, count: int, place: Callable[[float, float], Point | None]
) -> list[Point]:
    """Points as far from each other as the best of some candidates is (Mitchell 1991).

    place: from two numbers 0 to 1 to a point, or None where none may lie. So there may be fewer than `count`.
    """
    found: list[Point] = []
    for _ in range(count):
        best, best_gap = None, -1.0
        for u, v in rng.random((CANDIDATES, 2)):
            point = place(u, v)
            if point is None:
                continue
            gap = min((math.hypot(point[0] - a, point[1] - b) for a, b in found), default=math.inf)
            if gap > best_gap:
                best, best_gap = point, gap
        if best is not None:
            found.append(best)
    return found
