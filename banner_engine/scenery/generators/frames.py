"""What holds a picture together: frames, and a vignette."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch, smooth
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import ChoiceKind, Colour, Length, Place, Ratio, Share, Size, Stops

FrameKind = Annotated[str, ChoiceKind(("line", "double", "corners", "deco", "notched"))]


@vector
def frame(
    easel: Easel,
    *,
    stops: Stops,
    kind: FrameKind = "line",
    inset: Size = 22,
    width: Length = 1.5,
    gap: Length = 6,
    corner: Length = 34,
    radius: Length = 0,
) -> str:
    """A line of metal along the canvas' edge, `inset` px from it, behind the product.

    kind: line (radius: of its corners); double, a thin line `gap` px within; corners alone, `corner` px
    long; deco, corners that step inwards twice; notched, corners cut round. stops: from the upper left to
    the lower right. At small sizes the double line and the steps give way to what can still be drawn.
    """
    stage, name = easel.stage, f"{easel.prefix}f"
    stroke = max(width, 1 / stage.scale)
    # On a whole pixel, or a thin line is two grey ones.
    inset = max(round(inset * stage.scale) / stage.scale, stroke) + stroke / 2
    gap = max(gap, 2 * stroke + 1.5)
    corner = min(corner, 0.22 * min(stage.width, stage.height))
    if kind in ("deco", "notched") and corner < 4 * gap / 2:
        kind = "line"
    x0, y0, x1, y1 = inset, inset, stage.width - inset, stage.height - inset
    paths = [(_outline(kind, x0, y0, x1, y1, corner, radius), stroke)]
    if kind in ("double", "deco"):
        thin = max(stroke * 0.5, 0.75 / stage.scale)
        inner = "line" if kind == "double" else "deco"
        paths.append(
            (_outline(inner, x0 + gap, y0 + gap, x1 - gap, y1 - gap, corner, max(radius - gap, 0)), thin)
        )
    drawn = "".join(
        svg.path(d, f'fill="none" stroke="url(#{name})" stroke-width="{svg.num(wide)}"') for d, wide in paths
    )
    return svg.linear(name, stops, x0, y0, x1, y1) + drawn


@field
def vignette(
    easel: Easel, *, colour: Colour, at: Place, clear: Share = 0.35, soft: Ratio = 1, flat: Ratio = 1
) -> Patch:
    """The canvas' corners in another colour (darker, as a lens does it), and the light kept around `at`.

    clear: how far, of the way from `at` to the farthest corner, nothing is changed; soft: above 1 the
    colour gathers in the corners, below 1 it comes in early. flat: how much lower than wide the clear part
    is, on a canvas of equal sides.
    """
    grid, stage = easel.canvas(), easel.stage
    wide = max(at[0], stage.width - at[0])
    high = max(at[1], stage.height - at[1]) * flat
    far = np.hypot((grid.x - at[0]) / wide, (grid.y - at[1]) / high) / np.float32(2**0.5)
    cover = smooth((far - clear) / max(1 - clear, 1e-3)) ** soft
    return grid.patch(np.asarray(colour[:3], np.float32), (cover * colour[3]).astype(np.float32))


def _outline(kind: str, x0: float, y0: float, x1: float, y1: float, corner: float, radius: float) -> str:
    p, c = svg.points, corner
    if kind == "corners":
        return (
            f"M{p(x0, y0 + c)}V{p(y0)}H{p(x0 + c)}M{p(x1 - c, y0)}H{p(x1)}V{p(y0 + c)}"
            f"M{p(x1, y1 - c)}V{p(y1)}H{p(x1 - c)}M{p(x0 + c, y1)}H{p(x0)}V{p(y1 - c)}"
        )
    if kind == "deco":
        h = c / 2
        return (
            f"M{p(x0 + c, y0)}H{p(x1 - c)}v{p(h)}h{p(h)}v{p(h)}h{p(h)}V{p(y1 - c)}h{p(-h)}v{p(h)}h{p(-h)}v{p(h)}"
            f"H{p(x0 + c)}v{p(-h)}h{p(-h)}v{p(-h)}h{p(-h)}V{p(y0 + c)}h{p(h)}v{p(-h)}h{p(h)}Z"
        )
    if kind == "notched":
        a = f"A{p(c, c)} 0 0 0 "
        return (
            f"M{p(x0 + c, y0)}H{p(x1 - c)}{a}{p(x1, y0 + c)}V{p(y1 - c)}{a}{p(x1 - c, y1)}"
            f"H{p(x0 + c)}{a}{p(x0, y1 - c)}V{p(y0 + c)}{a}{p(x0 + c, y0)}Z"
        )
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    if r <= 0:
        return f"M{p(x0, y0)}H{p(x1)}V{p(y1)}H{p(x0)}Z"
    a = f"A{p(r, r)} 0 0 1 "
    return (
        f"M{p(x0 + r, y0)}H{p(x1 - r)}{a}{p(x1, y0 + r)}V{p(y1 - r)}{a}{p(x1 - r, y1)}"
        f"H{p(x0 + r)}{a}{p(x0, y1 - r)}V{p(y0 + r)}{a}{p(x0 + r, y0)}Z"
    )
