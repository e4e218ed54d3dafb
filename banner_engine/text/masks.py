"""Coverage of a set text: one mask for all of its letters, one for their outlines (L images)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import uharfbuzz as hb
from PIL import Image, ImageChops

from banner_engine.text.glyphs import Glyphs
from banner_engine.text.letters import PHASES, Mask, letter_mask, rasteriser
from banner_engine.text.settext import SetText
from banner_engine.text.strokes import stroke_mask

LARGE = 40.0
"""px from which on letters are kept: smaller ones are as soon drawn as laid."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The pixels of a mask: x, y of its top left corner from the block's origin, and its size."""

    x: int
    y: int
    width: int
    height: int

    def grown(self, left: int, top: int, right: int, bottom: int) -> Frame:
        return Frame(self.x - left, self.y - top, self.width + left + right, self.height + top + bottom)


def frame_of(block: SetText, dx: float, dy: float) -> Frame:
    """The whole pixels that the ink touches when the origin stands at (dx, dy)."""
    x0, y0, x1, y1 = block.ink
    left, top = floor(x0 + dx), floor(y0 + dy)
    return Frame(left, top, max(1, ceil(x1 + dx) - left), max(1, ceil(y1 + dy) - top))


def placed(block: SetText, dx: float, dy: float) -> Iterator[tuple[Glyphs, float, float]]:
    """(glyphs, x, y) of every run, in px: where its origin stands when the block's stands at (dx, dy)."""
    for number, line in enumerate(block.lines):
        y = dy + number * block.leading
        for offset, glyphs in line.shape.pieces:
            yield glyphs, dx + line.x + offset * block.size, y


def face_mask(block: SetText, frame: Frame, dx: float, dy: float) -> Image.Image:
    """The union of the block's letters, and the bars of what is struck through.

    Large letters are put together from masks that are kept; small ones, and those that touch each other,
    are drawn as a line.
    """
    laid: list[tuple[Glyphs, float, float]] = []
    drawn: list[tuple[Glyphs, float, float]] = []
    bars: list[tuple[float, float, float, float]] = []
    size = block.size
    for piece in placed(block, dx, dy):
        glyphs, x, y = piece
        if glyphs.strike is not None:
            x0, y0, x1, y1 = glyphs.strike
            bars.append((x + x0 * size, y + y0 * size, x + x1 * size, y + y1 * size))
        if not glyphs.face.has_colour:
            whole = glyphs.joined or size * glyphs.scale < LARGE
            (drawn if whole else laid).append(piece)
    mask = _drawn(drawn, frame, size) if drawn or not laid else None
    if laid:
        canvas = np.zeros((frame.height, frame.width), np.uint8)
        for glyphs, x, y in laid:
            _lay_letters(canvas, frame, glyphs, x, y, size)
        letters = Image.frombuffer("L", (frame.width, frame.height), canvas, "raw", "L", 0, 1)
        mask = letters if mask is None else ImageChops.lighter(mask, letters)
    assert mask is not None
    for bar in bars:
        mask = ImageChops.lighter(mask, _bar(frame, bar))
    return mask


def _drawn(runs: list[tuple[Glyphs, float, float]], frame: Frame, size: float) -> Image.Image:
    draw = rasteriser()
    draw.extents = hb.RasterExtents(
        x_origin=frame.x, y_origin=frame.y, width=frame.width, height=frame.height, stride=0
    )
    for glyphs, x, y in runs:
        scale = size * glyphs.scale / glyphs.face.units
        lean = scale * glyphs.lean
        font = glyphs.face.hb_font
        for gid, gx, gy in zip(glyphs.gids, glyphs.xs, glyphs.ys, strict=True):
            draw.transform = (scale, 0.0, lean, -scale, x + gx * size, y + gy * size)
            draw.draw_glyph(font, gid)
    image = draw.render()
    return Image.frombuffer(
        "L", (frame.width, frame.height), image.buffer, "raw", "L", image.extents.stride, 1
    )


def _lay_letters(canvas: Mask, frame: Frame, glyphs: Glyphs, x: float, y: float, size: float) -> None:
    own, face, lean = size * glyphs.scale, glyphs.face, glyphs.lean
    x, y = (x - frame.x) * PHASES + 0.5, (y - frame.y) * PHASES + 0.5
    step = size * PHASES
    for gid, gx, gy in zip(glyphs.gids, glyphs.xs, glyphs.ys, strict=True):
        left, phase_x = divmod(floor(x + gx * step), PHASES)
        top, phase_y = divmod(floor(y + gy * step), PHASES)
        at_x, at_y, width, height, mask = letter_mask(face, gid, own, lean, phase_x, phase_y)
        at_x += left
        at_y += top
        if at_x < 0 or at_y < 0:
            # A quarter's rounding may leave a pixel outside of the frame.
            mask = mask[max(-at_y, 0) :, max(-at_x, 0) :]
            at_x, at_y = max(at_x, 0), max(at_y, 0)
            height, width = mask.shape
        here = canvas[at_y : at_y + height, at_x : at_x + width]
        if here.shape != mask.shape:
            mask = mask[: here.shape[0], : here.shape[1]]
        np.maximum(here, mask, out=here)


def _bar(frame: Frame, box: tuple[float, float, float, float]) -> Image.Image:
    """An upright rectangle; a pixel's coverage is the product of what is covered across and down."""
    x0, y0, x1, y1 = (box[0] - frame.x, box[1] - frame.y, box[2] - frame.x, box[3] - frame.y)
    columns, rows = np.arange(frame.width), np.arange(frame.height)
    across = np.clip(np.minimum(x1, columns + 1) - np.maximum(x0, columns), 0, 1)
    down = np.clip(np.minimum(y1, rows + 1) - np.maximum(y0, rows), 0, 1)
    return Image.fromarray(np.rint(np.outer(down, across) * 255).astype(np.uint8))


def outline_mask(block: SetText, frame: Frame, dx: float, dy: float, width: float) -> Image.Image:
    """Strokes of `width` px around all letters (round joins); their inside is the letters' own business."""
    mask = Image.new("L", (frame.width, frame.height))
    for glyphs, x, y in placed(block, dx, dy):
        if glyphs.face.has_colour:
            continue
        for gid, gx, gy in zip(glyphs.gids, glyphs.xs, glyphs.ys, strict=True):
            px, py = x + gx * block.size, y + gy * block.size
            stroke = stroke_mask(glyphs.face, gid, block.size * glyphs.scale, glyphs.lean, width, px, py)
            if stroke is None:
                continue
            left, top, image = stroke
            at = (left - frame.x, top - frame.y)
            here = mask.crop((*at, at[0] + image.width, at[1] + image.height))
            mask.paste(ImageChops.lighter(here, image), at)
    return mask
