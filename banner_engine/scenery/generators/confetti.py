"""Paper in the air."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel
from banner_engine.scenery.registry import vector
from banner_engine.scenery.scatter import Point, scattered
from banner_engine.scenery.terms import Colours, Count, Length, Rgba, Share, Span


@vector
def confetti(
    easel: Easel,
    *,
    colours: Colours,
    count: Count = 64,
    size: Span = (7, 17),
    clear: Length,
    bottom: Length,
    margin: Length = 12,
    blurred: Share = 0.5,
    blur: Length = 1.2,
    inner: Length = 0,
) -> str:
    """Cut paper (half), curls (a third) and dots, some of it out of focus, spread evenly.

    Pieces keep `clear` px off the hero's centre, `margin` px off the copy, above `bottom` (from the
    ground), thinning out towards it; inner: if given, none farther than that from the hero's centre.
    """
    rng, parts = easel.rng, [svg.soft(f"{easel.prefix}b", blur)]
    for x, y in _scatter(easel, count, size[1], clear, bottom, margin, inner):
        length = rng.uniform(*size)
        colour = colours[int(rng.integers(len(colours)))]
        soft = f' filter="url(#{easel.prefix}b)"' if rng.random() < blurred else ""
        turn = f'transform="translate({svg.points(x, y)}) rotate({rng.uniform(0, 360):.1f})"{soft}'
        parts.append(f"<g {turn}>{_piece(rng, length, colour)}</g>")
    return "".join(parts) if len(parts) > 1 else ""


@vector
def bokeh_paper(
    easel: Easel,
    *,
    colours: Colours,
    count: Count = 2,
    size: Length = 64,
    blur: Length = 6,
    margin: Length = 40,
) -> str:
    """Large paper out of focus at the upper edge, beside copy and hero: the nearest thing of the scene."""
    stage, rng = easel.stage, easel.rng
    free = [
        x
        for x in np.linspace(0, stage.width, 49)
        if abs(x - stage.centre[0]) > 0.7 * stage.radius
        and not easel.is_quiet(x, 0.05 * stage.height, margin)
    ]
    parts = []
    for number in range(count if free else 0):
        # One piece in each part of the free edge, so that they never pile up.
        lane = free[len(free) * number // count : len(free) * (number + 1) // count]
        x = lane[int(rng.integers(len(lane)))]
        y = rng.uniform(-0.01, 0.09) * stage.height
        colour, length = colours[number % len(colours)], size * rng.uniform(0.75, 1.2)
        turn = f'transform="translate({svg.points(x, y)}) rotate({rng.uniform(-40, 40):.1f})"'
        paper = _sheet(length, 0.55 * length, 0.1 * length, colour)
        parts.append(f'<g {turn} filter="url(#{easel.prefix}b)">{paper}</g>')
    return svg.soft(f"{easel.prefix}b", blur) + "".join(parts) if parts else ""


def _scatter(
    easel: Easel, count: int, size: float, clear: float, bottom: float, margin: float, inner: float
) -> list[Point]:
    stage = easel.stage
    (cx, cy), floor = stage.centre, stage.ground + bottom

    def place(u: float, v: float) -> Point | None:
        x, y = u * stage.width, v**1.25 * floor
        away = math.hypot(x - cx, y - cy)
        if away < clear + size / 2 or (inner and away > inner) or easel.is_quiet(x, y, margin + size):
            return None
        return x, y

    return scattered(easel.rng, count, place)


def _piece(rng: np.random.Generator, length: float, colour: Rgba) -> str:
    """A piece around (0, 0)."""
    kind = rng.random()
    if kind < 0.5:
        return _sheet(length, length * rng.uniform(0.42, 0.62), length * rng.uniform(-0.2, 0.2), colour)
    if kind < 0.7:
        return svg.circle(0, 0, length * 0.24, svg.fill(colour))
    a, lift = length * 1.1, length * rng.uniform(0.35, 0.6)
    d = f"M{svg.points(-a, lift / 3)}C{svg.points(-a / 3, -1.6 * lift, a / 3, 1.6 * lift, a, -lift / 3)}"
    return svg.path(d, svg.line(colour, max(length * 0.17, 0.8)) + ' stroke-linecap="round"')


def _sheet(length: float, height: float, skew: float, colour: Rgba) -> str:
    x, y = length / 2, height / 2
    return svg.path(
        f"M{svg.points(-x + skew, -y)}L{svg.points(x + skew, -y)}L{svg.points(x - skew, y)}"
        f"L{svg.points(-x - skew, y)}Z",
        svg.fill(colour),
    )
