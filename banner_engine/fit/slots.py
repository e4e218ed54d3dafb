"""One slot's words as type: its styles and spans, its size limits, its panel's room."""

from __future__ import annotations

from dataclasses import dataclass

from banner_engine.load.theme import Layout, Panel, SlotType, Theme
from banner_engine.text import Span, TextStyle, number_spans, price_spans

FLOOR, FLOOR_CJK, FLOOR_FINE = 11.0, 12.0, 9.0
"""Type is never smaller, px at scale 1: running text, running CJK text, and fine print."""
INVISIBLE = "\u200e\u200f\u061c\u00a0\u202f "
FINE_PRINT = ("disclaimer", "disclosure", "logo")
SNUG = (0.8, 0.42)
"""em beside and above a label in its panel where room is scarce: in the shapes of `shapes.SMALL`, and where
nothing fits else.
"""
SNUG_TRACKING = 0.04
"""em between a label's letters there, at most."""
ARROW_GAP, ARROW_HEIGHT = 0.5, 0.46
"""A button's arrow, in em of its label."""
ARROW_WIDTH = {"none": 0.0, "chevron": 0.6, "arrow": 1.6}
"""Of an arrow's height."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """What all slots of a banner have in common. unit: px of one px at the layout's reference size."""

    theme: Theme
    layout: Layout
    width: int
    height: int
    scale: int
    locale: str
    rtl: bool

    @property
    def unit(self) -> float:
        reference = self.layout.reference
        return self.scale * min(self.width / reference[0], self.height / reference[1])

    @property
    def mirrored(self) -> bool:
        return self.layout.mirror != self.rtl


def is_cjk(text: str) -> bool:
    return not text.isascii() and any(
        "\u2e80" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" or "\uf900" <= c <= "\ufaff" for c in text
    )


def size_limits(slot: str, text: str, canvas: Canvas) -> tuple[float, float]:
    """(largest, smallest) size in px of the canvas, never under the floor of readable type: the small parts
    of a price or number are not under that of fine print.
    """
    kind = canvas.theme.type[slot]  # type: ignore[index]
    return limits_of(slot, text, spans_of(slot, text, kind), canvas)


def limits_of(slot: str, text: str, spans: tuple[Span, ...], canvas: Canvas) -> tuple[float, float]:
    """`size_limits` of a text whose spans are known."""
    kind = canvas.theme.type[slot]  # type: ignore[index]
    largest, smallest = kind.size[canvas.layout.shape]
    floor = FLOOR_FINE if slot in FINE_PRINT else FLOOR_CJK if is_cjk(text) else FLOOR
    parts = [span.scale for span in spans if span.text.strip(INVISIBLE)]
    floor = max(floor, FLOOR_FINE / min(parts, default=1.0))
    unit = canvas.unit
    lowest = max(smallest * unit, floor * canvas.scale)
    return max(largest * unit, lowest), lowest


def style_of(kind: SlotType) -> TextStyle:
    return TextStyle(
        families=kind.font,
        weight=kind.weight,
        italic=kind.italic,
        tracking=kind.tracking,
        leading=kind.leading,
        case=kind.case,
        skew=kind.skew,
        features=kind.features,
    )


def unit_style(kind: SlotType) -> TextStyle:
    """The style of a number's unit and of a price's small parts."""
    return TextStyle(
        families=kind.unit_font or kind.font,
        weight=kind.unit_weight or kind.weight,
        skew=kind.skew,
        features=kind.features,
    )


def spans_of(slot: str, text: str, kind: SlotType) -> tuple[Span, ...]:
    if slot == "number":
        return number_spans(text, style_of(kind), unit_style(kind))
    if slot == "price":
        return price_spans(text, style_of(kind), unit_style(kind))
    return (Span(text, style_of(kind), strike=slot == "old_price"),)


def panel_room(panel: Panel, size: float, step: float, snug: bool = False) -> tuple[float, float, float]:
    """(left and right, top and bottom padding, width of the arrow) in px for a label of `size` px.

    The sides tighten to 55 % from the largest to the smallest step. snug: where room is scarce, a panel has
    no more padding than SNUG.
    """
    beside, above = panel.padding[:2]
    if snug:
        beside, above = min(beside, SNUG[0]), min(above, SNUG[1])
    arrow = size * (ARROW_GAP + ARROW_HEIGHT * ARROW_WIDTH[panel.arrow])
    return (
        beside * size * (0.55 + 0.45 * step),
        above * size,
        0.0 if panel.arrow == "none" else arrow,
    )
