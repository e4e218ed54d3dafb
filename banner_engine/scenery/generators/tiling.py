"""Patterns that repeat: geometric tiles, and the waves of seigaiha."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np

from banner_engine.scenery.easel import Array, Easel, Grid, Patch, smooth, stacked
from banner_engine.scenery.noise import key_of, mixed
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import ChoiceKind, Colour, Length, Number, Share, Size

SQRT3 = 3**0.5
# Tiles smaller than this many output px are left out, as they would flicker.
FAINT, CLEAR = 3.0, 6.0
RINGS = (1.0, 0.72, 0.44)

Tile = tuple[Array, Array, Array]
"""Distance to the nearest line in tile sides, and the tile's two whole coordinates."""


def _squares(x: Array, y: Array) -> Tile:
    column, row = np.floor(x), np.floor(y)
    off = np.minimum(np.abs(x - np.round(x)), np.abs(y - np.round(y)))
    return off, column, row


def _diamonds(x: Array, y: Array) -> Tile:
    # Twice as high as wide: harlequin.
    u, v = x + y / 2, x - y / 2
    off, column, row = _squares(u, v)
    return off * np.float32(2 / 5**0.5), column, row


def _triangles(x: Array, y: Array) -> Tile:
    v = y * np.float32(2 / SQRT3)
    u = x - v / 2
    w = u + v
    off = np.minimum.reduce([np.abs(part - np.round(part)) for part in (u, v, w)]) * np.float32(SQRT3 / 2)
    return off, np.floor(u) * 2 + (np.floor(w) > np.floor(u) + np.floor(v)), np.floor(v)


def _hexagons(x: Array, y: Array) -> Tile:
    # The nearer of two interleaved rectangular lattices of middles (side 1 across flats).
    best: Tile | None = None
    least: Array | None = None
    for shift in (0.0, 0.5):
        column = np.round(x - shift)
        row = np.round(y / SQRT3 - shift)
        dx, dy = np.abs(x - column - shift), np.abs(y - (row + shift) * SQRT3)
        far = dx * dx + dy * dy
        off = 0.5 - np.maximum(dx, dx / 2 + dy * np.float32(SQRT3 / 2))
        tile = (off, column * 2 + int(shift * 2), row)
        if best is None or least is None:
            best, least = tile, far
        else:
            nearer = far < least
            best = (
                np.where(nearer, tile[0], best[0]),
                np.where(nearer, tile[1], best[1]),
                np.where(nearer, tile[2], best[2]),
            )
    assert best is not None
    return best


def _stripes(x: Array, y: Array) -> Tile:
    u = (x + y) * np.float32(0.5**0.5)
    return np.abs(u - np.round(u)), np.floor(u), np.zeros_like(u)


KINDS: dict[str, Callable[[Array, Array], Tile]] = {
    "squares": _squares,
    "diamonds": _diamonds,
    "triangles": _triangles,
    "hexagons": _hexagons,
    "stripes": _stripes,
}
TileKind = Annotated[str, ChoiceKind(tuple(KINDS))]


@field
def tiles(
    easel: Easel,
    *,
    kind: TileKind,
    side: Size = 56,
    line: Colour | None = None,
    width: Length = 1.5,
    tint: Colour | None = None,
    mix: Share = 0.5,
    fade: Share = 0,
    calm: Share = 1,
    soft: Length = 180,
) -> Patch:
    """Squares, diamonds, triangles, hexagons or stripes in lines, in tinted tiles, or in both.

    side: of a tile. tint: the colour of as many tiles as `mix` says (stripes: of each second one); which
    ones, and how strongly, is the seed's. fade: how much fainter they are at the canvas' edge than at the
    hero. calm: how much of them is taken away over the copy. Tiles of a few output px fade out.
    """
    grid, stage, key = easel.canvas(), easel.stage, key_of(easel)
    x, y = (grid.x - stage.centre[0]) / side, (grid.y - stage.centre[1]) / side
    x, y = np.broadcast_arrays(x, y)
    off, column, row = KINDS[kind](x, y)
    layers = []
    if tint is not None:
        if kind == "stripes":
            share = np.mod(column, 2)
        else:
            luck = mixed(column.astype(np.int32), row.astype(np.int32), key) / np.float32(2**32)
            share = np.where(luck < mix, 0.35 + 0.65 * luck / max(mix, 1e-3), 0)
        # Neighbours meet in the line's middle; a half pixel each keeps the seam soft.
        edge = np.clip(off * side * stage.scale + 0.5, 0, 1)
        layers.append((np.asarray(tint[:3], np.float32), (share * edge * tint[3]).astype(np.float32)))
    if line is not None:
        cover = easel.stroke(off * side, width) * np.float32(line[3])
        layers.append((np.asarray(line[:3], np.float32), cover))
    if not layers:
        layers.append((np.zeros(3, np.float32), np.zeros(off.shape, np.float32)))
    colour, alpha = stacked(layers)
    return grid.patch(colour, alpha * _strength(easel, grid, side, fade) * easel.away(grid, calm, soft))


@field
def seigaiha(
    easel: Easel,
    *,
    line: Colour,
    radius: Size = 56,
    width: Length = 1.8,
    ground: Colour | None = None,
    level: Length | None = None,
    fade: Share = 0,
    calm: Share = 0,
    soft: Length = 60,
    drift: Number = 1,
) -> Patch | None:
    """Waves of concentric circles in rows, each row over the one above, as on Japanese cloth.

    ground: what the waves are filled with, else only their lines are drawn. level: where the upper row's
    middles stand, from the ground, so that its crests make the edge; else they fill the canvas. fade and
    calm as for `tiles`. drift: how far, in waves, the seed moves them sideways.
    """
    stage = easel.stage
    top = 0.0 if level is None else stage.ground + level
    grid = easel.grid((0, top - radius - 2 if level is not None else 0, stage.width, stage.height))
    shift = float(easel.rng.uniform(0, 1)) * drift * 2 * radius
    if grid is None:
        return None
    step = radius / 2
    off = np.full((grid.y.shape[0], grid.x.shape[1]), np.inf, np.float32)
    cover = np.zeros_like(off)
    first = np.floor((grid.y - top) / step)
    for row_off in range(-2, 4):
        row = first + row_off
        middle = top + row * step
        sideways = shift + np.mod(row, 2) * radius
        column = np.round((grid.x - sideways) / (2 * radius))
        dx, dy = grid.x - sideways - column * 2 * radius, grid.y - middle
        far = np.sqrt(dx * dx + dy * dy)
        inside = (far < radius) & ((row >= 0) if level is not None else True)
        rings = np.minimum.reduce([np.abs(far - (ring * radius - width / 2)) for ring in RINGS])
        off = np.where(inside, rings, off)
        cover = np.maximum(cover, np.clip((radius - far) * stage.scale, 0, 1) * inside)
    layers = []
    if ground is not None:
        layers.append((np.asarray(ground[:3], np.float32), cover * np.float32(ground[3])))
    lines = easel.stroke(np.minimum(off, 1e3), width) * cover * np.float32(line[3])
    layers.append((np.asarray(line[:3], np.float32), lines * _clear(easel, radius * (1 - RINGS[1]))))
    colour, alpha = stacked(layers)
    return grid.patch(colour, alpha * _strength(easel, grid, 99, fade) * easel.away(grid, calm, soft))


def _clear(easel: Easel, side: float) -> float:
    """1 where a tile of `side` px can be seen, falling to 0 where it would flicker."""
    return float(smooth(np.asarray((side * easel.stage.scale - FAINT) / (CLEAR - FAINT))))


def _strength(easel: Easel, grid: Grid, side: float, fade: float) -> Array:
    stage = easel.stage
    far = np.hypot((grid.x - stage.centre[0]) / stage.width, (grid.y - stage.centre[1]) / stage.height)
    out: Array = (1 - fade * smooth(far / 0.75)).astype(np.float32) * np.float32(_clear(easel, side))
    return out
