"""Panels, buttons and scrims: shapes behind copy, drawn as SVG so that their edges are clean."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageFilter

from banner_engine.plan.items import Arrow, PanelItem, Rgb, ScrimItem, SoftShadow, Tint
from banner_engine.raster import Raster

SLANT = math.tan(math.radians(16.7))


def draw_panel(item: PanelItem) -> list[Raster]:
    """The panel's shadow, if it has one, then the panel."""
    x, y, w, h = item.box
    margin = math.ceil(item.stroke_width + 2)
    left, top = math.floor(x) - margin, math.floor(y) - margin
    width, height = math.ceil(x + w) + margin - left, math.ceil(y + h) + margin - top
    picture = _svg(_panel_svg(item, x - left, y - top), width, height)
    panel = _raster(picture, left, top)
    return [*([_shadow(panel, item.shadow)] if item.shadow else []), panel]


def draw_scrim(item: ScrimItem) -> list[Raster]:
    """A blurred box."""
    x, y, w, h = item.box
    margin = math.ceil(3 * item.blur)
    mask = Image.new("L", (math.ceil(w) + 2 * margin, math.ceil(h) + 2 * margin), 0)
    mask.paste(round(255 * item.tint[1]), (margin, margin, mask.width - margin, mask.height - margin))
    mask = mask.filter(ImageFilter.GaussianBlur(item.blur))
    return [Raster(math.floor(x) - margin, math.floor(y) - margin, item.tint[0], mask)]


def _shadow(panel: Raster, shadow: SoftShadow) -> Raster:
    margin = math.ceil(3 * shadow.blur)
    (rgb, opacity), alpha = shadow.tint, panel.alpha
    mask = Image.new("L", (alpha.width + 2 * margin, alpha.height + 2 * margin), 0)
    mask.paste(alpha, (margin, margin))
    mask = mask.filter(ImageFilter.GaussianBlur(shadow.blur)).point([round(v * opacity) for v in range(256)])
    return Raster(panel.x - margin + round(shadow.dx), panel.y - margin + round(shadow.dy), rgb, mask)


def _raster(picture: Image.Image, left: int, top: int) -> Raster:
    box = picture.getchannel("A").getbbox() or (0, 0, 1, 1)
    cut = picture.crop(box)
    return Raster(left + box[0], top + box[1], cut.convert("RGB"), cut.getchannel("A"))


def _svg(body: str, width: int, height: int) -> Image.Image:
    import resvg_py

    document = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{body}</svg>'
    data = resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True)
    return Image.open(io.BytesIO(data)).convert("RGBA")


def _hex(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _outline(item: PanelItem, x: float, y: float, inset: float) -> str:
    """The shape as an SVG element without its end, `inset` px inside its box."""
    _, _, w, h = item.box
    x, y, w, h = x + inset, y + inset, w - 2 * inset, h - 2 * inset
    if item.shape == "slant":
        lean = h * SLANT
        d = f"M{x + lean:.2f} {y:.2f}H{x + w:.2f}L{x + w - lean:.2f} {y + h:.2f}H{x:.2f}Z"
        return f'<path d="{d}"'
    radius = {"pill": h / 2, "round": max(item.radius - inset, 0), "rect": 0.0}[item.shape]
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{w:.2f}" height="{h:.2f}" rx="{min(radius, h / 2, w / 2):.2f}"'
    )


def _stops(fill: tuple[Tint, ...]) -> str:
    last = max(len(fill) - 1, 1)
    return "".join(
        f'<stop offset="{i / last:.3f}" stop-color="{_hex(rgb)}" stop-opacity="{alpha:g}"/>'
        for i, (rgb, alpha) in enumerate(fill)
    )


def _panel_svg(item: PanelItem, x: float, y: float) -> str:
    parts = []
    if len(item.fill) > 1:
        dx, dy = math.cos(math.radians(item.angle)) / 2, math.sin(math.radians(item.angle)) / 2
        parts.append(
            f'<linearGradient id="g" x1="{0.5 - dx:.3f}" y1="{0.5 - dy:.3f}" x2="{0.5 + dx:.3f}" '
            f'y2="{0.5 + dy:.3f}">{_stops(item.fill)}</linearGradient>'
            f'{_outline(item, x, y, 0)} fill="url(#g)"/>'
        )
    elif item.fill:
        rgb, alpha = item.fill[0]
        parts.append(f'{_outline(item, x, y, 0)} fill="{_hex(rgb)}" fill-opacity="{alpha:g}"/>')
    for tint, width, inset in (
        (item.inner, max(item.stroke_width * 0.9, 1), (item.stroke_width if item.stroke else 0) + 1),
        (item.stroke, item.stroke_width, item.stroke_width / 2),
    ):
        if tint is not None:
            parts.append(
                f'{_outline(item, x, y, inset)} fill="none" stroke="{_hex(tint[0])}" '
                f'stroke-opacity="{tint[1]:g}" stroke-width="{width:.2f}"/>'
            )
    if item.arrow is not None:
        parts.append(_arrow_svg(item.arrow, x - item.box[0], y - item.box[1]))
    return "".join(parts)


def _arrow_svg(arrow: Arrow, dx: float, dy: float) -> str:
    x, y, w, h = arrow.box
    x, y = x + dx, y + dy
    tail, tip, middle = (x + w, x, y + h / 2) if arrow.leftwards else (x, x + w, y + h / 2)
    back = -h / 2 if arrow.leftwards else h / 2
    d = f"M{tip - back:.2f} {y:.2f}L{tip:.2f} {middle:.2f}L{tip - back:.2f} {y + h:.2f}"
    if arrow.kind == "arrow":
        d += f"M{tail:.2f} {middle:.2f}H{tip:.2f}"
    return (
        f'<path d="{d}" fill="none" stroke="{_hex(arrow.colour)}" stroke-width="{h * 0.2:.2f}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )
