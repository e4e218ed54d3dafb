"""Graphic shapes of one lean: bands across the canvas, dots that grow out of an edge, streaks of speed."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Array, Easel, Patch, stacked
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Bars, Colour, Count, Lean, Length, Number, Place, Share, Size, Span

LEAST_PITCH = 4.0


@field
def bands(easel: Easel, *, at: Place, bars: Bars, lean: Lean = 0, blur: Length = 0) -> Patch:
    """Straight bands from edge to edge, leaning by `lean` degrees from upright (a slash leans to the right).

    bars: [offset, width, colour] each, the first one lowest; an offset leads from `at` to the band's middle,
    across the band, away from the copy. blur: sigma of their edges.
    """
    grid, outward = easel.canvas(), easel.stage.outward
    angle = math.radians(lean)
    across = (grid.x - at[0]) * math.cos(angle) + (grid.y - at[1]) * math.sin(angle)
    layers = []
    for offset, width, colour in bars:
        cover = easel.stroke(across - offset * outward, width, blur) * np.float32(colour[3])
        layers.append((np.asarray(colour[:3], np.float32), cover))
    return grid.patch(*stacked(layers))


@field
def halftone_edge(
    easel: Easel,
    *,
    colour: Colour,
    at: Place,
    reach: Size,
    lean: Lean = 0,
    pitch: Size = 19,
    dot: Size = 12.4,
    fall: Share = 0.9,
    calm: Share = 1,
    soft: Length = 30,
) -> Patch | None:
    """A hexagonal grid of dots that shrink away from an edge through `at`, leading away from the copy.

    The edge leans by `lean` degrees from upright, as that of `bands`. The first dots have the radius `dot`
    (fused, where that is over half of `pitch`), and at `reach` px from the edge none is left; a `fall` below
    1 keeps them large for longer.
    """
    stage = easel.stage
    angle, outward = math.radians(lean), stage.outward
    shrink = max(1.0, LEAST_PITCH / (pitch * stage.scale))
    pitch, dot = pitch * shrink, dot * shrink
    slant = abs(math.tan(angle)) * stage.height + reach / math.cos(angle) + pitch
    grid = easel.grid((at[0] - slant, 0, at[0] + slant, stage.height))
    if grid is None:
        return None
    row_step = pitch * 0.866
    cover: Array = np.zeros((grid.y.shape[0], grid.x.shape[1]), np.float32)
    row = np.round((grid.y - at[1]) / row_step)
    # A dot above half the pitch reaches over its neighbours' middles.
    sides = range(-2, 3) if dot > 0.86 * pitch else range(-1, 2)
    for side in sides:
        near = row + side
        shift = np.mod(near, 2) * (pitch / 2)
        middle = np.round((grid.x - at[0] - shift) / pitch)
        for column in (middle - 1, middle, middle + 1) if dot > 0.5 * pitch else (middle,):
            x, y = column * pitch + shift, near * row_step
            off = (x * math.cos(angle) + y * math.sin(angle)) * outward
            size = dot * np.clip(1 - np.maximum(off, 0) / reach, 0, 1) ** fall
            size = np.where((off > -pitch) & (size > 0.35 / stage.scale), size, -1)
            dx, dy = grid.x - at[0] - x, grid.y - at[1] - y
            cover = np.maximum(cover, easel.inside(np.sqrt(dx * dx + dy * dy) - size) * (size > 0))
    cover = cover * easel.away(grid, calm, soft) * np.float32(colour[3])
    return grid.patch(np.asarray(colour[:3], np.float32), cover)


@vector
def streaks(
    easel: Easel,
    *,
    colour: Colour,
    at: Place,
    count: Count = 4,
    length: Span = (150, 240),
    width: Span = (2.5, 5),
    angle: Number = -5,
    spread: Length = 160,
    clear: Length = 60,
    margin: Length = 8,
) -> str:
    """Lines of speed that lead to `at`, solid where they end and fading where they come from: the copy.

    They stand within `spread` px above and below `at`, none within `clear` px, at `angle` degrees from level
    (against the clock), and end where the copy begins. The seed shuffles them.
    """
    stage, rng, parts = easel.stage, easel.rng, []
    turn = math.radians(-angle) * -stage.outward
    along = (math.cos(turn) * stage.outward, math.sin(turn) * stage.outward)
    for number in range(count):
        side = -1 if number % 2 else 1
        lane = (number // 2 + rng.uniform(0.15, 0.85)) / max(1, math.ceil(count / 2))
        off = side * (clear + lane * max(spread - clear, 0))
        reach, thick = rng.uniform(*length), max(rng.uniform(*width), 0.9 / stage.scale)
        x1 = at[0] + rng.uniform(-0.25, 0.25) * reach * stage.outward
        y1 = at[1] + off
        x0, y0 = x1 - along[0] * reach, y1 - along[1] * reach
        if easel.is_quiet(x1, y1, margin):
            continue
        name = f"{easel.prefix}s{number}"
        stops = [(0.0, (*colour[:3], 0.0)), (0.7, colour), (1.0, colour)]
        parts.append(svg.linear(name, stops, x0, y0, x1, y1))
        nx, ny = -along[1] * thick / 2, along[0] * thick / 2
        # It has its whole width from the middle on.
        mx, my = (x0 + x1) / 2, (y0 + y1) / 2
        d = (
            f"M{svg.points(x0, y0)}L{svg.points(mx + nx, my + ny)}L{svg.points(x1 + nx, y1 + ny)}"
            f"L{svg.points(x1 - nx, y1 - ny)}L{svg.points(mx - nx, my - ny)}Z"
        )
        parts.append(svg.path(d, f'fill="url(#{name})"'))
    return "".join(parts)
