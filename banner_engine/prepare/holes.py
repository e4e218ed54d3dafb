"""Holes in a product, between straps or in a watch's band, which the network closes.

The thresholds were set by looking at 101 pictures of a shop's feed, each candidate marked on its picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banner_engine.prepare.colours import Floats, cielab
from banner_engine.prepare.ground import fitted_ground, gradient
from banner_engine.prepare.pieces import Mask, grown, label, shrunk, without_specks
from banner_engine.prepare.saliency import Map

_CHROMA = 4.5  # off the ground's a*, b*
_DARKER, _LIGHTER = -16.0, 30.0  # off the ground's L*, which a shadow beside a hole drags down
_SMOOTH = 1.2  # L* per px, at one pixel
_POSSIBLE = 0.3  # of the network's answer: below this it is ground anyway
_REACH = 9


@dataclass(frozen=True, slots=True)
class _Patch:
    """A smooth patch in the ground's colour.

    pixels: its size, as for a picture of 600 px. lighter: L* above the fitted ground. deviation: of L*.
    steep: mean gradient, L* per px. likely: the network's mean answer. walled: share of its surroundings
    that differ clearly from the ground. rim: gradient around it, L* per px.
    """

    pixels: float
    lighter: float
    deviation: float
    steep: float
    likely: float
    walled: float
    rim: float

    def is_hole(self) -> bool:
        """Through a hole the ground is seen: as flat as the ground is, and walled by the product.

        A highlight fades into the product instead, and print on it is seldom flat. Where the network
        itself doubts, less will do; where it is sure, the wall must be a sharp edge.
        """
        if self.likely < 0.7:
            least = 0.47 if self.lighter > -5 else 0.6
            return self.deviation <= 3 and self.steep <= 1.2 and self.walled >= least
        flat = self.deviation <= 2 and self.steep <= 0.4
        sharp = self.rim >= 10.5 and self.walled >= 0.68
        large = self.likely < 0.97 or self.pixels >= 400
        return flat and sharp and large and self.lighter >= -3


def find_holes(rgb: NDArray[np.uint8], likely: Map, ground: Mask) -> Mask:
    """The patches (h, w) of the subject through which the ground is seen.

    rgb: (h, w, 3). likely: (h, w), the network's answer. ground: what is surely ground around the subject.
    """
    surface = fitted_ground(rgb, ground)
    if surface is None:
        return np.zeros_like(ground)
    lab = cielab(rgb / 255.0)
    off = lab - surface
    slope = gradient(lab[..., 0])
    alike = np.hypot(off[..., 1], off[..., 2]) < _CHROMA
    alike &= (off[..., 0] > _DARKER) & (off[..., 0] < _LIGHTER)
    alike &= (likely > _POSSIBLE) & (slope < _SMOOTH)
    labels, count = label(without_specks(shrunk(alike, 1), max(16, likely.size // 18_000)))
    found = np.zeros_like(ground)
    for number, (y0, y1, x0, x1) in enumerate(_boxes(labels, count), start=1):
        part = np.s_[max(0, y0 - _REACH) : y1 + _REACH, max(0, x0 - _REACH) : x1 + _REACH]
        inside = labels[part] == number
        if _measured(inside, off[part], lab[part][..., 0], slope[part], likely[part], likely.size).is_hole():
            found[part] |= inside
    return _flooded(found, off, slope, likely)


def _flooded(found: Mask, off: Floats, slope: Floats, likely: Map) -> Mask:
    """The holes and what joins them without an edge: the same ground, in the product's shade."""
    if not found.any():
        return found
    shade = np.hypot(off[..., 1], off[..., 2]) < _CHROMA + 1.5
    shade &= (off[..., 0] > _DARKER - 12) & (off[..., 0] < _LIGHTER)
    shade &= (likely > _POSSIBLE) & (slope < 2.0)
    labels, count = label(found | shrunk(shade | found, 1))
    reached = np.zeros(count + 1, dtype=bool)
    reached[labels[found]] = True
    result: Mask = reached[labels]
    return result


def _boxes(labels: NDArray[np.int32], count: int) -> list[tuple[int, int, int, int]]:
    """(y0, y1, x0, x1) of each piece, ends exclusive."""
    ys, xs = np.nonzero(labels)
    owner = labels[ys, xs] - 1
    low_y, low_x = np.full(count, labels.shape[0]), np.full(count, labels.shape[1])
    high_y, high_x = np.zeros(count, int), np.zeros(count, int)
    np.minimum.at(low_y, owner, ys)
    np.minimum.at(low_x, owner, xs)
    np.maximum.at(high_y, owner, ys + 1)
    np.maximum.at(high_x, owner, xs + 1)
    return list(zip(low_y.tolist(), high_y.tolist(), low_x.tolist(), high_x.tolist(), strict=True))


def _measured(
    inside: Mask, off: Floats, lightness: Floats, slope: Floats, likely: Map, picture_pixels: int
) -> _Patch:
    around = grown(inside, _REACH) & ~grown(inside, 5)
    edge = grown(inside, 5) & ~grown(inside, 1)
    apart = np.sqrt((off[around] ** 2).sum(axis=-1))
    return _Patch(
        pixels=int(inside.sum()) * 360_000 / picture_pixels,
        lighter=float(off[inside][:, 0].mean()),
        deviation=float(lightness[inside].std()),
        steep=float(slope[inside].mean()),
        likely=float(likely[inside].mean()),
        walled=float((apart > 20).mean()) if len(apart) else 0.0,
        rim=float(np.percentile(slope[edge], 75)) if edge.any() else 0.0,
    )
