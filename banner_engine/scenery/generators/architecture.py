"""A niche in a wall: the arch, the light that falls into it, and a line around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Array, Easel, Grid, Patch, ramp
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Length, Number, Size, Span, Stops


@dataclass(frozen=True, slots=True)
class _Niche:
    """An arch with a half-circle head: middle, half its width, top and floor."""

    cx: float
    half: float
    top: float
    floor: float

    def distance(self, grid: Grid) -> Array:
        """Signed px to its outline, negative inside; the floor does not count."""
        dx = np.abs(grid.x - self.cx)
        rise = np.minimum(grid.y - (self.top + self.half), 0)
        distance: Array = np.sqrt(dx * dx + rise * rise) - self.half
        return distance

    def grid(self, easel: Easel) -> Grid | None:
        edge = 1 / easel.stage.scale
        return easel.grid(
            (self.cx - self.half - edge, self.top - edge, self.cx + self.half + edge, self.floor)
        )


def _niche(easel: Easel, half: float, top: float, floor: float) -> _Niche:
    (cx, cy), ground = easel.stage.centre, easel.stage.ground
    return _Niche(cx, half, cy + top, ground + floor)


@field
def arch(
    easel: Easel, *, half: Size, top: Length, floor: Length, light: Stops, glow: Size, shade: Stops
) -> Patch | None:
    """A niche behind the hero. half: its half width; top: from the hero's centre; floor: from the ground.

    light: radial from the hero's centre, `glow` wide; shade: an inner shadow from its left to right wall.
    """
    niche = _niche(easel, half, top, floor)
    grid = niche.grid(easel)
    if grid is None:
        return None
    cx, cy = easel.stage.centre
    far = np.sqrt((grid.x - cx) ** 2 + (grid.y - cy) ** 2) / glow
    colour, alpha = ramp(light, far)
    dark, depth = ramp(shade, (grid.x - cx) / (2 * half) + 0.5)
    if dark.ndim == 1:
        dark = dark[:, None, None]
    if colour.ndim == 1:
        colour = colour[:, None, None]
    return grid.patch(colour + (dark - colour) * depth, alpha * easel.inside(niche.distance(grid)))


@field
def beam(
    easel: Easel,
    *,
    half: Size,
    top: Length,
    floor: Length,
    stops: Stops,
    spread: Span,
    blur: Length = 20,
) -> Patch | None:
    """A cone of light within a niche (half, top, floor as for `arch`), from its head to its floor.

    spread: half the cone's width at the head and at the floor.
    """
    niche = _niche(easel, half, top, floor)
    grid = niche.grid(easel)
    if grid is None:
        return None
    down = (grid.y - niche.top) / (niche.floor - niche.top)
    edge = np.abs(grid.x - niche.cx) - (spread[0] + (spread[1] - spread[0]) * down)
    colour, alpha = ramp(stops, down)
    return grid.patch(colour, alpha * easel.inside(edge, blur) * easel.inside(niche.distance(grid)))


@vector
def arch_line(
    easel: Easel,
    *,
    half: Size,
    top: Length,
    floor: Length,
    stops: Stops,
    gap: Length = 9,
    width: Number = 1.5,
) -> str:
    """A metal line around a niche (half, top, floor as for `arch`), `gap` px off it."""
    niche = _niche(easel, half, top, floor)
    r, x = niche.half + gap, niche.cx
    y = niche.top + niche.half
    name = f"{easel.prefix}line"
    stroke = max(width, 0.9)
    p = svg.points
    d = f"M{p(x - r, niche.floor)}L{p(x - r, y)}A{p(r, r)} 0 0 1 {p(x + r, y)}L{p(x + r, niche.floor)}"
    return svg.linear(name, stops, x - r, niche.top - gap, x + r, niche.floor) + svg.path(
        d, f'fill="none" stroke="url(#{name})" stroke-width="{svg.num(stroke)}"'
    )
