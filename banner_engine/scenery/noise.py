"""Noise that belongs to positions: the same place, key and size give the same value on every canvas."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from banner_engine.scenery.easel import Array, Easel, Grid

Whole = npt.NDArray[np.integer]
# The mean of a cubic B-spline's squared weights: what interpolation leaves of the variance, per axis.
SPLINE_VARIANCE = 151 / 315
# The same for joining two values by 3t² - 2t³.
LATTICE_VARIANCE = 26 / 35
BYTE_SIGMA = ((4 * (256**2 - 1)) / 12) ** 0.5


def mixed(x: Whole, y: Whole, key: int) -> npt.NDArray[np.uint32]:
    """32 well-mixed bits for each pair of integers (the finalizer of MurmurHash3, Appleby 2011)."""
    bits = _scrambled(x.astype(np.uint32) * np.uint32(0x9E3779B1) + np.uint32(key & 0xFFFFFFFF))
    return _scrambled(bits ^ (y.astype(np.uint32) * np.uint32(0x85EBCA77)))


def _scrambled(bits: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    bits = (bits ^ (bits >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    bits = (bits ^ (bits >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return bits ^ (bits >> np.uint32(16))


def normal(x: Whole, y: Whole, key: int) -> Array:
    """Nearly normal numbers of mean 0 and deviation 1: the sum of the four bytes of a hash."""
    bytes_ = mixed(x, y, key)[..., None].view(np.uint8)
    sums: Array = bytes_.sum(axis=-1, dtype=np.int32).astype(np.float32)
    return (sums - 510) / np.float32(BYTE_SIGMA)


def smooth_noise(easel: Easel, grid: Grid, key: int, size: float, size_y: float | None = None) -> Array:
    """Soft noise of mean 0 and deviation 1 over a grid, (h, w); its bumps are about `size` px apart.

    size_y: their distance down the canvas, if that is another. Values stand on a lattice and are joined
    by cubic B-splines. A lattice finer than the pixels is taken at the pixels' own pitch.
    """
    least = 1 / easel.stage.scale
    across, down = max(size, least), max(size if size_y is None else size_y, least)
    column, across_weights = _spline(grid.x[0] / across)
    row, down_weights = _spline(grid.y[:, 0] / down)
    x = np.arange(column.min(), column.max() + 4)
    y = np.arange(row.min(), row.max() + 4)
    table = normal(x[None, :], y[:, None], key)
    rows = sum(table[row - row.min() + tap] * down_weights[tap][:, None] for tap in range(4))
    out: Array = np.zeros((len(row), len(column)), np.float32)
    for tap in range(4):
        out += np.asarray(rows)[:, column - column.min() + tap] * across_weights[tap]
    return out / np.float32(SPLINE_VARIANCE)


def layered_noise(easel: Easel, grid: Grid, key: int, size: float, octaves: int, fall: float = 0.5) -> Array:
    """Noise in octaves, each half as wide and `fall` as strong as the one before; deviation 1, (h, w).

    Octaves finer than 1.5 output px are left out: they would flicker (Perlin 1985, clamped as usual).
    """
    total = np.zeros((grid.y.shape[0], grid.x.shape[1]), np.float32)
    power, strength = 0.0, 1.0
    for octave in range(octaves):
        width = size / 2**octave
        if octave and width * easel.stage.scale < 1.5:
            break
        total += strength * smooth_noise(easel, grid, key + 0x51ED27 * octave, width)
        power += strength**2
        strength *= fall
    return total / np.float32(power**0.5)


def noise_at(x: Array, y: Array, key: int) -> Array:
    """Noise of mean 0 and deviation 1 at any coordinates; its bumps are about 1 apart. One shape for both.

    For where positions are bent; `smooth_noise` is faster and softer on a straight grid.
    """
    column, row = np.floor(x), np.floor(y)
    u, v = x - column, y - row
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    left, top = column.astype(np.int64), row.astype(np.int64)
    upper = normal(left, top, key) * (1 - u) + normal(left + 1, top, key) * u
    lower = normal(left, top + 1, key) * (1 - u) + normal(left + 1, top + 1, key) * u
    out: Array = (upper + (lower - upper) * v) / np.float32(LATTICE_VARIANCE)
    return out


def key_of(easel: Easel) -> int:
    """A key for this layer's noise, from its own dice."""
    return int(easel.rng.integers(2**32))


def _spline(position: Array) -> tuple[npt.NDArray[np.int64], list[Array]]:
    """The first of four lattice points around each position, and their cubic B-spline weights."""
    base = np.floor(position).astype(np.int64)
    t = (position - base).astype(np.float32)
    weights: list[Array] = [
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    ]
    return base - 1, weights
