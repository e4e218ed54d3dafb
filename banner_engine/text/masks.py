"""Coverage of a set text: one mask for all of its letters, one for their outlines (L images)."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import uharfbuzz as hb
from PIL import Image, ImageChops

from banner_engine.text.glyphs import Glyphs
from banner_engine.text.settext import SetText
from banner_engine.text.strokes import stroke_mask

_local = threading.local()


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
    left, top = math.floor(x0 + dx), math.floor(y0 + dy)
    return Frame(left, top, max(1, math.ceil(x1 + dx) - left), max(1, math.ceil(y1 + dy) - top))


def placed(block: SetText, dx: float, dy: float) -> Iterator[tuple[Glyphs, float, float]]:
    """(glyphs, x, y) of every run, in px: where its origin stands when the block's stands at (dx, dy)."""
    for number, line in enumerate(block.lines):
        y = dy + number * block.leading
        for offset, glyphs in line.shape.pieces:
            yield glyphs, dx + line.x + offset * block.size, y


def face_mask(block: SetText, frame: Frame, offsets: list[tuple[float, float]]) -> Image.Image:
    """The union of the block's letters at each offset (px), and the bars of what is struck through."""
    draw = _rasteriser()
    draw.extents = hb.RasterExtents(
        x_origin=frame.x, y_origin=frame.y, width=frame.width, height=frame.height, stride=0
    )
    bars: list[tuple[float, float, float, float]] = []
    size = block.size
    for dx, dy in offsets:
        for glyphs, x, y in placed(block, dx, dy):
            if not glyphs.face.has_colour:
                _draw(draw, glyphs, x, y, size)
            if glyphs.strike is not None:
                x0, y0, x1, y1 = glyphs.strike
                bars.append((x + x0 * size, y + y0 * size, x + x1 * size, y + y1 * size))
    image = draw.render()
    mask = Image.frombuffer(
        "L", (frame.width, frame.height), image.buffer, "raw", "L", image.extents.stride, 1
    )
    for bar in bars:
        mask = ImageChops.lighter(mask, _bar(frame, bar))
    return mask


def _draw(draw: Any, glyphs: Glyphs, x: float, y: float, size: float) -> None:
    """HarfBuzz's y points upwards and its rows run upwards: drawn upside down, they come out as ours do."""
    scale = size * glyphs.scale / glyphs.face.units
    lean = scale * glyphs.lean
    font = glyphs.face.hb_font
    for gid, gx, gy in zip(glyphs.gids, glyphs.xs, glyphs.ys, strict=True):
        draw.transform = (scale, 0.0, lean, -scale, x + gx * size, y + gy * size)
        draw.draw_glyph(font, gid)


def _rasteriser() -> Any:
    draw = getattr(_local, "draw", None)
    if draw is None:
        draw = _local.draw = hb.RasterDraw()
    draw.clear()
    return draw


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
