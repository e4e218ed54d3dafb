"""Gradients that are neither straight nor round: conic, and a mesh of coloured spots."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from banner_engine.scenery.easel import Easel, Patch, eased, ramp, smooth
from banner_engine.scenery.filters import enlarged
from banner_engine.scenery.noise import key_of, layered_noise
from banner_engine.scenery.oklch import from_oklab, to_oklab
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import (
    Colour,
    ColourKind,
    Flag,
    LengthKind,
    ListKind,
    Number,
    Place,
    PlaceKind,
    Rgba,
    Share,
    Stops,
    TupleKind,
)

Spots = Annotated[
    tuple[tuple[tuple[float, float], float, Rgba], ...],
    ListKind(TupleKind((PlaceKind(), LengthKind(positive=True), ColourKind()), "place, radius, colour")),
]

# How coarsely a spot may be drawn, in radii, before it is enlarged.
SMOOTH_STEP = 0.02


@field
def conic(
    easel: Easel, *, stops: Stops, at: Place, turn: Number = 0, sway: Number = 0, ease: Flag = True
) -> Patch:
    """A gradient that runs once around `at`, from `turn` (degrees as in CSS: 0 is up) clockwise.

    For a metal that shows no seam let the last stop be the first colour. sway: by how many degrees the seed
    turns it, at most. ease: no crease at a stop.
    """
    grid = easel.canvas()
    dx, dy = grid.x - at[0], grid.y - at[1]
    start = math.radians(turn + sway * easel.rng.uniform(-1, 1))
    t = np.mod(np.arctan2(dx, -dy) - start, 2 * np.pi) / np.float32(2 * np.pi)
    colour, alpha = ramp(eased(stops) if ease else stops, t)
    # Where the last stop meets the first one, the edge is one output pixel wide.
    off = np.where(t > 0.5, t - 1, t) * (2 * np.pi) * np.hypot(dx, dy) * easel.stage.scale
    first = np.clip(off + 0.5, 0, 1)
    seam = np.abs(off) < 0.5
    ends = [np.asarray(part, np.float32) for part in (stops[0][1], stops[-1][1])]
    for channel in range(4):
        plane = alpha if channel == 3 else colour[channel]
        if plane.ndim:
            plane[seam] = (ends[1][channel] + (ends[0][channel] - ends[1][channel]) * first)[seam]
    return grid.patch(colour, alpha)


@field
def mesh(
    easel: Easel, *, ground: Colour, spots: Spots, flow: Share = 0.25, drift: Share = 0.08, calm: Share = 0
) -> Patch:
    """Spots of colour that melt into each other and into the ground, mixed in OKLab so that none turns grey.

    spots: [place, radius, colour] each; a spot is half its colour at half its radius, and gone at the
    radius. flow: how far noise bends their outlines; drift: how far, in radii, the seed moves them. calm:
    how much of them the ground takes back over the copy.
    """
    key, stage = key_of(easel), easel.stage
    step = max(1, min(6, int(SMOOTH_STEP * stage.scale * min(radius for _, radius, _ in spots))))
    grid = easel.coarse(step)
    broad = 0.9 * max(stage.height, min(stage.width, 2.5 * stage.height))
    bend = [flow * 0.22 * layered_noise(easel, grid, key + n, broad, 2) for n in range(2)] if flow else [0, 0]
    # The spots share each point; the ground has what they leave, so that it glows between them.
    shape = (grid.y.shape[0], grid.x.shape[1])
    weight, left = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    lab = np.zeros((3, *shape), np.float32)
    kept = easel.away(grid, calm, 0.25 * stage.width) if calm else np.float32(1)
    for (x, y), radius, colour in spots:
        move_x, move_y = easel.rng.uniform(-drift, drift, 2) * radius
        dx = (grid.x - x - move_x) / radius + bend[0]
        dy = (grid.y - y - move_y) / radius + bend[1]
        share = (1 - smooth(np.sqrt(dx * dx + dy * dy))) * (colour[3] * kept)
        tone = to_oklab(np.asarray(colour[:3])).astype(np.float32)
        lab += share * tone[:, None, None]
        weight += share
        left *= 1 - share
    base = to_oklab(np.asarray(ground[:3])).astype(np.float32)
    lab += left * base[:, None, None]
    weight += left
    mixed = np.clip(from_oklab(lab / weight), 0, 1).astype(np.float32)
    whole = easel.canvas()
    mixed = enlarged(mixed, step, (whole.y.shape[0], whole.x.shape[1]))
    return whole.patch(mixed, np.full((1, 1), ground[3], np.float32))
