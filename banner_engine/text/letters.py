"""Masks of single letters, kept by content: a headline is mostly letters that were drawn before.

HarfBuzz's rasteriser costs by the pixel, about 2 ns each, so a headline of 128 px costs as much as all other
type of a banner; laying letters that are kept side by side costs a tenth of it. As in browsers, a letter is
drawn at quarters of a pixel: finer steps could not be seen, and would be kept apart.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from banner_engine.cache import Cache, shared
from banner_engine.text.face import BLANK, Face

PHASES = 4
"""Positions in a pixel, in each direction, at which letters and their strokes are drawn."""

Mask = NDArray[np.uint8]
Letter = tuple[int, int, int, int, Mask]
"""(left, top) from the letter's origin in whole px, y downwards, width, height, and the coverage, h × w."""
_NONE: Letter = (0, 0, 0, 0, np.zeros((0, 0), np.uint8))

_letters: Cache[Letter] = Cache(shared, "letters", lambda letter: 300 + letter[2] * letter[3])
_local = threading.local()


def rasteriser() -> Any:
    """This thread's own, empty."""
    draw = getattr(_local, "draw", None)
    if draw is None:
        draw = _local.draw = hb.RasterDraw()
    draw.clear()
    return draw


def letter_mask(face: Face, gid: int, size: float, lean: float, phase_x: int, phase_y: int) -> Letter:
    """A glyph with its origin `phase` quarters of a pixel right of and below a pixel's corner."""
    key = (face, gid, size, lean, phase_x, phase_y)
    letter = _letters.peek(key)
    if letter is None:
        letter = _drawn(face, gid, size, lean, phase_x / PHASES, phase_y / PHASES)
        _letters.put(key, letter)
    return letter


def _drawn(face: Face, gid: int, size: float, lean: float, x: float, y: float) -> Letter:
    box = face.box(gid, lean)
    if box is BLANK:
        return _NONE
    left, top = math.floor(box[0] * size + x), math.floor(box[1] * size + y)
    width, height = math.ceil(box[2] * size + x) - left, math.ceil(box[3] * size + y) - top
    draw = rasteriser()
    draw.extents = hb.RasterExtents(x_origin=left, y_origin=top, width=width, height=height, stride=0)
    scale = size / face.units
    # HarfBuzz's y points upwards and its rows run upwards: drawn upside down, they come out as ours do.
    draw.transform = (scale, 0.0, scale * lean, -scale, x, y)
    draw.draw_glyph(face.hb_font, gid)
    image = draw.render()
    rows = np.frombuffer(image.buffer, np.uint8).reshape(height, image.extents.stride)
    return left, top, width, height, rows[:, :width].copy()
