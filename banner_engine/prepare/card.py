"""Photo cards, for pictures that can't be cut out well: cropped to the subject, framed, rounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from banner_engine.prepare.colours import oklab

Box = tuple[int, int, int, int]

_PAPER = (255, 255, 255)
_LINE = (0, 0, 0)
_MAT = 0.03  # of the card's shorter side
_RADIUS = 0.085
_MARGIN = 0.07  # of the picture's longer side, around the subject
_ASPECT = (0.8, 1.25)
_SUPERSAMPLED = 4
CORNER = _RADIUS
"""Radius of a card's corners, as a fraction of its shorter side."""


def make_card(image: Image.Image, focus: NDArray[np.floating] | None = None) -> Image.Image:
    """An RGBA card of an RGB picture: white mat, hairline, rounded corners.

    focus: (h, w) weights of what must stay in the middle; by default what differs from the border.
    """
    photo = image.crop(crop_box(attention(image) if focus is None else focus))
    short = min(photo.size)
    mat = max(3, round(_MAT * short))
    width, height = photo.width + 2 * mat, photo.height + 2 * mat
    radius = round(_RADIUS * (short + 2 * mat))
    card = Image.new("RGB", (width, height), _PAPER)
    card.paste(photo, (mat, mat), _rounded(photo.size, max(2, radius - mat)))
    outer = _rounded((width, height), radius)
    inner = Image.new("L", (width, height), 0)
    inner.paste(_rounded((width - 2, height - 2), radius - 1), (1, 1))
    line = Image.fromarray(
        (np.asarray(outer, np.int16) - np.asarray(inner, np.int16)).clip(0).astype(np.uint8)
    )
    card.paste(_LINE, (0, 0), line.point(lambda v: v * 26 // 255))
    card.putalpha(outer)
    return card


def crop_box(focus: NDArray[np.floating]) -> Box:
    """The part of a picture to show: around the subject, neither very wide nor very tall where it can be."""
    height, width = focus.shape
    x0, x1 = _extent(focus.sum(axis=0, dtype=np.float64))
    y0, y1 = _extent(focus.sum(axis=1, dtype=np.float64))
    margin = _MARGIN * max(height, width)
    x0, x1, y0, y1 = x0 - margin, x1 + margin, y0 - margin, y1 + margin
    low, high = _ASPECT
    want_width = max(x1 - x0, low * (y1 - y0))
    want_height = max(y1 - y0, (x1 - x0) / high)
    left, right = _window((x0 + x1) / 2, want_width, width)
    top, bottom = _window((y0 + y1) / 2, want_height, height)
    return left, top, right, bottom


def attention(image: Image.Image) -> NDArray[np.float64]:
    """Weights (h, w) of what differs from the picture's border and has detail, more so near the middle."""
    height, width = image.height, image.width
    lab = oklab(np.asarray(image.filter(ImageFilter.GaussianBlur(max(1.0, max(image.size) / 300)))) / 255.0)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    away = np.sqrt(((lab - np.median(border, axis=0)) ** 2).sum(axis=-1))
    noise = float(np.percentile(np.sqrt(((border - np.median(border, axis=0)) ** 2).sum(axis=-1)), 75))
    dy, dx = np.gradient(lab[..., 0])
    detail = np.hypot(dx, dy) * max(image.size) / 100
    y = (np.arange(height) + 0.5) / height * 2 - 1
    x = (np.arange(width) + 0.5) / width * 2 - 1
    middle = np.exp(-(y[:, None] ** 2 + x[None, :] ** 2))
    weights = np.maximum(away - 1.5 * noise - 0.04, 0.0) * (0.3 + np.minimum(detail, 1.0)) * middle
    result: NDArray[np.float64] = weights if weights.sum() > 0 else middle
    return result


def _extent(weights: NDArray[np.float64]) -> tuple[float, float]:
    """Where the middle 97 % of the weight lie."""
    total = np.cumsum(weights)
    if not total[-1] > 0:
        return 0.0, float(len(weights))
    first = int(np.searchsorted(total, 0.015 * total[-1]))
    last = int(np.searchsorted(total, 0.985 * total[-1]))
    return float(first), float(last + 1)


def _window(centre: float, length: float, limit: int) -> tuple[int, int]:
    """An interval of `length` around `centre`, moved and cut so that it lies within 0..limit."""
    size = min(limit, max(1, round(length)))
    start = min(max(0, round(centre - size / 2)), limit - size)
    return start, start + size


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """Coverage of a rounded rectangle that fills `size`."""
    k = _SUPERSAMPLED
    large = Image.new("L", (size[0] * k, size[1] * k), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, size[0] * k - 1, size[1] * k - 1), radius * k, fill=255)
    return large.reduce(k)
