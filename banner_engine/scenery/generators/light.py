"""Light and colour: gradients, rays, soft ellipses, and rings of light."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery.easel import Easel, Patch, ramp, smooth
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import (
    Angles,
    Colour,
    Count,
    Flag,
    Length,
    Lengths,
    Number,
    Place,
    Share,
    Stops,
)


@field
def linear(easel: Easel, *, stops: Stops, angle: Number = 180, start: Place, end: Place) -> Patch | None:
    """A gradient over the whole canvas, along `angle` (degrees as in CSS: 90 to the right, 180 down),
    from the line through `start` to the line through `end`."""
    grid = easel.grid()
    assert grid is not None  # the canvas is never empty
    dx, dy = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
    length = (end[0] - start[0]) * dx + (end[1] - start[1]) * dy
    t = (grid.x - start[0]) * (dx / length) + (grid.y - start[1]) * (dy / length)
    return grid.patch(*ramp(stops, t))


@field
def radial(easel: Easel, *, stops: Stops, at: Place, radius: Length, flat: Number = 1) -> Patch | None:
    """A round glow; `flat` is its height over its width. Stop 1 is at the radius."""
    box = (at[0] - radius, at[1] - radius * flat, at[0] + radius, at[1] + radius * flat)
    opaque_rim = stops[-1][1][3] > 0
    grid = easel.grid(None if opaque_rim else box)
    if grid is None:
        return None
    t = np.sqrt(((grid.x - at[0]) / radius) ** 2 + ((grid.y - at[1]) / (radius * flat)) ** 2)
    return grid.patch(*ramp(stops, t))


@field
def rays(
    easel: Easel,
    *,
    colour: Colour,
    reach: Length,
    count: Count = 22,
    widths: Angles = (8.2, 4.5),
    calm: Share = 1,
    soft: Length = 60,
) -> Patch | None:
    """Wedges of light from the hero's centre, of alternating widths (degrees), fading out at `reach`.

    The seed turns them. `calm`: how much of them is taken away over the copy, `soft` px around it.
    """
    (cx, cy), turn = easel.stage.centre, easel.rng.uniform(0, 2 * np.pi)
    grid = easel.grid((cx - reach, cy - reach, cx + reach, cy + reach))
    if grid is None:
        return None
    dx, dy = grid.x - cx, grid.y - cy
    far = np.sqrt(dx * dx + dy * dy)
    pitch = 2 * np.pi / count
    position = (np.arctan2(dy, dx) + turn) / pitch
    nearest = np.round(position)
    half = np.radians(np.asarray(widths, np.float32)) / 2
    half_width = half.take(nearest.astype(np.int32) % len(widths))
    # Off the wedge's edge in px: the angle times the distance from the centre.
    cover = easel.inside((np.abs(position - nearest) * pitch - half_width) * far)
    fade = np.interp(np.linspace(0, 1, 257), [0, 0.35, 1], [1, 0.75, 0]).astype(np.float32)
    cover *= fade.take(np.clip(far / reach * 256, 0, 256).astype(np.int32))
    cover *= easel.away(grid, calm, soft) * colour[3]
    return grid.patch(np.asarray(colour[:3], np.float32), cover)


@field
def shade(
    easel: Easel, *, colour: Colour, at: Place, rx: Length, ry: Length, blur: Length = 8
) -> Patch | None:
    """A blurred ellipse: a contact shadow, or a pool of light."""
    reach = 3 * blur
    grid = easel.grid((at[0] - rx - reach, at[1] - ry - reach, at[0] + rx + reach, at[1] + ry + reach))
    if grid is None:
        return None
    u, v = (grid.x - at[0]) / rx, (grid.y - at[1]) / ry
    norm = np.sqrt(u * u + v * v) + 1e-6
    # First-order distance to an ellipse: (f - 1) / |grad f| for f = norm.
    slope = np.sqrt((u / rx) ** 2 + (v / ry) ** 2) / norm
    cover = easel.inside((norm - 1) / np.maximum(slope, 1e-6), blur) * colour[3]
    # A blur wider than the ellipse thins it out: it keeps its amount of shadow.
    cover *= float(min(1, ry / blur) ** 0.5)
    return grid.patch(np.asarray(colour[:3], np.float32), cover)


@field
def ring(
    easel: Easel,
    *,
    stops: Stops,
    radius: Length,
    widths: Lengths,
    blurs: Lengths,
    opacities: Angles,
    horizon: Length | None = None,
    mirror: Flag = False,
    angle: Number = 90,
) -> Patch | None:
    """A ring of light around the hero: strokes (width, blur, opacity) that share one linear gradient.

    The gradient runs across the ring along `angle` (CSS degrees). horizon: from the ground; the ring is
    cut there, and `mirror` draws its reflection below instead, fading with the distance.
    """
    cx, cy = easel.stage.centre
    reach = radius + max(width / 2 + 3 * blur for width, blur in zip(widths, blurs, strict=True))
    level = None if horizon is None else easel.stage.ground + horizon
    if level is None:
        box = (cx - reach, cy - reach, cx + reach, cy + reach)
    elif mirror:
        cy = 2 * level - cy
        box = (cx - reach, level, cx + reach, cy + reach)
    else:
        box = (cx - reach, cy - reach, cx + reach, level)
    grid = easel.grid(box)
    if grid is None:
        return None
    dx, dy = grid.x - cx, grid.y - cy
    off = np.sqrt(dx * dx + dy * dy) - radius
    clear = np.ones_like(off)
    for width, blur, opacity in zip(widths, blurs, opacities, strict=True):
        clear *= 1 - easel.stroke(off, width, blur) * opacity
    along = dx * math.sin(math.radians(angle)) - dy * math.cos(math.radians(angle)) * (-1 if mirror else 1)
    colour, alpha = ramp(stops, along / (2 * radius) + 0.5)
    alpha = alpha * (1 - clear)
    if level is not None:
        alpha = alpha * easel.inside((level - grid.y) * (1 if mirror else -1))
        if mirror:
            alpha = alpha * (1 - 0.35 * smooth((grid.y - level) / (2 * radius)))
    return grid.patch(colour, alpha)
