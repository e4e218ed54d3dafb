"""What a hand draws: brush strokes, and clouds as on festive paper."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch, smooth
from banner_engine.scenery.noise import key_of, noise_at
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Colour, Length, Place, Share, Size, Stops


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


# Circles (x, y, radius) and the flat foot of a cloud, in widths from its middle.
PUFFS = ((-0.3, 0.0, 0.13), (-0.13, -0.09, 0.17), (0.08, -0.15, 0.19), (0.25, -0.04, 0.15))
FEET = ((-0.46, -0.02, 0.82, 0.17), (0.02, -0.01, 0.48, 0.16))


@vector
def cloud(
    easel: Easel,
    *,
    fill: Stops,
    line: Colour,
    at: Place,
    size: Size,
    width: Length = 2.2,
    turned: Length = 0,
) -> str:
    """A cloud of luck: rolled puffs on a flat foot, in one outline, with two curls.

    size: its width. fill: from its top to its foot. turned: how far, towards the copy, its foot is drawn out.
    """
    x, y, out, name = *at, easel.stage.outward, easel.prefix
    stroke = max(width, 0.9)

    def shapes(attributes: str, grow: float) -> str:
        parts = [
            svg.circle(x + out * a * size, y + b * size, r * size + grow, attributes) for a, b, r in PUFFS
        ]
        for a, b, wide, high in FEET:
            left, long = (a if out > 0 else -a - wide) * size, wide * size
            left -= turned if out > 0 and a < -0.2 else 0
            long += turned if a < -0.2 else 0
            parts.append(
                f'<rect x="{svg.num(x + left - grow)}" y="{svg.num(y + b * size - grow)}" '
                f'width="{svg.num(long + 2 * grow)}" height="{svg.num(high * size + 2 * grow)}" '
                f'rx="{svg.num(high * size / 2 + grow)}" {attributes}/>'
            )
        return "".join(parts)

    curls = []
    for a, b, r, side in ((0.08, -0.13, 0.1, 1), (-0.16, -0.06, 0.075, -1)):
        cx, cy, r, turn = x + out * a * size, y + b * size, r * size, side * out
        spots = []
        for step in range(11):
            way, far = 0.62 * step, r * (1 - 0.085 * step)
            spots.append((cx + turn * far * math.cos(way), cy + far * math.sin(way)))
        curls.append(svg.path(f"M{svg.points(*spots[0])}{svg.curve(spots)}", svg.line(line, stroke)))
    gradient = svg.linear(f"{name}c", fill, x, y - 0.34 * size, x, y + 0.16 * size)
    edge, body = shapes(svg.fill((*line[:3], 1)), stroke / 2), shapes(f'fill="url(#{name}c)"', -stroke / 2)
    return f'{gradient}<g opacity="{line[3]:.3g}">{edge}</g>{body}{"".join(curls)}'
