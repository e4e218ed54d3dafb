"""Fine, repeated things: dots and stars."""

from __future__ import annotations

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Colour, Count, Length, Place, Share, Size, Span


@field
def halftone(
    easel: Easel,
    *,
    colour: Colour,
    at: Place,
    reach: Size,
    pitch: Size = 15,
    dot: Size = 4.6,
    calm: Share = 1,
    soft: Length = 30,
) -> Patch | None:
    """A hexagonal grid of dots whose radii shrink from `dot` at `at` to nothing at `reach`."""
    grid = easel.grid((at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach))
    if grid is None:
        return None
    row_step = pitch * 0.866
    cover = np.zeros((grid.y.shape[0], grid.x.shape[1]), np.float32)
    row = np.round((grid.y - at[1]) / row_step)
    for side in (-1, 0, 1):
        near = row + side
        shift = np.mod(near, 2) * (pitch / 2)
        column = np.round((grid.x - at[0] - shift) / pitch)
        x, y = column * pitch + shift, near * row_step
        size = dot * (1 - np.sqrt(x * x + y * y) / reach)
        dx, dy = grid.x - at[0] - x, grid.y - at[1] - y
        inside = easel.inside(np.sqrt(dx * dx + dy * dy) - size)
        cover = np.maximum(cover, inside * (size > 0.35 / easel.stage.scale))
    cover *= easel.away(grid, calm, soft) * colour[3]
    return grid.patch(np.asarray(colour[:3], np.float32), cover)


@vector
def stars(
    easel: Easel,
    *,
    colour: Colour,
    count: Count = 70,
    size: Span = (0.4, 1.3),
    dim: Share = 0.15,
    horizon: Length | None = None,
    clear: Length = 0,
    calm: Share = 1,
) -> str:
    """Points of light over the sky (above `horizon`, from the ground), none within `clear` of the hero.

    Opacity runs from `dim` to the colour's own. `calm`: the share that is left out over the copy.
    """
    stage, rng = easel.stage, easel.rng
    floor = stage.height if horizon is None else stage.ground + horizon
    parts = []
    for x, y, r, light, luck in rng.random((count, 5)):
        x, y = x * stage.width, y * floor
        near = np.hypot(x - stage.centre[0], y - stage.centre[1]) < clear
        if near or (luck < calm and easel.is_quiet(x, y, 0)):
            continue
        opacity = dim + (colour[3] - dim) * light**2
        parts.append(svg.circle(x, y, size[0] + (size[1] - size[0]) * r**2, svg.fill((*colour[:3], opacity))))
    return "".join(parts)
