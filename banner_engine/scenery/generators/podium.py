"""What products stand on and in front of: discs, podiums, and their mirror image in the floor."""

from __future__ import annotations

import math

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch, ramp
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Colour, Count, Flag, Length, Rgba, Share, Size, Stops, Tier, Tiers


@vector
def disc(
    easel: Easel,
    *,
    face: Stops,
    rim: Stops,
    bulb: Colour,
    radius: Size,
    rim_width: Length = 13,
    bulbs: Count = 30,
    bulb_size: Length = 3,
    hairline: Colour | None = None,
) -> str:
    """A round backdrop behind the hero, with a metal rim, bulbs on the rim, and a hairline inside.

    radius: to the middle of the rim.
    """
    (cx, cy), name = easel.stage.centre, easel.prefix
    corner = radius * math.sqrt(0.5)
    parts = [
        svg.radial(f"{name}face", face, cy=0.42, r=0.58),
        svg.linear(f"{name}rim", rim, cx - corner, cy - corner, cx + corner, cy + corner),
        svg.circle(cx, cy, radius + rim_width / 2, f'fill="url(#{name}rim)"'),
        svg.circle(cx, cy, radius - rim_width / 2, f'fill="url(#{name}face)"'),
    ]
    if hairline is not None:
        parts.append(svg.circle(cx, cy, 0.86 * radius, svg.line(hairline, 1.4 * easel.stage.unit)))
    for number in range(bulbs):
        angle = 2 * math.pi * (number + 0.5) / bulbs
        x, y = cx + radius * math.cos(angle), cy + radius * math.sin(angle)
        parts.append(svg.circle(x, y, bulb_size, svg.fill(bulb)))
    return "".join(parts)


@vector
def podium(
    easel: Easel,
    *,
    tiers: Tiers,
    side: Stops,
    top: Stops,
    rim: Stops,
    rim_width: Length = 4,
    edge: Colour | None = None,
    shadow: Colour | None = None,
    low_rim: Flag = True,
    bulb: Colour | None = None,
    bulbs: Count = 0,
    bulb_tier: Count = 1,
    bulb_size: Length = 6.5,
) -> str:
    """Drums on top of each other, under the hero, the upper one first.

    tiers: radii rx, ry of the top, height, and drop from the ground to the middle of the top. side: metal
    gradient from left to right; top: radial; rim: bands at the upper (and lower) end of the side; edge: a
    thin line on the top; shadow: what a drum casts on the one below. Bulbs stand on one drum's side (0 is
    the upper one), smaller and fainter towards its ends.
    """
    cx, ground, name = easel.stage.centre[0], easel.stage.ground, easel.prefix
    # A band below a pixel and a bit would look beaded along its curve.
    rim_width = max(rim_width, 1.3)
    parts = [svg.radial(f"{name}top", top, r=0.5)]
    for number in reversed(range(len(tiers))):
        a, b, h, fall = tiers[number]
        y, key = ground + fall, f"{name}t{number}"
        parts += [
            svg.linear(f"{key}s", side, cx - a, 0, cx + a, 0),
            svg.linear(f"{key}r", rim, cx - a, 0, cx + a, 0),
            svg.path(_band(cx, y, y + h, a, b), f'fill="url(#{key}s)"'),
        ]
        if low_rim:
            parts.append(svg.path(_band(cx, y + h - rim_width, y + h, a, b), f'fill="url(#{key}r)"'))
        if bulb is not None and bulbs and number == bulb_tier:
            parts.append(_bulbs(key, cx, y + (h + 0.4 * rim_width) / 2, (a, b), bulb, bulbs, bulb_size))
        parts += [
            svg.path(_band(cx, y, y + rim_width, a, b), f'fill="url(#{key}r)"'),
            svg.ellipse(cx, y, a, b, f'fill="url(#{name}top)"'),
        ]
        if edge is not None:
            thin = 1.6 * easel.stage.unit
            parts.append(svg.ellipse(cx, y, a - thin, b - thin, svg.line(edge, thin)))
        if shadow is not None and number > 0:
            a2, b2, h2, fall2 = tiers[number - 1]
            parts.append(_cast(key, cx, ground + fall2 + h2, a2, b2, shadow, (y, a, b)))
    return "".join(parts)


@field
def podium_mirror(easel: Easel, *, tier: Tier, side: Stops, opacity: Share = 0.42) -> Patch | None:
    """A drum's reflection in a glossy floor, under its lower edge, fading out over its height.

    tier, side: as of the podium's drum.
    """
    rx, ry, height, drop = tier
    cx = easel.stage.centre[0]
    foot = easel.stage.ground + drop + height
    grid = easel.grid((cx - rx, foot, cx + rx, foot + ry + height))
    if grid is None:
        return None
    u = (grid.x - cx) / rx
    below = grid.y - (foot + ry * np.sqrt(np.clip(1 - u * u, 0, 1)))
    colour, alpha = ramp(side, np.broadcast_to(u / 2 + 0.5, below.shape))
    cover = easel.inside(-below) * np.clip(1 - below / height, 0, 1) * opacity
    return grid.patch(colour, alpha * cover)


def _band(cx: float, y0: float, y1: float, rx: float, ry: float) -> str:
    """The visible side of a cylinder between two levels."""
    p = svg.points
    return (
        f"M{p(cx - rx, y0)}A{p(rx, ry)} 0 0 0 {p(cx + rx, y0)}"
        f"L{p(cx + rx, y1)}A{p(rx, ry)} 0 0 1 {p(cx - rx, y1)}Z"
    )


def _bulbs(
    key: str, cx: float, y: float, radii: tuple[float, float], bulb: Rgba, count: int, size: float
) -> str:
    halo = ((0.0, (*bulb[:3], 0.55)), (0.4, (*bulb[:3], 0.16)), (1.0, (*bulb[:3], 0.0)))
    parts = [svg.radial(f"{key}h", halo)]
    for number in range(count):
        # The first and last keep off the drum's edge, so that none hangs in the air.
        angle = math.pi * (number + 1.1) / (count + 1.2)
        facing = math.sin(angle)
        x, r = cx - radii[0] * math.cos(angle), size * (0.62 + 0.38 * facing)
        level = y + radii[1] * facing
        glow = 0.15 + 0.85 * facing**2
        parts.append(svg.circle(x, level, 3.4 * r, f'fill="url(#{key}h)" opacity="{glow:.3g}"'))
        parts.append(svg.circle(x, level, r, svg.fill((*bulb[:3], bulb[3] * (0.85 + 0.15 * facing)))))
    return "".join(parts)


def _cast(
    key: str, cx: float, y: float, rx: float, ry: float, shadow: Rgba, top: tuple[float, float, float]
) -> str:
    """The soft shadow of a drum that stands with its foot at y, kept on the top (y, rx, ry) below it."""
    fade = ((0.0, shadow), (0.86, shadow), (0.93, (*shadow[:3], shadow[3] * 0.4)), (1.0, (*shadow[:3], 0.0)))
    clip = f'<clipPath id="{key}k">{svg.ellipse(cx, top[0], top[1], top[2], "")}</clipPath>'
    spot = svg.ellipse(cx, y, rx * 1.12, ry * 1.22, f'fill="url(#{key}c)"')
    return svg.radial(f"{key}c", fade) + clip + f'<g clip-path="url(#{key}k)">{spot}</g>'
