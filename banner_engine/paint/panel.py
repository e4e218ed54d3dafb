"""Panels, buttons and scrims: shapes behind copy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PIL import Image, ImageFilter

from banner_engine.paint.shapes import Floats, rounded, slanted, stroked
from banner_engine.plan.items import Arrow, PanelItem, ScrimItem, SoftShadow, Tint
from banner_engine.raster import Raster

SLANT = math.tan(math.radians(16.7))
ARROW_STROKE = 0.2
"""Of an arrow's height."""
WORTH_IT = 16
"""Columns from which repeating one is cheaper than drawing them all."""


def draw_panel(item: PanelItem) -> list[Raster]:
    """The panel's shadow, if it has one, then the panel.

    Where all columns in the middle of a wide panel look alike, one of them is drawn and repeated.
    """
    spare, end = _spare(item)
    if spare < WORTH_IT:
        return _drawn(item)
    x, y, w, h = item.box
    arrow = item.arrow
    if arrow is not None and not arrow.leftwards:
        ax, ay, aw, ah = arrow.box
        arrow = replace(arrow, box=(ax - spare, ay, aw, ah))
    column = math.floor(x) + end
    return [_widened(r, column, spare) for r in _drawn(replace(item, box=(x, y, w - spare, h), arrow=arrow))]


def _spare(item: PanelItem) -> tuple[int, int]:
    """(columns of the middle that need not be drawn, columns of an end)."""
    x, _, w, h = item.box
    upright = len(item.fill) < 2 or abs(math.cos(math.radians(item.angle))) < 1e-6
    if item.shape == "slant" or not upright:
        return 0, 0
    end = h / 2 if item.shape == "pill" else item.radius
    end += 2 * item.stroke_width + 4
    if item.shadow is not None:
        end += 4 * item.shadow.blur + abs(item.shadow.dx) + 4
    if item.arrow is not None:
        at, _, wide, high = item.arrow.box
        far = at + max(wide, high / 2) - x if item.arrow.leftwards else x + w - min(at, at + wide - high / 2)
        end = max(end, far + ARROW_STROKE * high + 3)
    return math.floor(w - 2 * math.ceil(end)) - 2, math.ceil(end)


def _widened(raster: Raster, column: int, spare: int) -> Raster:
    """The raster with `spare` more columns like the one at `column` of the canvas."""
    at, (width, height) = column - raster.x, raster.alpha.size

    def wide(image: Image.Image) -> Image.Image:
        out = Image.new(image.mode, (width + spare, height))
        out.paste(image.crop((0, 0, at, height)))
        middle = image.crop((at, 0, at + 1, height)).resize((spare, height), Image.Resampling.NEAREST)
        out.paste(middle, (at, 0))
        out.paste(image.crop((at, 0, width, height)), (at + spare, 0))
        return out

    colour = raster.colour if isinstance(raster.colour, tuple) else wide(raster.colour)
    return Raster(raster.x, raster.y, colour, wide(raster.alpha))


def _drawn(item: PanelItem) -> list[Raster]:
    x, y, w, h = item.box
    margin = math.ceil(item.stroke_width) + 1
    left, top = math.floor(x) - margin, math.floor(y) - margin
    width, height = math.ceil(x + w) + margin - left, math.ceil(y + h) + margin - top
    layers = [(_outline(item, width, height, left, top, 0.0), _gradient(item, width, height, left, top))]
    inner = item.stroke_width + 1 if item.stroke else 1.0
    for tint, thickness, inset in (
        (item.inner, max(item.stroke_width * 0.9, 1.0), inner - max(item.stroke_width * 0.9, 1.0) / 2),
        (item.stroke, item.stroke_width, 0.0),
    ):
        if tint is not None:
            ring = _outline(item, width, height, left, top, inset)
            ring = ring - _outline(item, width, height, left, top, inset + thickness)
            layers.append((ring, _flat(tint)))
    if item.arrow is not None:
        lines = [tuple((px - left, py - top) for px, py in line) for line in arrow_lines(item.arrow)]
        mark = stroked(width, height, lines, item.arrow.box[3] * ARROW_STROKE)  # type: ignore[arg-type]
        layers.append((mark, _flat((item.arrow.colour, 1.0))))
    colour, alpha = _over(layers, width, height)
    panel = Raster(left, top, colour, alpha)
    return [*([_shadow(panel, item.shadow)] if item.shadow else []), panel]


def draw_scrim(item: ScrimItem) -> list[Raster]:
    """A blurred box."""
    x, y, w, h = item.box
    margin = math.ceil(3 * item.blur)
    mask = Image.new("L", (math.ceil(w) + 2 * margin, math.ceil(h) + 2 * margin), 0)
    mask.paste(round(255 * item.tint[1]), (margin, margin, mask.width - margin, mask.height - margin))
    mask = mask.filter(ImageFilter.GaussianBlur(item.blur))
    return [Raster(math.floor(x) - margin, math.floor(y) - margin, item.tint[0], mask)]


def arrow_lines(arrow: Arrow) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """An arrow's strokes on the canvas; it points to the reading end."""
    x, y, w, h = arrow.box
    tail, tip, middle = (x + w, x, y + h / 2) if arrow.leftwards else (x, x + w, y + h / 2)
    back = tip + h / 2 if arrow.leftwards else tip - h / 2
    head = [((back, y), (tip, middle)), ((tip, middle), (back, y + h))]
    return head if arrow.kind == "chevron" else [*head, ((tail, middle), (tip, middle))]


def _outline(item: PanelItem, width: int, height: int, left: int, top: int, inset: float) -> Floats:
    """Coverage of the shape, `inset` px inside its box."""
    x, y, w, h = item.box
    box = (x - left + inset, y - top + inset, max(w - 2 * inset, 0), max(h - 2 * inset, 0))
    if item.shape == "slant":
        return slanted(width, height, box, SLANT)
    radius = {"pill": box[3] / 2, "round": max(item.radius - inset, 0.0), "rect": 0.0}[item.shape]
    return rounded(width, height, box, radius)


Paint = tuple[Floats, Floats]
"""Colours 0 to 1, broadcastable to h × w × 3, and their opacity, to h × w."""


def _flat(tint: Tint) -> Paint:
    rgb, alpha = tint
    return np.array(rgb, np.float32)[None, None, :] / np.float32(255), np.full((1, 1), alpha, np.float32)


def _gradient(item: PanelItem, width: int, height: int, left: int, top: int) -> Paint:
    """The fill: one tint, or stops spread evenly along the angle over the panel's box."""
    if len(item.fill) < 2:
        return _flat(item.fill[0] if item.fill else ((0, 0, 0), 0.0))
    x, y, w, h = item.box
    along_x, along_y = math.cos(math.radians(item.angle)), math.sin(math.radians(item.angle))
    t = np.full((1, 1), 0.5, np.float32)
    if abs(along_x) > 1e-6:
        t = t + ((np.arange(width, dtype=np.float32) + 0.5 + left - x) / w - 0.5)[None, :] * np.float32(
            along_x
        )
    if abs(along_y) > 1e-6:
        t = t + ((np.arange(height, dtype=np.float32) + 0.5 + top - y) / h - 0.5)[:, None] * np.float32(
            along_y
        )
    at = np.linspace(0, 1, len(item.fill))
    channels = [np.interp(t, at, [rgb[c] / 255 for rgb, _ in item.fill]) for c in range(3)]
    opacity = np.interp(t, at, [alpha for _, alpha in item.fill])
    return np.stack(channels, axis=-1).astype(np.float32), opacity.astype(np.float32)


def _over(layers: list[tuple[Floats, Paint]], width: int, height: int) -> tuple[Image.Image, Image.Image]:
    """Layers (coverage, paint) from back to front as straight colour and alpha."""
    colour = np.zeros((height, width, 3), np.float32)
    alpha = np.zeros((height, width), np.float32)
    for cover, (rgb, opacity) in layers:
        own = cover * opacity
        alpha = own + alpha * (1 - own)
        # straight colour: the share of this layer in what is there now
        share = np.divide(own, alpha, out=np.zeros_like(own), where=alpha > 0)
        colour += (rgb - colour) * share[..., None]
    return (
        Image.fromarray((colour * 255 + 0.5).astype(np.uint8)),
        Image.fromarray((alpha * 255 + 0.5).astype(np.uint8)),
    )


def _shadow(panel: Raster, shadow: SoftShadow) -> Raster:
    margin = math.ceil(3 * shadow.blur)
    (rgb, opacity), alpha = shadow.tint, panel.alpha
    mask = Image.new("L", (alpha.width + 2 * margin, alpha.height + 2 * margin), 0)
    mask.paste(alpha, (margin, margin))
    mask = mask.filter(ImageFilter.GaussianBlur(shadow.blur)).point([round(v * opacity) for v in range(256)])
    return Raster(panel.x - margin + round(shadow.dx), panel.y - margin + round(shadow.dy), rgb, mask)
