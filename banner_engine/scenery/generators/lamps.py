"""Light that falls from somewhere: lights out of focus, leaks, a spotlight, a window's light."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from banner_engine.scenery.easel import Array, Easel, Patch, normal_cdf, ramp, smooth, stacked
from banner_engine.scenery.noise import key_of, layered_noise
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import (
    ChoiceKind,
    Colour,
    Colours,
    Count,
    Lean,
    Length,
    Number,
    NumberKind,
    Place,
    Ratio,
    Share,
    Size,
    Span,
    Stops,
    TupleKind,
)

Panes = Annotated[tuple[int, int], TupleKind((NumberKind(1, 40, whole=True),) * 2, "columns, rows")]
Extent = Annotated[tuple[float, float], TupleKind(Span.__metadata__[0].items, "width, height")]


@field
def bokeh(
    easel: Easel,
    *,
    colours: Colours,
    count: Count = 90,
    size: Span = (6, 42),
    at: Place,
    reach: Size,
    rim: Share = 0.28,
    soft: Share = 0.2,
    margin: Length = 10,
) -> Patch | None:
    """Points of light far out of focus, as discs: many small and faint ones, few large ones.

    They lie within `reach` px of `at`, thinning out, none within `margin` px of the copy. size: their radii.
    rim: how much darker a disc is within than at its rim; soft: how wide, in radii, its edge melts.
    """
    stage, rng = easel.stage, easel.rng
    whole = easel.canvas()
    shape = (whole.y.shape[0], whole.x.shape[1])
    light, clear = np.zeros((3, *shape), np.float32), np.ones(shape, np.float32)
    for u, v, share, luck, hue in rng.random((count, 5)):
        way, far = 2 * math.pi * u, reach * v**0.8
        x = at[0] + far * math.cos(way)
        # A low canvas is filled by as many lights as a high one.
        y = at[1] + far * math.sin(way) * min(1, 0.65 * stage.height / reach)
        share = share**2.2
        radius = size[0] + (size[1] - size[0]) * share
        if easel.is_quiet(x, y, margin + radius):
            continue
        colour = colours[int(hue * len(colours))]
        strength = colour[3] * (0.3 + 0.7 * luck) * (1 - 0.5 * share)
        disc = easel.grid((x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1))
        if disc is None:
            continue
        far = np.hypot(disc.x - x, disc.y - y) / radius
        edge = max(soft, 0.7 / (radius * stage.scale))
        inside = 1 - smooth((far - 1 + edge) / edge)
        alpha = inside * (1 - rim * (1 - smooth((far - 0.35) / 0.6))) * np.float32(strength)
        rows = slice(disc.top, disc.top + alpha.shape[0])
        columns = slice(disc.left, disc.left + alpha.shape[1])
        light[:, rows, columns] += np.asarray(colour[:3], np.float32)[:, None, None] * alpha
        clear[rows, columns] *= 1 - alpha
    cover = 1 - clear
    # Where discs cross, their light adds up, as it does in a lens.
    peak = np.maximum(cover, light.max(axis=0))
    return whole.patch(np.clip(light / np.maximum(peak, 1e-6), 0, 1), np.clip(peak, 0, 1))


@field
def light_leak(
    easel: Easel,
    *,
    stops: Stops,
    at: Place,
    reach: Size,
    angle: Number = 0,
    flow: Share = 0.6,
    calm: Share = 0.6,
) -> Patch:
    """Stray light on film: a warm veil that enters at `at` and has died `reach` px farther on.

    stops: from where it enters to where it ends, the last one clear. angle: where it leads (degrees as in
    CSS: 90 to the right), turned with the layout. flow: how unevenly it burns, which is the seed's.
    """
    grid, key = easel.canvas(), key_of(easel)
    turn = math.radians(angle)
    dx, dy = math.sin(turn) * easel.stage.outward, -math.cos(turn)
    along = ((grid.x - at[0]) * dx + (grid.y - at[1]) * dy) / reach
    across = ((grid.x - at[0]) * dy - (grid.y - at[1]) * dx) / reach
    uneven = layered_noise(easel, grid, key, reach * 0.5, 3, 0.5)
    # The seed may bend the light, not make more or less of it.
    uneven -= uneven.mean()
    t = along + 0.22 * flow * uneven + 0.12 * flow * across * across
    colour, alpha = ramp(stops, smooth(np.clip(t, 0, 1)) * 0.6 + np.clip(t, 0, 1) * 0.4)
    bright = np.clip(1 + 0.18 * flow * layered_noise(easel, grid, key + 1, reach * 0.35, 2), 0, 1.3)
    return grid.patch(
        colour, np.clip(alpha * bright, 0, 1) * easel.away(grid, calm, 0.15 * easel.stage.width)
    )


@field
def spotlight(
    easel: Easel,
    *,
    colour: Colour,
    lamp: Place,
    to: Place,
    width: Size,
    narrow: Share = 0.12,
    soft: Share = 0.35,
    pool: Share = 0.8,
    flat: Ratio = 0.18,
    dust: Share = 0.25,
) -> Patch:
    """A cone of light from `lamp` to `to`, and the pool of light where it falls.

    width: half the cone's width at `to`; narrow: its share of that at the lamp; soft: how much of the half
    width its edges melt over. pool: the pool's strength over the cone's; flat: its height over its width.
    dust: how uneven the air is, which is the seed's.
    """
    grid, key = easel.canvas(), key_of(easel)
    dx, dy = to[0] - lamp[0], to[1] - lamp[1]
    length = max(math.hypot(dx, dy), 1e-3)
    along = ((grid.x - lamp[0]) * dx + (grid.y - lamp[1]) * dy) / length
    across = ((grid.x - lamp[0]) * dy - (grid.y - lamp[1]) * dx) / length
    t = along / length
    half = width * np.maximum(narrow + (1 - narrow) * t, 0.02)
    blur = np.maximum(soft * half * 0.6, 0.6 / easel.stage.scale)
    cone = normal_cdf((half - np.abs(across)) / blur) * smooth(t / 0.06)
    # The light thins out as the cone widens, and the cone ends in its pool.
    core = np.exp(-2 * (across / half) ** 2)
    cone = cone * (0.45 + 0.55 * core) * (0.2 + 0.8 / (1 + 3.5 * np.maximum(t, 0)))
    cone = cone * (1 - smooth((t - 0.94) / 0.12))
    if dust:
        cone = cone * np.clip(1 + 0.22 * dust * layered_noise(easel, grid, key, 0.5 * length, 4), 0.3, 1.7)
    far = np.sqrt(((grid.x - to[0]) / width) ** 2 + ((grid.y - to[1]) / (width * flat)) ** 2)
    disc = (1 - smooth((far - 1 + soft) / (2 * soft + 1e-3))) * (0.55 + 0.45 * np.exp(-2 * far * far))
    disc = disc * np.float32(pool)
    cover = 1 - (1 - np.clip(cone, 0, 1) * 0.8) * (1 - disc)
    return grid.patch(np.asarray(colour[:3], np.float32), cover * np.float32(colour[3]))


@field
def window(
    easel: Easel,
    *,
    light: Colour,
    shade: Colour | None = None,
    at: Place,
    size: Extent,
    kind: Annotated[str, ChoiceKind(("panes", "blinds", "arch"))] = "panes",
    panes: Panes = (3, 4),
    bar: Share = 0.1,
    lean: Lean = -18,
    tilt: Lean = 6,
    blur: Length = 9,
    sway: Share = 0.1,
    calm: Share = 0.3,
) -> Patch:
    """A window's light on the wall, and the shade around it.

    at: its middle; size: width and height. kind: panes with bars between them, slats of blinds (as many as
    `panes` has rows), or panes under a round arch. bar: a bar's share of a pane. lean, tilt: degrees that
    the sun has slanted its sides and its sills by. blur: sigma of the edges, growing downwards. sway: how
    far the seed moves it, in widths. calm: how much fainter it is over the copy.
    """
    grid, out = easel.canvas(), easel.stage.outward
    move_x, move_y = easel.rng.uniform(-sway, sway, 2)
    x = (grid.x - at[0]) * out - move_x * size[0]
    y = grid.y - at[1] - 0.5 * move_y * size[1]
    u = x + np.float32(math.tan(math.radians(-lean))) * y
    v = y + np.float32(math.tan(math.radians(tilt))) * x
    across, down = u / size[0] + 0.5, v / size[1] + 0.5
    sigma = np.maximum(blur * (0.55 + 0.9 * np.clip(down, 0, 1)), 0.5 / easel.stage.scale)
    columns, rows = (1, panes[1]) if kind == "blinds" else panes
    wide = _slots(across, columns, bar if kind != "blinds" else 0.0, sigma / size[0])
    slat = max(bar, 0.42) if kind == "blinds" else bar
    high = _slots(down, rows, slat, sigma / size[1])
    open_ = wide * high
    if kind == "arch":
        rise = np.maximum(0.5 * size[0] - (v + 0.5 * size[1]), 0)
        off = np.sqrt(u * u + rise * rise) - 0.5 * size[0]
        open_ = open_ * normal_cdf(-off / sigma)
    fall = 1 - 0.35 * np.clip(down, 0, 1)
    kept = easel.away(grid, calm, 0.3 * easel.stage.width)
    lit = (np.asarray(light[:3], np.float32), open_ * fall * kept * np.float32(light[3]))
    if shade is None:
        return grid.patch(*lit)
    around = (1 - open_) * kept * np.float32(shade[3])
    return grid.patch(*stacked([(np.asarray(shade[:3], np.float32), around), lit]))


def _slots(t: Array, count: int, bar: float, sigma: Array) -> Array:
    """1 in each of `count` openings from t = 0 to 1, 0 on the bars between them, soft by sigma (in t)."""
    out = np.zeros(np.broadcast_shapes(t.shape, sigma.shape), np.float32)
    for number in range(count):
        start, end = (number + bar / 2) / count, (number + 1 - bar / 2) / count
        out += normal_cdf((t - start) / sigma) - normal_cdf((t - end) / sigma)
    return out
