"""Slots measured as type: cells that a block's rows are made of, at any step between largest and smallest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from banner_engine.fit.slots import (
    ARROW_HEIGHT,
    ARROW_WIDTH,
    SNUG_TRACKING,
    Canvas,
    limits_of,
    panel_room,
    spans_of,
    style_of,
)
from banner_engine.load.theme import Block, SlotType
from banner_engine.shapes import SMALL
from banner_engine.text import FontBook, SetText, Shaped, Span, fit_text, shape_text

STEPS = 16
LABEL_ROOM = (39.0, 13.0)
"""px at scale 1: the disclosure label's block is never smaller, so that the smallest canvases have it, too."""
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
        def box(b: Box) -> Box:
            return b[0] + dx, b[1] + dy, b[2], b[3]

        return PlacedSlot(
            self.slot, self.text, self.type, self.x + dx, self.y + dy, box(self.ink),
            box(self.panel) if self.panel else None, box(self.arrow) if self.arrow else None,
        )  # fmt: skip

    @property
    def outer(self) -> Box:
        return self.panel or self.ink


@dataclass(frozen=True, slots=True)
class Cell:
    """A slot measured at the origin: its outer box starts at (0, 0)."""

    slot: PlacedSlot
    width: float
    height: float
    middle: float
    """y of the line that a row aligns its panels and texts on."""
    baseline: float


def block_box(canvas: Canvas, block: Block) -> Box:
    """The block's box on the canvas, px; mirrored where the layout or the direction asks for it."""
    x, y, w, h = block.box
    width, height = canvas.width * canvas.scale, canvas.height * canvas.scale
    box = (x * width, y * height, w * width, h * height)
    if block.slots == (("disclosure",),):
        box = _with_label_room(box, canvas, block)
    return (width - box[0] - box[2], *box[1:]) if canvas.mirrored else box


def _with_label_room(box: Box, canvas: Canvas, block: Block) -> Box:
    """The box, grown to LABEL_ROOM away from the edges that its label stands at."""
    x, y, w, h = box
    wider = max(LABEL_ROOM[0] * canvas.scale - w, 0.0)
    taller = max(LABEL_ROOM[1] * canvas.scale - h, 0.0)
    before = {"start": 0.0, "center": 0.5, "end": 1.0}[block.align]
    above = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[block.valign]
    return x - wider * before, y - taller * above, w + wider, h + taller


def largest_step(fit: Callable[[float], Fit | None], top: int) -> tuple[Fit, float] | None:
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


def gap_before(kind: SlotType | None, canvas: Canvas, step: float) -> float:
    """The space before a slot; it tightens by a third from the largest to the smallest step."""
    if kind is None:
        return 0.0
    return kind.gap.get(canvas.layout.shape, 0.0) * canvas.unit * (2 + step) / 3


def kind_of(canvas: Canvas, slot: str) -> SlotType | None:
    return canvas.theme.type.get(slot)  # type: ignore[call-overload, no-any-return]


class _Asked(NamedTuple):
    """A slot's text, shaped, with its sizes in px at steps 1 and 0."""

    kind: SlotType
    largest: float
    smallest: float
    shaped: Shaped


class Setter:
    """Sets the rows of one block at any step; what holds for several steps is measured once."""

    def __init__(
        self, book: FontBook, canvas: Canvas, block: Block, room: tuple[float, float], *, snug: bool = False
    ) -> None:
        self.book = book
        self.canvas = canvas
        self.block = block
        self.width, self.height = room
        self._snug = snug or canvas.layout.shape in SMALL
        self._asked: dict[SlotText, _Asked] = {}
        self._set: dict[str, tuple[float, SetText]] = {}

    def rows(self, rows: list[tuple[SlotText, ...]], step: float) -> list[list[Cell]] | None:
        """The cells of every row, or None where they are too wide or too tall at this step."""
        out: list[list[Cell]] = []
        total = 0.0
        for number, row in enumerate(rows):
            cells = self._row(row, step)
            if cells is None:
                return None
            total += row_height(cells) + (self._gap(row[0], step) if number else 0.0)
            if total > self.height + 1e-6:
                return None
            out.append(cells)
        return out

    def _gap(self, text: SlotText, step: float) -> float:
        return gap_before(kind_of(self.canvas, text.slot), self.canvas, step)

    def _row(self, row: tuple[SlotText, ...], step: float) -> list[Cell] | None:
        """The cells of a row: as asked, or at the largest smaller step where it is too wide."""
        if len(row) == 1:
            cell = self._cell(row[0], step, alone=True)
            return None if cell is None else [cell]

        def fit(here: float) -> list[Cell] | None:
            cells = []
            for text in row:
                cell = self._cell(text, here, alone=False)
                if cell is None:
                    return None
                cells.append(cell)
            gaps = sum(self._gap(text, here) for text in row[1:])
            return cells if sum(cell.width for cell in cells) + gaps <= self.width + 1e-6 else None

        top = self._row_top(row, round(step * STEPS))
        found = largest_step(fit, top)
        return None if found is None else found[0]

    def _row_top(self, row: tuple[SlotText, ...], top: int) -> int:
        """The largest step up to `top` at which a row is no wider than the block, by arithmetic: a label's ink
        is as wide as its size, so that nothing need be set to know.
        """
        if any(text.slot == "logo" for text in row):
            return top
        known = [self._known(text) for text in row]
        inks = [asked.shaped.ink for asked in known]

        def width(step: float) -> float:
            total = sum(self._gap(text, step) for text in row[1:])
            for asked, ink in zip(known, inks, strict=True):
                size = asked.smallest + step * (asked.largest - asked.smallest)
                panel = asked.kind.panel
                room = panel_room(panel, size, step, self._snug) if panel else (0.0, 0.0, 0.0)
                total += (ink[2] - ink[0]) * size + 2 * room[0] + room[2]
            return total

        found = largest_step(lambda step: True if width(step) <= self.width + 1e-6 else None, top)
        return top if found is None else round(found[1] * STEPS)

    def _cell(self, text: SlotText, step: float, *, alone: bool) -> Cell | None:
        if text.slot == "logo" and text.aspect > 0:
            height = min(self.height, self.width / text.aspect)
            ink = (0.0, 0.0, height * text.aspect, height)
            slot = PlacedSlot("logo", text.text, None, 0.0, 0.0, ink)
            return Cell(slot, ink[2], height, height / 2, height)
        asked = self._known(text)
        kind, smallest = asked.kind, asked.smallest
        size = smallest + step * (asked.largest - smallest)
        room = panel_room(kind.panel, size, step, self._snug) if kind.panel else (0.0, 0.0, 0.0)
        inner = self.width - 2 * room[0] - room[2]
        if inner <= 0:
            return None
        found = self._fitted(text, asked, size, smallest if alone else size, inner, alone=alone)
        if found is None:
            return None
        if kind.panel is None:
            return _bare(text, found)
        if found.size < size:
            room = panel_room(kind.panel, found.size, step, self._snug)
        return _panel_cell(text, kind, found, self.canvas, room, self.width)

    def _known(self, text: SlotText) -> _Asked:
        found = self._asked.get(text)
        if found is not None:
            return found
        kind = self.canvas.theme.type[text.slot]  # type: ignore[index]
        if self._snug and kind.panel is not None and kind.tracking > SNUG_TRACKING:
            kind = kind.model_copy(update={"tracking": SNUG_TRACKING})
        spans = spans_of(text.slot, text.text, kind)
        largest, smallest = limits_of(text.slot, text.text, spans, self.canvas)
        shaped = shape_text(self.book, spans, self.canvas.locale, self.canvas.rtl)
        found = self._asked[text] = _Asked(kind, largest, smallest, shaped)
        return found

    def _fitted(
        self, text: SlotText, asked: _Asked, size: float, smallest: float, width: float, *, alone: bool
    ) -> SetText | None:
        """The text at the largest size up to `size` at which it is no wider than `width`."""
        kind = asked.kind
        before = self._set.get(text.slot) if alone and kind.panel is None else None
        if before is not None and before[1].size <= size <= before[0]:
            # the width had decided; it decides the same for every size in between
            return before[1]
        found = fit_text(
            asked.shaped,
            width=width,
            height=float("inf"),
            min_size=smallest,
            max_size=size,
            max_lines=kind.lines.get(self.canvas.layout.shape, 1) if alone else 1,
            step=0.5 * self.canvas.scale,
            balance=kind.balance,
            align="start" if kind.panel else self.block.align,
        )
        if found is None:
            return None
        if kind.italic_last and len(found.lines) > 1:
            found = _italic_last(self.book, self.canvas, kind, text.text, found, width) or found
        if alone and kind.panel is None:
            self._set[text.slot] = (size, found)
        return found


def row_height(cells: list[Cell]) -> float:
    above, below = row_extent(cells)
    return above + below


def row_extent(cells: list[Cell]) -> tuple[float, float]:
    """(above, below) the row's baseline: texts stand on it, panels have their middle at half the capitals of
    the row's largest text.
    """
    if len(cells) == 1:
        cell = cells[0]
        if cell.slot.panel is not None:
            return cell.height / 2, cell.height / 2
        return cell.baseline, cell.height - cell.baseline
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


def _bare(text: SlotText, found: SetText) -> Cell:
    x0, y0, x1, y1 = found.ink
    slot = PlacedSlot(text.slot, text.text, found, -x0, -y0, (0.0, 0.0, x1 - x0, y1 - y0))
    return Cell(slot, x1 - x0, y1 - y0, -y0 - found.cap_height / 2, -y0)


def _panel_cell(
    text: SlotText,
    kind: SlotType,
    found: SetText,
    canvas: Canvas,
    room: tuple[float, float, float],
    width: float,
) -> Cell:
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
    return Cell(slot, outer, height, height / 2, y)


def _has_own_shape(found: SetText) -> bool:
    return any(ord(c) > 0x2E7F or 0x0590 <= ord(c) <= 0x08FF for line in found.lines for c in line.text)
