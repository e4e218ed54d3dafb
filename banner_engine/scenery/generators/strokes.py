"""What a hand draws: brush strokes, and a rule."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch, smooth
from banner_engine.scenery.noise import key_of, noise_at
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Colour, Length, Place, Share, Size


@field
def brush(
    easel: Easel,
    *,
    colour: Colour,
    start: Place,
    end: Place,
    width: Size,
    bend: Length = 0,
    dry: Share = 0.5,
    bristle: Size = 5,
    ragged: Share = 0.4,
    calm: Share = 0,
) -> Patch | None:
    """One stroke of a flat brush from `start` to `end`, whose paint runs out on the way.

    bend: how far its middle leaves the straight line. dry: how much of it shows its bristles towards the
    end; bristle: their distance; ragged: how unevenly they set down and lift off. The seed lays the bristles.
    """
    (x0, y0), (x1, y1) = start, end
    length = max(math.hypot(x1 - x0, y1 - y0), 1e-3)
    reach = abs(bend) + 0.7 * width
    box = (min(x0, x1) - reach, min(y0, y1) - reach, max(x0, x1) + reach, max(y0, y1) + reach)
    grid, key, scale = easel.grid(box), key_of(easel), easel.stage.scale
    if grid is None:
        return None
    ax, ay = (x1 - x0) / length, (y1 - y0) / length
    t = ((grid.x - x0) * ax + (grid.y - y0) * ay) / length
    off = (grid.x - x0) * -ay + (grid.y - y0) * ax - bend * 4 * t * (1 - t)
    bristle = max(bristle, 2.2 / scale)
    # A hand wavers: the band swells and narrows a little along the way.
    half = width / 2 * (1 + 0.07 * noise_at(4 * t, np.zeros_like(t), key))
    hairs = off / bristle
    single = noise_at(hairs, 2.5 * t, key + 1)
    bundle = noise_at(hairs / 5, 1.3 * t, key + 2)
    hair = 0.62 * single + 0.78 * bundle
    sides = easel.inside((np.abs(off) - half + 0.5 * bristle * (single * ragged + ragged)) * 0.8)
    first = smooth((t - 0.03 * ragged * (1.3 + hair)) * length / (0.8 * bristle))
    last = smooth((1 - t - 0.13 * ragged * (1.1 + hair)) * length / (1.6 * bristle))
    # Paint lies where the brush still holds more than a hair needs; the sides of a brush run dry first.
    load = 2.6 - dry * (3.9 * smooth((t - 0.12) / 0.88) + 1.1 * (np.abs(off) / half) ** 3)
    paint = smooth((load + hair + 0.2) / 0.9)
    alpha = sides * first * last * paint * easel.away(grid, calm, 0.05 * easel.stage.width)
    # Thick paint is a little darker along each hair.
    shade = np.clip(1 + 0.05 * single + 0.04 * bundle, 0.8, 1.2)
    tone = np.asarray(colour[:3], np.float32)[:, None, None] * shade
    return grid.patch(np.clip(tone, 0, 1).astype(np.float32), alpha * np.float32(colour[3]))


@vector
def rule(easel: Easel, *, colour: Colour, start: Place, end: Place, width: Length = 1) -> str:
    """A straight line from `start` to `end`, one output px thick at least; level and upright ones are sharp."""
    scale = easel.stage.scale
    # Whole output pixels, so that a level line is not two grey ones.
    thick = max(round(width * scale), 1) / scale
    (x0, y0), (x1, y1) = start, end
    if abs(y1 - y0) < 0.5:
        y0 = y1 = round((y0 - thick / 2) * scale) / scale + thick / 2
    elif abs(x1 - x0) < 0.5:
        x0 = x1 = round((x0 - thick / 2) * scale) / scale + thick / 2
    length = max(math.hypot(x1 - x0, y1 - y0), 1e-6)
    nx, ny = -(y1 - y0) / length * thick / 2, (x1 - x0) / length * thick / 2
    corners = ((x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny))
    return svg.path(f"M{'L'.join(svg.points(*corner) for corner in corners)}Z", svg.fill(colour))
