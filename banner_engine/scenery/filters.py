"""What is done to pixels that exist: blurring, and looking them up somewhere else."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery.easel import Array

BOXES = 3


def blurred(planes: Array, sigma: float, sigma_y: float | None = None) -> Array:
    """A Gaussian blur of (..., h, w) by three extended boxes (Gwosdek et al. 2011), edges continued.

    sigma: output px; sigma_y: down the canvas, if that is another. Below a third of a px nothing changes.
    """
    for axis, wide in ((-1, sigma), (-2, sigma if sigma_y is None else sigma_y)):
        if wide >= 1 / 3:
            for _ in range(BOXES):
                planes = _box(planes, wide * wide / BOXES, axis)
    return planes


def sampled(planes: Array, x: Array, y: Array) -> Array:
    """Values of (n, h, w) at pixel coordinates (x, y) of one shape, bilinear, edges continued.

    (0, 0) is the middle of the first pixel. Returns (n, *shape).
    """
    height, width = planes.shape[-2:]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    upper = planes[..., top, left] * (1 - across) + planes[..., top, right] * across
    lower = planes[..., bottom, left] * (1 - across) + planes[..., bottom, right] * across
    out: Array = upper + (lower - upper) * down
    return out


def enlarged(planes: Array, step: int, shape: tuple[int, int]) -> Array:
    """(..., h, w) drawn for every `step`-th pixel, for all pixels of a shape (h, w), joined by straight lines."""
    for axis, length in ((-2, shape[0]), (-1, shape[1])):
        place = np.clip((np.arange(length) + 0.5) / step - 0.5, 0, planes.shape[axis] - 1)
        low = place.astype(np.int32)
        share = (place - low).astype(np.float32)
        share = share[:, None] if axis == -2 else share
        first = planes.take(low, axis=axis)
        last = planes.take(np.minimum(low + 1, planes.shape[axis] - 1), axis=axis)
        planes = first + (last - first) * share
    return planes


def _box(planes: Array, variance: float, axis: int) -> Array:
    """The mean over a box of that variance, whose two ends count by a share."""
    whole = int((math.sqrt(1 + 12 * variance) - 1) / 2)
    inner = 2 * whole + 1
    part = inner * (variance - whole * (whole + 1) / 3) / (2 * ((whole + 1) ** 2 - variance))
    length = planes.shape[axis]
    edge = whole + 1
    index = np.clip(np.arange(-edge, length + edge), 0, length - 1)
    padded = planes.take(index, axis=axis)
    sums = np.cumsum(padded, axis=axis, dtype=np.float64)
    zero = np.zeros_like(sums.take([0], axis=axis))
    sums = np.concatenate([zero, sums], axis=axis)
    at = np.arange(length) + edge
    total = sums.take(at + whole + 1, axis=axis) - sums.take(at - whole, axis=axis)
    ends = padded.take(at - edge, axis=axis) + padded.take(at + edge, axis=axis)
    out: Array = ((total + part * ends) / (inner + 2 * part)).astype(np.float32)
    return out
