"""Floors: a plane of colour, its horizon, and a grid in perspective."""

from __future__ import annotations

import numpy as np

from banner_engine.scenery.easel import Array, Easel, Patch, ramp, smooth
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import Length, Repeats, Share, Size, Stops


@field
def floor(
    easel: Easel, *, stops: Stops, horizon: Length, calm: Share = 0, soft: Length = 260
) -> Patch | None:
    """A plane from the horizon (from the ground) down to the canvas' lower edge.

    calm: how much of it is taken away over the copy, `soft` px around it.
    """
    stage, level = easel.stage, easel.stage.ground + horizon
    grid = easel.grid((0, level - 1, stage.width, stage.height))
    if grid is None:
        return None
    colour, alpha = ramp(stops, (grid.y - level) / max(stage.height - level, 1))
    alpha = alpha * easel.inside(level - grid.y)
    return grid.patch(colour, alpha * easel.away(grid, calm, soft) if calm else alpha)


@field
def horizon(
    easel: Easel, *, stops: Stops, horizon: Length, width: Length = 1.2, blur: Length = 0
) -> Patch | None:
    """A line of light across the canvas; its stops run from the left edge over the hero to the right edge.

    Offset .5 is under the hero, wherever that stands.
    """
    stage, level = easel.stage, easel.stage.ground + horizon
    reach = width / 2 + 3 * blur + 1
    grid = easel.grid((0, level - reach, stage.width, level + reach))
    if grid is None:
        return None
    cx, width_right = max(stage.centre[0], 1), max(stage.width - stage.centre[0], 1)
    t = np.where(grid.x < cx, grid.x / (2 * cx), 1 - (stage.width - grid.x) / (2 * width_right))
    colour, alpha = ramp(stops, t)
    return grid.patch(colour, alpha * easel.stroke(grid.y - level, max(width, 1 / stage.scale), blur))


@field
def grid_floor(
    easel: Easel,
    *,
    stops: Stops,
    horizon: Length,
    near: Size = 238,
    far: Size = 31,
    rows: Repeats = 13,
    width: Length = 1.3,
    glow: Length = 3.6,
    blur: Length = 5,
    strength: Share = 0.9,
    haze: Share = 0.5,
    spot: Size,
    calm: Share = 1,
    soft: Length = 60,
) -> Patch | None:
    """A floor's grid in one-point perspective under the hero, with a glow around sharp lines.

    far, near: the verticals' pitch at the horizon (from the ground) and at the lower edge. The lines fade
    near the horizon, where they would flicker, towards the lower edge, and `spot` px away from the hero.
    """
    stage, level = easel.stage, easel.stage.ground + horizon
    grid = easel.grid((0, level, stage.width, stage.height))
    if grid is None:
        return None
    depth = max(stage.height - level, 1.0)
    down = (grid.y - level) / depth
    pitch = far + (near - far) * down
    column = (grid.x - stage.centre[0]) / pitch
    slant = np.sqrt(1 + (column * ((near - far) / depth)) ** 2)
    off_vertical = (column - np.round(column)) * pitch / slant
    open_vertical = _apart(pitch / slant * stage.scale)
    # Row k lies 1.12 depth / (rows + 1.2 - k) below the horizon: denser upwards, as a plane is.
    row = (rows + 1.2) - 1.12 / np.maximum(down, 1e-3)
    nearest = np.clip(np.round(row), 1, rows)
    off_row = (1.12 / (rows + 1.2 - nearest) - down) * depth
    open_row = _apart(1.12 * depth * stage.scale / (rows + 1.2 - nearest) ** 2)
    lines = np.maximum(
        easel.stroke(off_vertical, width) * open_vertical, easel.stroke(off_row, width) * open_row
    )
    light = np.maximum(easel.stroke(off_vertical, glow, blur), easel.stroke(off_row, glow, blur))
    fade = np.interp(down[:, 0], [0, 0.12, 0.5, 1], [0, 0.55, 0.75, 0.25]).astype(np.float32)[:, None]
    away = (grid.x - stage.centre[0]) / spot
    fade = fade * (1 - 0.88 * smooth(np.abs(away)))
    cover = (1 - (1 - lines * strength) * (1 - light * haze)) * fade * easel.away(grid, calm, soft)
    colour, alpha = ramp(stops, grid.x / stage.width)
    return grid.patch(colour, alpha * cover)


def _apart(gap: Array) -> Array:
    """1 where lines stand clear of each other, falling to 0 at a gap of 1.5 px, where they would flicker."""
    return smooth((gap - 1.5) / 3.5)
