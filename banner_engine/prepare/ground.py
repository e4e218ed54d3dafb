"""The ground behind a product: a smooth surface fitted to what is surely ground, and how plain it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from banner_engine.prepare.colours import Floats, cielab
from banner_engine.prepare.pieces import Mask, shrunk

_MOST_SAMPLES = 20_000


def fitted_ground(rgb: NDArray[np.uint8], ground: Mask) -> Floats | None:
    """The ground's colour in CIELAB at every pixel, (h, w, 3): a cubic surface fitted to `ground`.

    Shadows and other outliers are left out in three rounds. None where there is too little ground to fit.
    """
    height, width = ground.shape
    ys, xs = np.nonzero(ground)
    if len(ys) < max(200, height * width // 200):
        return None
    step = max(1, len(ys) // _MOST_SAMPLES)
    ys, xs = ys[::step], xs[::step]
    colour = cielab(rgb[ys, xs] / 255.0)
    terms = _cubic(xs / width * 2 - 1, ys / height * 2 - 1)
    used = np.ones(len(ys), dtype=bool)
    for _ in range(3):
        weights = np.linalg.lstsq(terms[used], colour[used], rcond=None)[0]
        error = np.sqrt(((colour - terms @ weights) ** 2).sum(axis=1))
        used = error <= max(2.0, 2.5 * float(np.median(error)))
    grid_y, grid_x = np.mgrid[0:height, 0:width]
    surface = _cubic(grid_x.ravel() / width * 2 - 1, grid_y.ravel() / height * 2 - 1) @ weights
    result: Floats = surface.reshape(height, width, 3)
    return result


def _cubic(x: Floats, y: Floats) -> Floats:
    powers = [(i, j) for i in range(4) for j in range(4 - i)]
    return np.stack([x**i * y**j for i, j in powers], axis=1)


def gradient(lightness: Floats) -> Floats:
    """Size of the lightness' gradient, L* per px."""
    dy, dx = np.gradient(lightness)
    size: Floats = np.hypot(dx, dy)
    return size


def busyness(rgb: NDArray[np.uint8], ground: Mask) -> float:
    """How much detail the ground has: the 97th percentile of its gradient, in L* per px.

    A plain ground with its soft shadow has less than 1; scenery, frames and text have 2 and more.
    """
    inside = shrunk(ground, max(2, max(ground.shape) // 60))
    if inside.sum() < 200:
        return 0.0
    lightness = cielab(rgb / 255.0)[..., 0]
    return float(np.percentile(gradient(lightness)[inside], 97))
