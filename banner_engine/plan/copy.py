"""Copy in its place becomes items to draw: panels, type in colours that read, scrims where none does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from banner_engine.fit.blocks import Box, PlacedSlot, SetBlock
from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import Panel, SlotType
from banner_engine.plan.bounds import SCRIM_BLUR
from banner_engine.plan.colours import (
    Ground,
    beneath,
    hex_rgb,
    relative_luminance,
    required,
    rgb_hex,
    tint,
    worst_contrast,
)
from banner_engine.plan.items import Arrow, CopyItem, LogoItem, PanelItem, Rgb, ScrimItem, TextItem, Tint
from banner_engine.plan.products import soft_shadow
from banner_engine.text import Extrude, Glow, Outline, Shadow, TextPaint

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
    under = beneath(luminance, slot.ink) if ground is None else ground
    if kind.panel is not None:
        assert slot.panel is not None
        under = _panel_luminance(canvas, palette, kind.panel, under)
    assert slot.type is not None
    size = slot.type.size
    paint, enough = _paint(canvas, palette, kind, size, under)
    if not enough:
        scrim = _scrim(canvas, palette, unit, box, slot, paint, under, required(size, canvas.scale))
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
    parts = []
    for colour in panel.fill:
        rgb, opacity = tint(canvas.theme, palette, colour)
        parts.append(opacity * relative_luminance(rgb) + (1 - opacity) * under.ravel())
    return np.concatenate(parts).astype(np.float32)


def _paint(
    canvas: Canvas, palette: str, kind: SlotType, size: float, under: Luminance
) -> tuple[TextPaint, bool]:
    """The paint of a slot, and whether it reads on what lies beneath."""
    theme = canvas.theme
    effect = kind.effect
    outline = Outline(effect.outline[0], _hex(canvas, palette, effect.outline[1])) if effect.outline else None
    if outline is not None:
        # an outlined glyph is read against its outline
        under = np.array([relative_luminance(hex_rgb(outline.colour))], dtype=np.float32)
    need = required(size, canvas.scale)
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
    under: Luminance,
    need: float,
) -> ScrimItem | None:
    """The lightest veil that lets a text read: dark under light type, light under dark type. It stays in
    the block's box, and its blur inside the block's bounds.
    """
    colour = _lead(paint)
    light_type = relative_luminance(colour) > 0.35
    veil: Rgb = tint(canvas.theme, palette, "shadow")[0] if light_type else (255, 255, 255)
    own = relative_luminance(veil)
    for step in SCRIM_STEPS:
        veiled = (step * own + (1 - step) * under.ravel()).astype(np.float32)
        if worst_contrast(colour, veiled) >= need or step == SCRIM_STEPS[-1]:
            x, y, w, h = slot.outer
            grow = 0.35 * (slot.type.size if slot.type else h)
            bx, by, bw, bh = box
            left, top = max(x - grow, bx), max(y - grow, by)
            right, bottom = min(x + w + grow, bx + bw), min(y + h + grow, by + bh)
            tinted: Tint = (veil, step)
            return ScrimItem(unit, (left, top, right - left, bottom - top), SCRIM_BLUR * canvas.unit, tinted)
    return None
