"""What effects do to a mask of ink (L images): blur, sweep, growth."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter


def blurred(mask: Image.Image, sigma: float, alpha: float) -> Image.Image:
    """A Gaussian blur of sigma px at an opacity of `alpha`.

    Wide ones are made at half or a quarter of the size: they hold no detail that would be lost.
    """
    factor = 1 if sigma < 4 else 2 if sigma < 10 else 4
    small = mask.reduce(factor) if factor > 1 else mask
    if sigma >= 0.05:
        small = small.filter(ImageFilter.GaussianBlur(sigma / factor))
    if alpha < 1:
        small = small.point([round(value * alpha) for value in range(256)])
    return small if factor == 1 else enlarged(small, factor, mask.size)


def enlarged(small: Image.Image, factor: int, size: tuple[int, int]) -> Image.Image:
    """A mask 2 or 4 times as large, bilinear, cut to `size`: several times as fast as Pillow's `resize`."""
    padded = np.pad(np.asarray(small), 1, mode="edge").astype(np.uint16)
    wide = np.empty((small.width * factor, len(padded)), np.uint16)
    for step, between in _between(padded.T, factor):
        wide[step::factor] = between
    rows = np.ascontiguousarray(wide[: size[0]].T)
    out = np.empty((small.height * factor, size[0]), np.uint8)
    # Both ways of stretching leave values in 1 ÷ (2 factor)² of a level.
    parts = 4 * factor * factor
    half, shift = np.uint16(parts // 2), np.uint16(parts.bit_length() - 1)
    for step, between in _between(rows, factor):
        between += half
        np.right_shift(between, shift, out=out[step::factor], casting="unsafe")
    return Image.fromarray(out[: size[1]])


def _between(rows: NDArray[np.uint16], factor: int) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """(step, rows) for each of the `factor` rows that each row but the first and last becomes, in
    1 ÷ (2 factor) of their values.
    """
    for step in range(factor):
        # How far the new row's middle lies from the old one's, in 1 ÷ (2 factor) of a row.
        away = 2 * step + 1 - factor
        between = rows[1:-1] * np.uint16(2 * factor - abs(away))
        between += (rows[2:] if away > 0 else rows[:-2]) * np.uint16(abs(away))
        yield step, between


def swept(mask: Image.Image, far_x: float, far_y: float) -> Image.Image:
    """The union of a mask moved along the way to (far_x, far_y) px, pixel by pixel of its longer side.

    Across, a step lies at a quarter of a pixel: four moved masks, made once, do for all steps.
    """
    along_x = abs(far_x) >= abs(far_y)
    long, short = (far_x, far_y) if along_x else (far_y, far_x)
    shifted: dict[int, Image.Image] = {0: mask}
    union = ImageChops.lighter(mask, moved(mask, far_x, far_y))
    for step in range(1, math.floor(abs(long)) + 1):
        whole, phase = divmod(round(step * 4 * short / abs(long)), 4)
        if phase not in shifted:
            shifted[phase] = moved(mask, *((0, phase / 4) if along_x else (phase / 4, 0)))
        far = math.copysign(step, long)
        here = _shoved(shifted[phase], *((int(far), whole) if along_x else (whole, int(far))))
        union = ImageChops.lighter(union, here)
    return union


def grown(mask: Image.Image, radius: float) -> Image.Image:
    """A mask with a round rim of `radius` px around it."""
    union = mask
    count = min(48, max(8, math.ceil(2 * math.pi * radius)))
    for step in range(count):
        angle = 2 * math.pi * step / count
        union = ImageChops.lighter(union, moved(mask, radius * math.cos(angle), radius * math.sin(angle)))
    return union


def moved(mask: Image.Image, dx: float, dy: float) -> Image.Image:
    """A mask moved by (dx, dy) px within its frame, bilinear."""
    x, y = math.floor(dx), math.floor(dy)
    out = _shoved(mask, x, y)
    if dx - x > 1 / 256:
        out = Image.blend(out, _shoved(mask, x + 1, y), dx - x)
    if dy - y > 1 / 256:
        out = Image.blend(out, _shoved(out, 0, 1), dy - y)
    return out


def _shoved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    out = Image.new("L", mask.size)
    out.paste(mask, (dx, dy))
    return out
