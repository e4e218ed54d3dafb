"""A block of copy in its box: rows from top to bottom, at the largest common step at which all of it fits.

Every slot has a largest and a smallest size. A block is set at a step from 1 (all at their largest) to 0
(all at their smallest); a slot that is too wide at its step shrinks alone. Measures are of real ink, so
ascenders, accents and swashes stay inside the box.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from banner_engine.fit.slots import (
    ARROW_HEIGHT,
    ARROW_WIDTH,
    Canvas,
    panel_room,
    size_limits,
    spans_of,
    style_of,
)
from banner_engine.load.theme import Block, Panel, SlotType
from banner_engine.prepare.scenes import mirrored_box
from banner_engine.text import FontBook, SetText, Span, fit_text, shape_text

STEPS = 16
Fit = TypeVar("Fit")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SlotText:
    """The words of a slot; aspect is a logo's width ÷ height (0: a logo without a picture is its text)."""

    slot: str
    text: str
    aspect: float = 0.0


@dataclass(frozen=True, slots=True)
class PlacedSlot:
    """A slot in its place. x, y: the text's anchor on its first baseline; ink, panel: boxes; canvas px."""

    slot: str
    text: str
    type: SetText | None
    x: float
    y: float
    ink: Box
    panel: Box | None = None
    arrow: Box | None = None

    def moved(self, dx: float, dy: float) -> PlacedSlot:
        def box(b: Box | None) -> Box | None:
            return None if b is None else (b[0] + dx, b[1] + dy, b[2], b[3])

        ink = box(self.ink)
        assert ink is not None
        return replace(
            self, x=self.x + dx, y=self.y + dy, ink=ink, panel=box(self.panel), arrow=box(self.arrow)
        )

    @property
    def outer(self) -> Box:
        return self.panel or self.ink


@dataclass(frozen=True, slots=True)
class SetBlock:
    """box: the block's box, canvas px. step: 1 at the largest sizes, 0 at the smallest."""

    name: str
    box: Box
    slots: tuple[PlacedSlot, ...]
    step: float


@dataclass(frozen=True, slots=True)
class _Cell:
    """A slot measured at the origin: its outer box starts at (0, 0)."""

    slot: PlacedSlot
    width: float
    height: float
    middle: float
    """y of the line that a row aligns its panels and texts on."""
    baseline: float


def block_box(canvas: Canvas, block: Block) -> Box:
    """The block's box on the canvas, px; mirrored where the layout or the direction asks for it."""
    x, y, w, h = mirrored_box(block.box, canvas.mirrored)
    width, height = canvas.width * canvas.scale, canvas.height * canvas.scale
    return x * width, y * height, w * width, h * height


def set_block(book: FontBook, canvas: Canvas, name: str, texts: tuple[SlotText, ...]) -> SetBlock | None:
    """The block with these texts at the largest step, or None where it does not fit at their smallest sizes.

    Raises BannerError (kind "font") for a character that no font has.
    """
    block = canvas.layout.blocks[name]
    box = block_box(canvas, block)
    by_slot = {t.slot: t for t in texts}
    rows = [tuple(by_slot[s] for s in row if s in by_slot) for row in block.slots]
    rows = [row for row in rows if row]
    if not rows:
        return SetBlock(name, box, (), 1.0)
    left, top, right = _padding(block.panel, canvas)
    room = (box[2] - left - right, box[3] - 2 * top)
    found = _largest(lambda step: _rows(book, canvas, block, rows, step, room), STEPS)
    if found is None:
        return None
    cells, step = found
    return SetBlock(name, box, _placed(cells, canvas, block, box, room, (left, top)), step)


def _largest(fit: Callable[[float], Fit | None], top: int) -> tuple[Fit, float] | None:
    """(what fits, step) at the largest of the steps 0 … top ÷ STEPS that fits, by bisection: what fits at a
    step fits below it, too.
    """
    best = fit(top / STEPS)
    if best is not None:
        return best, top / STEPS
    low, high, best_at = -1, top, 0
    while high - low > 1:
        middle = max((low + high) // 2, 0)
        found = fit(middle / STEPS)
        if found is None:
            high = middle
        else:
            low, best, best_at = middle, found, middle
    return None if best is None else (best, best_at / STEPS)


def _padding(panel: Panel | None, canvas: Canvas) -> tuple[float, float, float]:
    """(left, top and bottom, right) px."""
    if panel is None:
        return 0.0, 0.0, 0.0
    start, top, end = (*panel.padding, panel.padding[0])[:3]
    left, right = (end, start) if canvas.rtl else (start, end)
    return left * canvas.unit, top * canvas.unit, right * canvas.unit


def _gap(kind: SlotType | None, canvas: Canvas, step: float) -> float:
    """The space before a slot; it tightens by a third from the largest to the smallest step."""
    if kind is None:
        return 0.0
    return kind.gap.get(canvas.layout.shape, 0.0) * canvas.unit * (2 + step) / 3


def _rows(
    book: FontBook, canvas: Canvas, block: Block, rows: list[tuple[SlotText, ...]], step: float,
    room: tuple[float, float],
) -> list[list[_Cell]] | None:  # fmt: skip
    out: list[list[_Cell]] = []
    total = 0.0
    for number, row in enumerate(rows):
        cells = _row(book, canvas, block, row, step, room[0])
        if cells is None:
            return None
        total += _row_height(cells) + (_gap(_kind(canvas, row[0].slot), canvas, step) if number else 0.0)
        if total > room[1] + 1e-6:
            return None
        out.append(cells)
    return out


def _kind(canvas: Canvas, slot: str) -> SlotType | None:
    return canvas.theme.type.get(slot)  # type: ignore[call-overload, no-any-return]


def _row(
    book: FontBook, canvas: Canvas, block: Block, row: tuple[SlotText, ...], step: float, width: float
) -> list[_Cell] | None:
    """The cells of a row that fits `width`: as asked, or at the largest smaller step where it is too wide."""
    if len(row) == 1:
        cell = _cell(book, canvas, block, row[0], step, width, alone=True)
        return None if cell is None else [cell]

    def fit(here: float) -> list[_Cell] | None:
        cells = []
        for text in row:
            cell = _cell(book, canvas, block, text, here, width, alone=False)
            if cell is None:
                return None
            cells.append(cell)
        gaps = sum(_gap(_kind(canvas, text.slot), canvas, here) for text in row[1:])
        return cells if sum(cell.width for cell in cells) + gaps <= width + 1e-6 else None

    found = _largest(fit, round(step * STEPS))
    return None if found is None else found[0]


def _cell(
    book: FontBook, canvas: Canvas, block: Block, text: SlotText, step: float, width: float, *, alone: bool
) -> _Cell | None:
    if text.slot == "logo" and text.aspect > 0:
        box = block_box(canvas, block)
        height = min(box[3], width / text.aspect)
        ink = (0.0, 0.0, height * text.aspect, height)
        slot = PlacedSlot("logo", text.text, None, 0.0, 0.0, ink)
        return _Cell(slot, ink[2], height, height / 2, height)
    kind = canvas.theme.type[text.slot]  # type: ignore[index]
    largest, smallest = size_limits(text.slot, text.text, canvas)
    size = smallest + step * (largest - smallest)
    left, top, arrow = panel_room(kind.panel, size, step) if kind.panel else (0.0, 0.0, 0.0)
    inner = width - 2 * left - arrow
    if inner <= 0:
        return None
    lines = kind.lines.get(canvas.layout.shape, 1) if alone else 1
    found = fit_text(
        shape_text(book, spans_of(text.slot, text.text, kind), canvas.locale, canvas.rtl),
        width=inner,
        height=float("inf"),
        min_size=smallest if alone else size,
        max_size=size,
        max_lines=lines,
        step=0.5 * canvas.scale,
        balance=kind.balance,
        align="start" if block.align != "center" or kind.panel else "center",
    )
    if found is None:
        return None
    if kind.panel and found.size < size:
        left, top, arrow = panel_room(kind.panel, found.size, step)
    if kind.italic_last and len(found.lines) > 1:
        found = _italic_last(book, canvas, kind, text.text, found, inner) or found
    return (
        _panel_cell(text, kind, found, canvas, (left, top, arrow), width)
        if kind.panel
        else _bare(text, found)
    )


def _italic_last(
    book: FontBook, canvas: Canvas, kind: SlotType, text: str, found: SetText, width: float
) -> SetText | None:
    """The same lines with the last one in italics; None where the lines cannot be told apart again."""
    if found.side == "right" or any(line.text not in text for line in found.lines):
        return None
    style = style_of(kind)
    first = "\n".join(line.text for line in found.lines[:-1])
    spans = (Span(first + "\n", style), Span(found.lines[-1].text, replace(style, italic=True)))
    return fit_text(
        shape_text(book, spans, canvas.locale, canvas.rtl),
        width=width,
        height=float("inf"),
        min_size=found.size * 0.9,
        max_size=found.size,
        max_lines=len(found.lines),
        step=0.5 * canvas.scale,
        align="center" if found.side == "center" else "start",
    )


def _bare(text: SlotText, found: SetText) -> _Cell:
    x0, y0, x1, y1 = found.ink
    slot = PlacedSlot(text.slot, text.text, found, -x0, -y0, (0.0, 0.0, x1 - x0, y1 - y0))
    return _Cell(slot, x1 - x0, y1 - y0, -y0 - found.cap_height / 2, -y0)


def _panel_cell(
    text: SlotText,
    kind: SlotType,
    found: SetText,
    canvas: Canvas,
    room: tuple[float, float, float],
    width: float,
) -> _Cell:
    """A label in its panel. The panel's height follows the size, not the ink, so that a descender does not
    make a taller button; the label's capitals (or hanzi) stand in its middle.
    """
    assert kind.panel is not None
    left, top, arrow = room
    x0, y0, x1, y1 = found.ink
    label = x1 - x0
    outer = max(width, 0.0) if kind.panel.wide else label + 2 * left + arrow
    line_box = found.cap_height * 1.1 + found.last_baseline
    height = max(line_box, y1 - y0) + 2 * top
    start = (outer - label - arrow) / 2
    text_x = start + (arrow if canvas.rtl else 0.0)
    # capitals are centred by their height; ink that has no capitals' shape (hanzi, Arabic) by itself
    centre = (y0 + y1) / 2 if _has_own_shape(found) else (found.last_baseline - found.cap_height) / 2
    y = height / 2 - centre
    arrow_box = None
    if arrow:
        h = ARROW_HEIGHT * found.size
        w = h * ARROW_WIDTH[kind.panel.arrow]
        at = start if canvas.rtl else start + label + arrow - w
        arrow_box = (at, (height - h) / 2, w, h)
    slot = PlacedSlot(
        text.slot, text.text, found, text_x - x0, y, (text_x, y + y0, label, y1 - y0),
        panel=(0.0, 0.0, outer, height), arrow=arrow_box,
    )  # fmt: skip
    return _Cell(slot, outer, height, height / 2, y)


def _has_own_shape(found: SetText) -> bool:
    return any(ord(c) > 0x2E7F or 0x0590 <= ord(c) <= 0x08FF for line in found.lines for c in line.text)


def _row_height(cells: list[_Cell]) -> float:
    above, below = _extent(cells)
    return above + below


def _extent(cells: list[_Cell]) -> tuple[float, float]:
    """(above, below) the row's baseline: texts stand on it, panels have their middle at half the capitals of
    the row's largest text.
    """
    texts = [cell for cell in cells if cell.slot.panel is None]
    if not texts:
        tallest = max(cell.height for cell in cells)
        return tallest / 2, tallest / 2
    lead = max(texts, key=lambda cell: cell.baseline - cell.middle)
    centre = lead.baseline - lead.middle
    above = max(cell.baseline if cell.slot.panel is None else centre + cell.height / 2 for cell in cells)
    below = max(
        cell.height - cell.baseline if cell.slot.panel is None else cell.height / 2 - centre for cell in cells
    )
    return above, below


def _placed(
    rows: list[list[_Cell]], canvas: Canvas, block: Block, box: Box, room: tuple[float, float],
    padding: tuple[float, float],
) -> tuple[PlacedSlot, ...]:  # fmt: skip
    step_gaps = [
        _gap(_kind(canvas, row[0].slot.slot), canvas, 1.0) if n else 0.0 for n, row in enumerate(rows)
    ]
    content = sum(_row_height(row) for row in rows)
    # rows were accepted with gaps between two thirds and all of what the theme declares
    gaps = min(1.0, (room[1] - content) / sum(step_gaps)) if sum(step_gaps) > 0 else 0.0
    total = content + gaps * sum(step_gaps)
    y = (
        box[1]
        + padding[1]
        + {"top": 0.0, "middle": (room[1] - total) / 2, "bottom": room[1] - total}[block.valign]
    )
    out: list[PlacedSlot] = []
    for row, gap in zip(rows, step_gaps, strict=True):
        y += gap * gaps
        out += _place_row(row, canvas, block, (box[0] + padding[0], y, room[0]))
        y += _row_height(row)
    return tuple(out)


def _place_row(
    row: list[_Cell], canvas: Canvas, block: Block, at: tuple[float, float, float]
) -> list[PlacedSlot]:
    left, top, width = at
    between = [_gap(_kind(canvas, cell.slot.slot), canvas, 1.0) if n else 0.0 for n, cell in enumerate(row)]
    spare = width - sum(cell.width for cell in row) - sum(between)
    if spare < 0:
        squeeze = 1 + spare / sum(between) if sum(between) else 0.0
        between, spare = [gap * squeeze for gap in between], 0.0
    if block.spread and len(row) > 1:
        between[-1] += spare
        spare = 0.0
    x = {"start": 0.0, "center": spare / 2, "end": spare}[block.align]
    above, _ = _extent(row)
    lead = max((c.baseline - c.middle for c in row if c.slot.panel is None), default=0.0)
    out = []
    for cell, gap in zip(row, between, strict=True):
        x += gap
        place = left + (width - x - cell.width if canvas.rtl else x)
        down = above - cell.baseline if cell.slot.panel is None else above - lead - cell.height / 2
        out.append(cell.slot.moved(place, top + down))
        x += cell.width
    return out
