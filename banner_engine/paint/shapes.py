"""Coverage of simple shapes by their signed distance: clean edges without a vector rasteriser's round trip.

A pixel's coverage is ½ minus the distance of its centre from the edge, clipped to 0 … 1, which is exact
for straight edges along the axes and within 2 % on curves (after I. Quilez, "2D distance functions").
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Point = tuple[float, float]
HALF = np.float32(0.5)


def _axes(width: int, height: int) -> tuple[Floats, Floats]:
    x = (np.arange(width, dtype=np.float32) + HALF)[None, :]
    y = (np.arange(height, dtype=np.float32) + HALF)[:, None]
    return x, y


def rounded(width: int, height: int, box: tuple[float, float, float, float], radius: float) -> Floats:
    """Coverage (height × width) of a rounded rectangle; box: x, y, w, h in px of the raster."""
    x0, y0, w, h = box
    radius = max(min(radius, w / 2, h / 2), 0.0)
    x, y = _axes(width, height)
    qx = np.abs(x - np.float32(x0 + w / 2)) - np.float32(w / 2 - radius)
    qy = np.abs(y - np.float32(y0 + h / 2)) - np.float32(h / 2 - radius)
    if radius < 0.25:
        inside: Floats = np.clip(HALF - qx, 0, 1) * np.clip(HALF - qy, 0, 1)
        return inside
    outside = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0))
    distance = outside + np.minimum(np.maximum(qx, qy), 0) - np.float32(radius)
    covered: Floats = np.clip(HALF - distance, 0, 1)
    return covered


def slanted(width: int, height: int, box: tuple[float, float, float, float], lean: float) -> Floats:
    """Coverage of a parallelogram whose upright sides lean to the right by `lean` px for each px of height."""
    x0, y0, w, h = box
    x, y = _axes(width, height)
    shift = np.float32(lean) * (np.float32(y0 + h) - y)
    steep = np.float32(1 / math.hypot(1, lean))
    across = np.minimum(x - np.float32(x0) - shift, np.float32(x0 + w - lean * h) + shift - x) * steep
    along = np.minimum(y - np.float32(y0), np.float32(y0 + h) - y)
    covered: Floats = np.clip(HALF + across, 0, 1) * np.clip(HALF + along, 0, 1)
    return covered


def stroked(width: int, height: int, lines: Sequence[tuple[Point, Point]], thickness: float) -> Floats:
    """Coverage of line segments with round caps and joins."""
    x, y = _axes(width, height)
    nearest = np.full((height, width), np.inf, dtype=np.float32)
    for (ax, ay), (bx, by) in lines:
        dx, dy = bx - ax, by - ay
        length = max(dx * dx + dy * dy, 1e-9)
        t = np.clip(
            ((x - np.float32(ax)) * np.float32(dx) + (y - np.float32(ay)) * np.float32(dy)) / length, 0, 1
        )
        away = np.hypot(x - np.float32(ax) - t * np.float32(dx), y - np.float32(ay) - t * np.float32(dy))
        nearest = np.minimum(nearest, away.astype(np.float32))
    covered: Floats = np.clip(HALF + np.float32(thickness / 2) - nearest, 0, 1)
    return covered
