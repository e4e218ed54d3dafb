"""Things that grow: petals and leaves in the air, a rosette, the shadow of a branch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.scatter import Point, scattered
from banner_engine.scenery.terms import (
    Colour,
    Count,
    Length,
    Number,
    Place,
    Repeats,
    Rgba,
    Share,
    Size,
    Span,
    Stops,
)


@dataclass(frozen=True, slots=True)
class _Air:
    """How things are strewn in the air; see `petals`."""

    count: int
    size: tuple[float, float]
    clear: float
    margin: float
    near: float
    blur: float


@vector
def petals(
    easel: Easel,
    *,
    stops: Stops,
    count: Count = 12,
    size: Span = (22, 54),
    clear: Length = 0,
    margin: Length = 14,
    near: Share = 0.3,
    blur: Length = 5,
) -> str:
    """Petals in the air, spread evenly, out of the copy and `clear` px off the hero's centre.

    stops: from a petal's root to its tip. size: their lengths. near: the share of them that is close to the
    eye: larger by a half, blurred by `blur`, and fainter. The seed strews and turns them.
    """
    return _strewn(easel, _Air(count, size, clear, margin, near, blur), stops, _petal)


@vector
def leaves(
    easel: Easel,
    *,
    stops: Stops,
    vein: Colour | None = None,
    count: Count = 8,
    size: Span = (26, 60),
    clear: Length = 0,
    margin: Length = 14,
    near: Share = 0.3,
    blur: Length = 4,
) -> str:
    """Leaves in the air, as `petals` are, with a vein along each."""
    return _strewn(easel, _Air(count, size, clear, margin, near, blur), stops, lambda name: _leaf(name, vein))


@vector
def rosette(
    easel: Easel,
    *,
    stops: Stops,
    line: Colour | None = None,
    petals: Repeats = 14,
    length: Size,
    girth: Length,
    at: Place,
    width: Length = 1.2,
    floor: Length | None = None,
) -> str:
    """A flower of clear, pointed petals around `at`. stops: from its middle to the petals' tips.

    girth: a petal's half width. floor: where it is cut off, from the ground.
    """
    x, y, name = *at, easel.prefix
    cut = "" if floor is None else f' clip-path="url(#{name}c)"'
    parts = [svg.glow(f"{name}r", stops, x, y, length)]
    if floor is not None:
        level = easel.stage.ground + floor
        box = f'<rect x="-9999" y="-9999" width="29998" height="{svg.num(9999 + level)}"/>'
        parts.append(f'<clipPath id="{name}c">{box}</clipPath>')
    stroke = "" if line is None else " " + svg.line(line, max(width, 0.8)).removeprefix('fill="none" ')
    p, wide = svg.points, 1.3 * girth
    d = (
        f"M{p(x, y)}C{p(x + wide, y - 0.35 * length, x + 0.8 * wide, y - 0.8 * length, x, y - length)}"
        f"C{p(x - 0.8 * wide, y - 0.8 * length, x - wide, y - 0.35 * length, x, y)}Z"
    )
    parts.append(f"<g{cut}>")
    for number in range(petals):
        turn = f'transform="rotate({360 * (number + 0.5) / petals:.2f} {p(x, y)})"'
        parts.append(svg.path(d, f'fill="url(#{name}r)" {turn}{stroke}'))
    return "".join([*parts, "</g>"])


@field
def leaf_shadow(
    easel: Easel,
    *,
    colour: Colour,
    at: Place,
    length: Size,
    angle: Number = 120,
    leaves: Repeats = 9,
    girth: Share = 0.44,
    blur: Length = 7,
    sway: Number = 8,
    calm: Share = 0,
) -> Patch | None:
    """The shadow of a branch on the wall: it enters at `at` and hangs in a bow with leaves on both sides.

    length: of the branch; angle: where it leads (degrees as in CSS, turned with the layout), give or take
    `sway`, which is the seed's. girth: a leaf's width over its length. blur: sigma, growing to the tip.
    calm: how much fainter it is over the copy.
    """
    rng, out = easel.rng, easel.stage.outward
    way = math.radians(angle + rng.uniform(-1, 1) * sway)
    # Its own weight bends it downwards.
    bow = rng.uniform(0.5, 1) * math.copysign(1, math.sin(way))
    spots, x, y = [], at[0], at[1]
    for _ in range(leaves + 1):
        spots.append((x, y, way))
        x, y = x + math.sin(way) * out * length / leaves, y - math.cos(way) * length / leaves
        way += bow * 0.5 / leaves
    line = svg.line((1, 1, 1, 1), 0.012 * length)
    parts = [svg.path(f"M{svg.points(*spots[0][:2])}{svg.curve([spot[:2] for spot in spots])}", line)]
    for step, (x, y, way) in enumerate(spots[1:], 1):
        # Leaves stand in turn on either side, the last one at the tip.
        side = 0 if step == leaves else 1 - 2 * (step % 2)
        long = length * (0.27 - 0.1 * step / leaves) * rng.uniform(0.85, 1.15)
        turn = (math.degrees(way) + side * rng.uniform(36, 58)) * out - 90
        shape = (
            f'transform="translate({svg.points(x, y)}) rotate({turn:.1f}) '
            f'scale({long / 100:.4f} {long * girth / 58:.4f}) translate(50 0)"'
        )
        parts.append(f"<g {shape}>{svg.path(LEAF, svg.fill((1, 1, 1, 1)))}</g>")
    mask = svg.mask("".join(parts), easel.stage, blur)
    if mask is None:
        return None
    grid = easel.under(mask)
    kept = easel.away(grid, calm, 0.1 * easel.stage.width) * np.float32(colour[3])
    return grid.patch(np.asarray(colour[:3], np.float32), mask.alpha * kept)


# Shapes of 100 units, from -50 at the root to 50 at the tip.
PETAL = "M-50 6C-46 -26 -8 -44 26 -34C42 -30 52 -18 48 -8C40 16 -2 38 -30 28C-42 24 -49 16 -50 6Z"
PETAL_FOLD = "M-50 6C-22 16 18 12 48 -8C40 16 -2 38 -30 28C-42 24 -49 16 -50 6Z"
LEAF = "M-50 0C-30 -29 20 -31 50 0C20 27 -28 29 -50 0Z"
LEAF_HALF = "M-50 0C-18 4 20 4 50 0C20 27 -28 29 -50 0Z"
LEAF_VEIN = "M-50 0C-18 4 20 4 50 0"


def _petal(name: str) -> str:
    fold = svg.path(PETAL_FOLD, svg.fill((1, 1, 1, 0.3)))
    return svg.path(PETAL, f'fill="url(#{name})"') + fold


def _leaf(name: str, vein: Rgba | None) -> str:
    body = svg.path(LEAF, f'fill="url(#{name})"')
    if vein is None:
        return body
    half = svg.path(LEAF_HALF, svg.fill((*vein[:3], 0.22 * vein[3])))
    return body + half + svg.path(LEAF_VEIN, svg.line(vein, 2.2))


def _strewn(easel: Easel, air: _Air, stops: Stops, draw: Callable[[str], str]) -> str:
    stage, rng, name = easel.stage, easel.rng, easel.prefix
    big = 0.8 * air.size[1]

    def place(u: float, v: float) -> Point | None:
        x, y = u * stage.width, v * stage.height
        if math.hypot(x - stage.centre[0], y - stage.centre[1]) < air.clear + big / 2:
            return None
        return None if easel.is_quiet(x, y, air.margin + big) else (x, y)

    parts = [svg.linear(f"{name}g", stops, -50, 0, 50, 0), svg.soft(f"{name}b", max(air.blur, 0.1))]
    pieces: list[tuple[float, str]] = []
    for x, y in scattered(rng, air.count, place):
        close = rng.random() < air.near
        long = rng.uniform(*air.size) * (1.5 if close else 1)
        turn, tilt = rng.uniform(0, 360), rng.uniform(0.6, 1)
        soft = f' opacity=".7" filter="url(#{name}b)"' if close and air.blur else ""
        shape = (
            f'transform="translate({svg.points(x, y)}) rotate({turn:.1f}) '
            f'scale({long / 100:.4f} {long * tilt / 100:.4f})"'
        )
        # The blur stands outside of the scaling, so that its sigma is in px.
        pieces.append((long if close else 0, f"<g{soft}><g {shape}>{draw(f'{name}g')}</g></g>"))
    pieces.sort(key=lambda piece: piece[0])
    return "".join([*parts, *(text for _, text in pieces)]) if pieces else ""
