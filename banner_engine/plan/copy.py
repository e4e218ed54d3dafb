"""Copy in its place becomes items to draw: panels, type in colours that read, scrims where none does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from banner_engine.fit.blocks import Box, PlacedSlot, SetBlock
from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import Panel, SlotType
from banner_engine.plan.bounds import SCRIM_REACH
from banner_engine.plan.colours import (
    Ground,
    beneath,
    contrast_ratio,
    hex_rgb,
    over,
    relative_luminance,
    required,
    rgb_hex,
    tint,
    worst_contrast,
)
from banner_engine.plan.items import Arrow, CopyItem, LogoItem, PanelItem, Rgb, ScrimItem, TextItem, Tint
from banner_engine.plan.products import soft_shadow
from banner_engine.text import Extrude, Glow, Outline, SetText, Shadow, TextPaint

Luminance = npt.NDArray[np.float32]
SCRIM_STEPS = (0.35, 0.5, 0.65, 0.8, 0.92)


def block_items(
    canvas: Canvas, palette: str, block: SetBlock, luminance: Luminance, logo: tuple[str, str] | None
) -> Iterator[CopyItem]:
    """A block's items from back to front. luminance: of the scene, h × w. logo: (path, digest)."""
    spec = canvas.layout.blocks[block.name]
    ground: Luminance | None = None
    if spec.panel is not None and block.slots:
        yield panel_item(canvas, palette, block.name, spec.panel, block.box, canvas.unit)
        ground = _panel_luminance(canvas, palette, spec.panel, beneath(luminance, block.box))
    for slot in block.slots:
        if slot.type is None:
            if logo is not None:
                x, y, w, h = slot.ink
                at = (round(x), round(y), round(x) + max(round(w), 1), round(y) + max(round(h), 1))
                yield LogoItem(block.name, *logo, at)
            continue
        yield from _slot_items(canvas, palette, block.name, block.box, slot, luminance, ground)


def _slot_items(
    canvas: Canvas,
    palette: str,
    unit: str,
    box: Box,
    slot: PlacedSlot,
    luminance: Luminance,
    ground: Luminance | None,
) -> Iterator[CopyItem]:
    kind = canvas.theme.type[slot.slot]  # type: ignore[index]
    scene = beneath(luminance, slot.ink) if ground is None else ground
    assert slot.type is not None
    size = slot.type.size
    need = required(size * _smallest_part(slot.type), canvas.scale)

    def under(scenery: Luminance) -> Luminance:
        return scenery if kind.panel is None else _panel_luminance(canvas, palette, kind.panel, scenery)

    paint, enough = _paint(canvas, palette, kind, need, under(scene))
    if not enough and paint.outline is None:
        scrim = _scrim(canvas, palette, unit, box, slot, paint, lambda veil: under(over(veil, scene)), need)
        if scrim is not None:
            yield scrim
    if kind.panel is not None and slot.panel is not None:
        kind_of = kind.panel.arrow
        arrow = (
            Arrow(kind_of, _lead(paint), slot.arrow, canvas.rtl) if slot.arrow and kind_of != "none" else None
        )
        yield panel_item(canvas, palette, unit, kind.panel, slot.panel, size, arrow)
    yield TextItem(unit, slot.slot, slot.type, paint, slot.x, slot.y, slot.ink)


def panel_item(
    canvas: Canvas, palette: str, unit: str, panel: Panel, box: Box, px: float, arrow: Arrow | None = None
) -> PanelItem:
    """px: what one unit of the panel's lengths is, in px of the canvas."""
    theme = canvas.theme
    return PanelItem(
        unit=unit,
        box=box,
        shape=panel.shape,
        radius=panel.radius * px,
        fill=tuple(tint(theme, palette, c) for c in panel.fill),
        angle=180 - panel.angle if canvas.rtl else panel.angle,
        stroke=tint(theme, palette, panel.stroke) if panel.stroke else None,
        stroke_width=max(panel.stroke_width * px, 1.0),
        inner=tint(theme, palette, panel.inner) if panel.inner else None,
        shadow=soft_shadow(panel.shadow, theme, palette, px),
        arrow=arrow,
    )


def _panel_luminance(canvas: Canvas, palette: str, panel: Panel, under: Luminance) -> Luminance:
    """What lies beneath type on a panel: its fills, over the scenery where they are not opaque."""
    if not panel.fill:
        return under
    laid = (over(tint(canvas.theme, palette, colour), under.ravel()) for colour in panel.fill)
    return np.concatenate(list(laid))


def _smallest_part(text: SetText) -> float:
    """The scale of the smallest part of a text, such as the decimals of a price."""
    return min((glyphs.scale for line in text.lines for _, glyphs in line.shape.pieces), default=1.0)


def _paint(
    canvas: Canvas, palette: str, kind: SlotType, need: float, under: Luminance
) -> tuple[TextPaint, bool]:
    """The paint of a slot, and whether it reaches the contrast that it needs on what lies beneath."""
    theme = canvas.theme
    effect = kind.effect
    outline = Outline(effect.outline[0], _hex(canvas, palette, effect.outline[1])) if effect.outline else None
    if outline is not None:
        # an outlined glyph is read against its outline
        under = np.array([relative_luminance(hex_rgb(outline.colour))], dtype=np.float32)
    ground = Ground(under)
    extrude = glow = shadow = None
    if effect.extrude:
        steps, dx, dy, colour = effect.extrude
        extrude = Extrude(steps, dx, dy, _hex(canvas, palette, colour))
    if effect.glow:
        rgb, alpha = tint(theme, palette, effect.glow[1])
        glow = Glow(effect.glow[0], rgb_hex(rgb), alpha)
    if effect.shadow:
        rgb, alpha = tint(theme, palette, effect.shadow[3])
        shadow = Shadow(*effect.shadow[:3], rgb_hex(rgb), alpha)

    def painted(fill: str | tuple[tuple[float, str], ...]) -> TextPaint:
        return TextPaint(fill, outline, extrude, glow, shadow)

    if kind.gradient:
        stops = tuple((at, _hex(canvas, palette, colour)) for at, colour in kind.gradient)
        if min(ground.contrast(hex_rgb(c)) for _, c in stops) >= need:
            return painted(stops), True
    best: tuple[float, str] = (0.0, "")
    for name in kind.colour:
        colour = _hex(canvas, palette, name)
        reached = ground.contrast(hex_rgb(colour))
        if reached >= need:
            return painted(colour), True
        best = max(best, (reached, colour))
    return painted(best[1]), False


def _hex(canvas: Canvas, palette: str, colour: str) -> str:
    return rgb_hex(tint(canvas.theme, palette, colour)[0])


def _lead(paint: TextPaint) -> Rgb:
    return hex_rgb(paint.fill if isinstance(paint.fill, str) else paint.fill[0][1])


def _scrim(
    canvas: Canvas,
    palette: str,
    unit: str,
    box: Box,
    slot: PlacedSlot,
    paint: TextPaint,
    veiled: Callable[[Tint], Luminance],
    need: float,
) -> ScrimItem | None:
    """The lightest veil that lets a text read, dark or light, whichever does more; None where none helps.

    veiled: what lies beneath the text once a veil is there. Its full strength reaches two sigmas beyond
    what it lies under, and its blurred edge no further than the block's bounds.
    """
    colour = _lead(paint)
    own = relative_luminance(colour)
    dark = tint(canvas.theme, palette, "shadow")[0]
    colours: tuple[Rgb, Rgb] = (dark, (255, 255, 255))
    veil = max(colours, key=lambda one: contrast_ratio(own, relative_luminance(one)))
    reached = [(worst_contrast(colour, veiled((veil, step))), step) for step in (0.0, *SCRIM_STEPS)]
    if reached[-1][0] <= reached[0][0]:
        return None
    step = next((step for contrast, step in reached[1:] if contrast >= need), SCRIM_STEPS[-1])
    blur = SCRIM_REACH / 4 * canvas.unit
    x, y, w, h = slot.outer
    grow = max(0.35 * (slot.type.size if slot.type else h), 2 * blur)
    bx, by, bw, bh = box
    left, top = max(x - grow, bx - 2 * blur), max(y - grow, by - 2 * blur)
    right, bottom = min(x + w + grow, bx + bw + 2 * blur), min(y + h + grow, by + bh + 2 * blur)
    return ScrimItem(unit, (left, top, right - left, bottom - top), blur, (veil, step))
