"""Soft ground shapes: blobs, waves, and a table's edge."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Array, Easel, Patch, eased, ramp, stacked
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import (
    Colour,
    Length,
    Number,
    Place,
    Ratio,
    Repeats,
    Share,
    Size,
    Stops,
)


@field
def blob(
    easel: Easel,
    *,
    stops: Stops,
    at: Place,
    radius: Size,
    lobes: Repeats = 4,
    wobble: Share = 0.06,
    flat: Ratio = 1,
    angle: Number = 135,
    blur: Length = 0,
) -> Patch | None:
    """A soft round shape with a gradient across it; `flat` is its height over its width.

    lobes: how many swellings it has at most; wobble: how far, in radii, the seed moves its outline.
    angle: the gradient's direction (degrees as in CSS). blur: sigma of its edge.
    """
    way = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    far = np.ones_like(way)
    for order in range(2, max(lobes, 2) + 1):
        # The first harmonic would only move it; higher ones are weaker, or the outline turns ragged.
        far += (
            wobble
            * easel.rng.uniform(0.4, 1)
            / (order - 1)
            * np.cos(order * way + easel.rng.uniform(0, 6.283))
        )
    spots = list(
        zip(at[0] + radius * far * np.cos(way), at[1] + radius * flat * far * np.sin(way), strict=True)
    )
    outline = svg.ring([(float(x), float(y)) for x, y in spots])
    mask = svg.mask(svg.path(outline, 'fill="#fff"'), easel.stage, blur)
    if mask is None:
        return None
    grid = easel.under(mask)
    dx, dy = math.sin(math.radians(angle)), -math.cos(math.radians(angle))
    reach = radius * math.hypot(dx, flat * dy)
    along = ((grid.x - at[0]) * dx + (grid.y - at[1]) * dy) / (2 * reach) + 0.5
    colour, opacity = ramp(eased(stops), along)
    return grid.patch(colour, mask.alpha * opacity)


@field
def waves(
    easel: Easel,
    *,
    colours: Stops,
    level: Length,
    count: Repeats = 3,
    step: Length = 34,
    swell: Length = 18,
    length: Size = 620,
    crest: Colour | None = None,
    crest_width: Length = 1.6,
    shadow: Colour | None = None,
    shadow_blur: Length = 14,
) -> Patch | None:
    """Waves from edge to edge, each nearer one lower and over the one behind, down to the lower edge.

    colours: from the farthest wave to the nearest. level: of the farthest, from the ground; step: how much
    lower the next one is; swell: half their height; length: from crest to crest. crest: a line of light on
    each; shadow: what each casts on the one behind. The seed moves the crests.
    """
    stage = easel.stage
    base = stage.ground + level
    rise = 2 * swell + 3 * shadow_blur + 2
    grid = easel.grid((0, base - rise, stage.width, stage.height))
    dice = easel.rng.uniform(0, 2 * np.pi, (count, 2))
    if grid is None:
        return None
    layers: list[tuple[Array, Array]] = []
    for number in range(count):
        share = number / max(count - 1, 1)
        wide = 2 * np.pi / (length * (1 - 0.18 * share))
        first, second = dice[number]
        bend = np.sin(grid.x * wide + first) + 0.45 * np.sin(grid.x * (1.83 * wide) + second)
        slope = (
            swell
            / 1.3
            * wide
            * (np.cos(grid.x * wide + first) + 0.82 * np.cos(grid.x * (1.83 * wide) + second))
        )
        off = (base + number * step - grid.y + swell / 1.3 * bend) / np.sqrt(1 + slope * slope)
        if shadow is not None:
            fall = np.exp(-np.maximum(off, 0) / max(shadow_blur, 0.5)) * np.float32(shadow[3])
            layers.append((np.asarray(shadow[:3], np.float32), fall.astype(np.float32)))
        colour, alpha = ramp(colours, np.full((1, 1), share, np.float32))
        body = easel.inside(off) * alpha
        layers.append((colour.reshape(3), body))
        if crest is not None:
            # The light lies on the wave's upper edge and dies away within it.
            shine = (
                np.exp(-np.maximum(-off, 0) / (2.5 * crest_width)) * easel.inside(off) * np.float32(crest[3])
            )
            layers.append((np.asarray(crest[:3], np.float32), shine.astype(np.float32)))
    return grid.patch(*stacked(layers))


@field
def table(
    easel: Easel,
    *,
    stops: Stops,
    level: Length,
    rise: Length = 0,
    sway: Length = 0,
    line: Colour | None = None,
    line_blur: Length = 9,
) -> Patch | None:
    """A table whose edge runs in a long S from the copy's side to the far side, `rise` px higher there.

    level: its height under the hero, from the ground. stops: from the edge to the canvas' lower edge. line:
    the soft dark along the edge where the wall meets it. sway: how far the seed lifts or lowers the S.
    """
    stage = easel.stage
    reach = abs(rise) + abs(sway) + 3 * line_blur + 2
    base = stage.ground + level + easel.rng.uniform(-1, 1) * sway
    grid = easel.grid((0, base - reach, stage.width, stage.height))
    if grid is None:
        return None
    x = grid.x / stage.width if stage.outward > 0 else 1 - grid.x / stage.width
    hero = stage.centre[0] / stage.width if stage.outward > 0 else 1 - stage.centre[0] / stage.width
    curve = _bend(x) - _bend(np.asarray([[hero]], np.float32))
    slope = np.gradient((rise * curve)[0], axis=0) * stage.scale if x.shape[1] > 1 else np.zeros(1)
    off = (base - rise * curve - grid.y) / np.sqrt(1 + slope[None, :] ** 2).astype(np.float32)
    colour, alpha = ramp(stops, -off / max(stage.height - base, 1))
    layers: list[tuple[Array, Array]] = []
    if line is not None:
        dark = np.exp(-((off / max(line_blur, 0.5)) ** 2) / 2) * np.float32(line[3]) * (off > -1)
        layers.append((np.asarray(line[:3], np.float32), dark.astype(np.float32)))
    layers.append((colour, alpha * easel.inside(off)))
    return grid.patch(*stacked(layers))


def _bend(t: Array) -> Array:
    """An S from 0 at the copy's edge to 1 at the far edge, flat at both."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(t, 0, 1)), np.float32)
