"""Outlines of letters by FreeType's stroker, one mask for each glyph, kept by content."""

from __future__ import annotations

import math

import freetype
import numpy as np
from PIL import Image

from banner_engine.cache import Cache, shared
from banner_engine.text.face import Face
from banner_engine.text.letters import PHASES

Stroke = tuple[int, int, Image.Image]
"""(left, top) from the glyph's origin in whole px, y downwards, and the mask."""

_strokes: Cache[Stroke | None] = Cache(
    shared, "strokes", lambda stroke: 200 + (stroke[2].width * stroke[2].height if stroke else 0)
)


def stroke_mask(
    face: Face, gid: int, size: float, lean: float, width: float, x: float, y: float
) -> Stroke | None:
    """A stroke of `width` px along the contour of a glyph with its origin at (x, y); None for a blank one.

    The stroke is round at its joins and goes half inside, half outside.
    """
    column, row = math.floor(x * PHASES + 0.5), math.floor(y * PHASES + 0.5)
    left, phase_x = divmod(column, PHASES)
    top, phase_y = divmod(row, PHASES)
    key = (face, gid, size, lean, width, phase_x, phase_y)
    found = _strokes.get(key, lambda: _stroked(face, gid, size, lean, width, phase_x, phase_y))
    return None if found is None else (left + found[0], top + found[1], found[2])


def _stroked(
    face: Face, gid: int, size: float, lean: float, width: float, phase_x: int, phase_y: int
) -> Stroke | None:
    with face.ft_lock:
        ft = face.ft_face
        ft.set_char_size(round(size * 64), 0, 72, 72)
        ft.set_transform(
            freetype.Matrix(0x10000, round(lean * 0x10000), 0, 0x10000),
            freetype.Vector(phase_x * 64 // PHASES, -phase_y * 64 // PHASES),
        )
        ft.load_glyph(gid, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP)
        glyph = ft.glyph.get_glyph()
        # Face.box asks for plain outlines.
        ft.set_transform(freetype.Matrix(0x10000, 0, 0, 0x10000), freetype.Vector(0, 0))
    stroker = freetype.Stroker()
    stroker.set(round(width * 32), freetype.FT_STROKER_LINECAP_ROUND, freetype.FT_STROKER_LINEJOIN_ROUND, 0)
    glyph.stroke(stroker, True)
    bitmap_glyph = glyph.to_bitmap(freetype.FT_RENDER_MODE_NORMAL, freetype.Vector(0, 0), True)
    raw = bitmap_glyph.bitmap._FT_Bitmap
    if not raw.rows or not raw.width:
        return None
    pixels = np.ctypeslib.as_array(raw.buffer, shape=(raw.rows, raw.pitch))[:, : raw.width].copy()
    return bitmap_glyph.left, -bitmap_glyph.top, Image.fromarray(pixels)
