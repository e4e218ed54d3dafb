"""A block of copy in its box: rows from top to bottom, at the largest common step at which all of it fits.

Every slot has a largest and a smallest size. A block is set at a step from 1 (all at their largest) to 0
(all at their smallest); a slot that is too wide at its step shrinks alone. Measures are of real ink, so
ascenders, accents and swashes stay inside the box.
"""

from __future__ import annotations

from dataclasses import dataclass

from banner_engine.fit.cells import (
    STEPS,
    Box,
    Cell,
    PlacedSlot,
    Setter,
    SlotText,
    block_box,
    gap_before,
    kind_of,
    largest_step,
    row_extent,
    row_height,
)
from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import Block, Panel
from banner_engine.text import FontBook

__all__ = ["Box", "PlacedSlot", "SetBlock", "SlotText", "block_box", "set_block"]


@dataclass(frozen=True, slots=True)
class SetBlock:
    """box: the block's box, canvas px. step: 1 at the largest sizes, 0 at the smallest."""

    name: str
    box: Box
    slots: tuple[PlacedSlot, ...]
    step: float


def set_block(
    book: FontBook, canvas: Canvas, name: str, texts: tuple[SlotText, ...], *, snug: bool = False
) -> SetBlock | None:
    """The block with these texts at the largest step, or None where it does not fit at their smallest sizes.

    snug: panels behind its slots have less padding, which is the last thing to try.
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
    setter = Setter(book, canvas, block, room, snug=snug)
    found = largest_step(lambda step: setter.rows(rows, step), STEPS)
    if found is None:
        return None
    cells, step = found
    return SetBlock(name, box, _placed(cells, canvas, block, box, room, (left, top)), step)


def _padding(panel: Panel | None, canvas: Canvas) -> tuple[float, float, float]:
    """(left, top and bottom, right) px."""
    if panel is None:
        return 0.0, 0.0, 0.0
    start, top, end = (*panel.padding, panel.padding[0])[:3]
    left, right = (end, start) if canvas.rtl else (start, end)
    return left * canvas.unit, top * canvas.unit, right * canvas.unit


def _placed(
    rows: list[list[Cell]], canvas: Canvas, block: Block, box: Box, room: tuple[float, float],
    padding: tuple[float, float],
) -> tuple[PlacedSlot, ...]:  # fmt: skip
    step_gaps = [
        gap_before(kind_of(canvas, row[0].slot.slot), canvas, 1.0) if n else 0.0 for n, row in enumerate(rows)
    ]
    content = sum(row_height(row) for row in rows)
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
        y += row_height(row)
    return tuple(out)


def _place_row(
    row: list[Cell], canvas: Canvas, block: Block, at: tuple[float, float, float]
) -> list[PlacedSlot]:
    left, top, width = at
    between = [
        gap_before(kind_of(canvas, cell.slot.slot), canvas, 1.0) if n else 0.0 for n, cell in enumerate(row)
    ]
    spare = width - sum(cell.width for cell in row) - sum(between)
    if spare < 0:
        squeeze = 1 + spare / sum(between) if sum(between) else 0.0
        between, spare = [gap * squeeze for gap in between], 0.0
    if block.spread and len(row) > 1:
        between[-1] += spare
        spare = 0.0
    x = {"start": 0.0, "center": spare / 2, "end": spare}[block.align]
    above, _ = row_extent(row)
    lead = max((c.baseline - c.middle for c in row if c.slot.panel is None), default=0.0)
    out = []
    for cell, gap in zip(row, between, strict=True):
        x += gap
        place = left + (width - x - cell.width if canvas.rtl else x)
        down = above - cell.baseline if cell.slot.panel is None else above - lead - cell.height / 2
        out.append(cell.slot.moved(place, top + down))
        x += cell.width
    return out
