"""What is hung out for a feast: clouds of luck and lanterns."""

from __future__ import annotations

import math

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel
from banner_engine.scenery.registry import vector
from banner_engine.scenery.terms import Colour, Length, Place, Repeats, Share, Size, Stops

# Circles (x, y, radius) and the flat foot of a cloud, in widths from its middle.
PUFFS = ((-0.32, 0.015, 0.105), (-0.18, -0.075, 0.145), (0.03, -0.135, 0.18), (0.22, -0.05, 0.145))
FEET = ((-0.49, 0.03, 0.88, 0.1), (-0.3, -0.06, 0.6, 0.19))


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
    for a, b, r, side in ((0.07, -0.105, 0.115, 1), (-0.19, -0.045, 0.095, -1)):
        cx, cy, r, turn = x + out * a * size, y + b * size, r * size, side * out
        spots = []
        for step in range(15):
            way, far = 0.62 * step, r * (1 - 0.062 * step)
            spots.append((cx + turn * far * math.cos(way), cy + far * math.sin(way)))
        curls.append(svg.path(f"M{svg.points(*spots[0])}{svg.curve(spots)}", svg.line(line, stroke)))
    gradient = svg.linear(f"{name}c", fill, x, y - 0.34 * size, x, y + 0.16 * size)
    edge, body = shapes(svg.fill((*line[:3], 1)), stroke / 2), shapes(f'fill="url(#{name}c)"', -stroke / 2)
    return f'{gradient}<g opacity="{line[3]:.3g}">{edge}</g>{body}{"".join(curls)}'


@vector
def lantern(
    easel: Easel,
    *,
    body: Stops,
    cap: Stops,
    line: Colour,
    at: Place,
    size: Size,
    ribs: Repeats = 7,
    glow: Colour | None = None,
    sway: Share = 0.5,
) -> str:
    """A paper lantern on a thread from the upper edge, with a tassel.

    at: its middle; size: its width. body: radial, from the lamp within to its sides; cap: metal from left to
    right; line: ribs, thread and tassel; glow: the light around it. sway: how far the seed swings it.
    """
    x, y, name = *at, easel.prefix
    w, h = size / 2, 0.52 * size
    turn = sway * easel.rng.uniform(-5, 5)
    thin = max(0.012 * size, 0.7)
    stroke = svg.line(line, thin)
    parts = [
        svg.radial(f"{name}b", body, cy=0.46, r=0.56),
        svg.linear(f"{name}m", cap, x - 0.5 * w, y, x + 0.5 * w, y),
    ]
    if glow is not None:
        fade = [(0.0, glow), (0.45, (*glow[:3], 0.5 * glow[3])), (1.0, (*glow[:3], 0.0))]
        parts += [svg.glow(f"{name}g", fade, x, y, 2 * w), svg.circle(x, y, 2 * w, f'fill="url(#{name}g)"')]
    # It swings around the point that its thread hangs from.
    parts.append(f'<g transform="rotate({turn:.2f} {svg.points(x, min(0.0, y - 2 * h))})">')
    parts.append(svg.path(f"M{svg.points(x, -h)}V{svg.num(y - h)}", stroke))
    for number in range(-2, 3):
        end = y + h + (0.62 - 0.05 * abs(number)) * size
        parts.append(
            svg.path(f"M{svg.points(x, y + 1.1 * h)}L{svg.points(x + 0.024 * number * size, end)}", stroke)
        )
    parts.append(svg.ellipse(x, y, w, h, f'fill="url(#{name}b)"'))
    for number in range(1, ribs + 1):
        # Ribs are circles seen from the side: they crowd towards the edge.
        rx = abs(w * math.cos(math.pi * number / (ribs + 1)))
        parts.append(svg.ellipse(x, y, rx, h, stroke))
    wide, high = 0.46 * w, 0.12 * size
    for top in (y - h - 0.55 * high, y + h - 0.45 * high):
        parts.append(
            f'<rect x="{svg.num(x - wide)}" y="{svg.num(top)}" width="{svg.num(2 * wide)}" '
            f'height="{svg.num(high)}" rx="{svg.num(high / 4)}" fill="url(#{name}m)"/>'
        )
    parts.append(svg.circle(x, y + h + 0.85 * high, 0.045 * size, f'fill="url(#{name}m)"'))
    return "".join([*parts, "</g>"])
