"""Light and colour: gradients, rays, soft ellipses, and rings of light."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery.easel import Easel, Patch, normal_cdf, ramp, smooth
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import (
    Angles,
    Colour,
    Flag,
    Length,
    Number,
    Place,
    Repeats,
    Share,
    Size,
    Stops,
    Strokes,
)

BLUR_NODES = 15


@field
def fill(easel: Easel, *, colour: Colour) -> Patch | None:
    """One colour over the whole canvas."""
    grid = easel.canvas()
    alpha = np.full((grid.y.shape[0], grid.x.shape[1]), colour[3], np.float32)
    return grid.patch(np.asarray(colour[:3], np.float32), alpha)


@field
def linear(
    easel: Easel, *, stops: Stops, start: Place, end: Place, angle: Number | None = None
) -> Patch | None:
    """A gradient over the whole canvas from `start` to `end`.

    angle: its direction if that is another (degrees as in CSS: 90 to the right, 180 down).
    """
    grid = easel.canvas()
    dx, dy = end[0] - start[0], end[1] - start[1]
    if angle is not None:
        dx, dy = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
    # Where both ends meet, the gradient is an edge.
    length = (end[0] - start[0]) * dx + (end[1] - start[1]) * dy or 1e-6
    t = (grid.x - start[0]) * (dx / length) + (grid.y - start[1]) * (dy / length)
    return grid.patch(*ramp(stops, t))


@field
def radial(
    easel: Easel, *, stops: Stops, at: Place, radius: Size, flat: Number = 1, ease: Flag = False
) -> Patch | None:
    """A round glow; `flat` is its height over its width. Stop 1 is at the radius.

    ease: start and end without a kink, so that no rim shows where the glow ends.
    """
    box = (at[0] - radius, at[1] - radius * flat, at[0] + radius, at[1] + radius * flat)
    opaque_rim = stops[-1][1][3] > 0
    grid = easel.canvas() if opaque_rim else easel.grid(box)
    if grid is None:
        return None
    t = np.sqrt(((grid.x - at[0]) / radius) ** 2 + ((grid.y - at[1]) / (radius * flat)) ** 2)
    return grid.patch(*ramp(stops, smooth(t) if ease else t))


@field
def rays(
    easel: Easel,
    *,
    colour: Colour,
    reach: Size,
    count: Repeats = 22,
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
def shade(easel: Easel, *, colour: Colour, at: Place, rx: Size, ry: Size, blur: Length = 8) -> Patch | None:
    """A blurred ellipse: a contact shadow, or a pool of light. blur: sigma."""
    (cx, cy), reach, sigma = at, 3 * blur, max(blur, 0.5 / easel.stage.scale)
    grid = easel.grid((cx - rx - reach, cy - ry - reach, cx + rx + reach, cy + ry + reach))
    if grid is None:
        return None
    # Exact across, for each column of the ellipse; along it, columns under a sampled Gaussian.
    cover = np.zeros((grid.y.shape[0], grid.x.shape[1]), np.float32)
    nodes = np.linspace(-3, 3, BLUR_NODES)
    weights = np.exp(-nodes * nodes / 2)
    down = (grid.y - cy) / sigma
    for node, weight in zip(nodes.tolist(), (weights / weights.sum()).tolist(), strict=True):
        u = (grid.x - cx - node * sigma) / rx
        half = np.sqrt(np.clip(1 - u * u, 0, 1)) * (ry / sigma)
        cover += (normal_cdf(half - down) - normal_cdf(-half - down)) * weight
    return grid.patch(np.asarray(colour[:3], np.float32), cover * colour[3])


@field
def ring(
    easel: Easel,
    *,
    stops: Stops,
    radius: Size,
    strokes: Strokes,
    angle: Number = 90,
    horizon: Length | None = None,
    mirror: Size | None = None,
) -> Patch | None:
    """A ring of light around the hero: strokes (width, blur, opacity) that share one linear gradient.

    The gradient runs across the ring along `angle` (CSS degrees). horizon: from the ground; the ring is
    cut there. mirror: draw its reflection in the floor instead, gone at that distance from the horizon.
    """
    cx, cy = easel.stage.centre
    reach = radius + max(width / 2 + 3 * blur for width, blur, _ in strokes)
    level = None if horizon is None else easel.stage.ground + horizon
    if level is None:
        box = (cx - reach, cy - reach, cx + reach, cy + reach)
    elif mirror is not None:
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
    for width, blur, opacity in strokes:
        clear *= 1 - easel.stroke(off, width, blur) * opacity
    along = dx * math.sin(math.radians(angle)) - dy * math.cos(math.radians(angle)) * (
        1 if mirror is None else -1
    )
    colour, alpha = ramp(stops, along / (2 * radius) + 0.5)
    alpha = alpha * (1 - clear)
    if level is not None:
        below = grid.y - level
        alpha = alpha * easel.inside(below if mirror is None else -below)
        if mirror is not None:
            alpha = alpha * (1 - smooth(below / mirror))
    return grid.patch(colour, alpha)
