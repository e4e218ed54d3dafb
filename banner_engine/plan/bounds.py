"""Static bounds: which pixels a block of copy or a product may touch, whatever it shows.

They depend on the layout, the size and the theme's effects only, never on a variant's ink; painting clips
to them. So what lies outside of a unit's bounds cannot depend on its content, which is what lets encoded
zones be shared between variants.
"""

from __future__ import annotations

import math
from functools import lru_cache

from banner_engine.fit.blocks import block_box
from banner_engine.fit.slots import FLOOR_CJK, Canvas
from banner_engine.load.theme import Block, Panel, Shadow, SlotType
from banner_engine.plan.items import CONSTANT, PRODUCT, Rect
from banner_engine.prepare.scenes import mirrored_box
from banner_engine.text import Extrude, Glow, Outline, TextPaint, effect_margins
from banner_engine.text import Shadow as TextShadow

FRINGE = 2
"""px that antialiasing may reach beyond a shape."""
SCRIM_REACH = 12.0
"""px at the layout's reference size that a scrim may reach beyond its block's box."""


def unit_bounds(canvas: Canvas) -> tuple[tuple[str, Rect], ...]:
    """(unit, bounds) for the product and every block of a layout, in painting order, clipped to the canvas."""
    theme = canvas.theme
    name = next(n for n, layout in theme.layouts.items() if layout is canvas.layout)
    key = (theme.digest, name, canvas.width, canvas.height, canvas.scale, canvas.mirrored)
    found = _kept(key)
    if not found:
        found.append(_unit_bounds(canvas))
    return found[0]


def unit_kind(canvas: Canvas, name: str) -> str:
    """ "offer" for a block that always changes with the product, "constant" for one that no variant of a
    placement changes, "copy" for any other.
    """
    slots = {slot for row in canvas.layout.blocks[name].slots for slot in row}
    if slots & {"price", "old_price"}:
        return "offer"
    return CONSTANT if slots <= {"logo", "disclosure"} else "copy"


@lru_cache(maxsize=4096)
def _kept(key: tuple[object, ...]) -> list[tuple[tuple[str, Rect], ...]]:
    """A place for the bounds of one key."""
    return []


def _unit_bounds(canvas: Canvas) -> tuple[tuple[str, Rect], ...]:
    units = [(PRODUCT, product_clip(canvas))]
    for name, block in canvas.layout.blocks.items():
        x, y, w, h = block_box(canvas, block)
        left, top, right, bottom = block_reach(canvas, block)
        box = (math.floor(x - left), math.floor(y - top), math.ceil(x + w + right), math.ceil(y + h + bottom))
        units.append((name, clipped(box, canvas)))
    return tuple(units)


def clipped(box: Rect, canvas: Canvas) -> Rect:
    width, height = canvas.width * canvas.scale, canvas.height * canvas.scale
    x0, y0 = min(max(box[0], 0), width), min(max(box[1], 0), height)
    return x0, y0, max(min(box[2], width), x0), max(min(box[3], height), y0)


def product_clip(canvas: Canvas) -> Rect:
    """The product's effect box, px."""
    width, height = canvas.width * canvas.scale, canvas.height * canvas.scale
    x, y, w, h = mirrored_box(canvas.layout.product, canvas.mirrored)
    left, top, right, bottom = canvas.layout.effects
    if canvas.mirrored:
        left, right = right, left
    box = (
        round((x - left) * width),
        round((y - top) * height),
        round((x + w + right) * width),
        round((y + h + bottom) * height),
    )
    return clipped(box, canvas)


def block_reach(canvas: Canvas, block: Block) -> tuple[float, float, float, float]:
    """How far a block's effects may reach beyond its box: left, top, right, bottom, px."""
    reach = [float(FRINGE)] * 4
    for slot in (slot for row in block.slots for slot in row):
        kind = canvas.theme.type.get(slot)
        if kind is None:
            continue
        size = max(kind.size[canvas.layout.shape][0] * canvas.unit, FLOOR_CJK * canvas.scale)
        _grow(reach, effect_margins(_effects(kind), size))
        if kind.panel is not None:
            _grow(reach, _panel_reach(kind.panel, size))
        elif block.panel is None:
            _grow(reach, (SCRIM_REACH * canvas.unit,) * 4)
    if block.panel is not None:
        _grow(reach, _panel_reach(block.panel, canvas.unit))
    return reach[0], reach[1], reach[2], reach[3]


def _grow(reach: list[float], more: tuple[float, float, float, float]) -> None:
    for side in range(4):
        reach[side] = max(reach[side], more[side] + FRINGE)


def _panel_reach(panel: Panel, px: float) -> tuple[float, float, float, float]:
    stroke = max(panel.stroke_width * px, 1.0) if panel.stroke else 0.0
    left, top, right, bottom = _shadow_reach(panel.shadow, px)
    return max(left, stroke), max(top, stroke), max(right, stroke), max(bottom, stroke)


def _shadow_reach(shadow: Shadow | None, px: float) -> tuple[float, float, float, float]:
    if shadow is None:
        return 0.0, 0.0, 0.0, 0.0
    far, dx, dy = 3 * shadow.blur * px, shadow.dx * px, shadow.dy * px
    return far - dx, far - dy, far + dx, far + dy


def _effects(kind: SlotType) -> TextPaint:
    """The slot's effects without their colours, which do not decide how far they reach."""
    effect = kind.effect
    return TextPaint(
        fill="#000000",
        outline=Outline(effect.outline[0], "#000000") if effect.outline else None,
        extrude=Extrude(*effect.extrude[:3], "#000000") if effect.extrude else None,
        glow=Glow(effect.glow[0], "#000000", 1.0) if effect.glow else None,
        shadow=TextShadow(*effect.shadow[:3], "#000000", 1.0) if effect.shadow else None,
    )
