"""Emoji: glyphs that bring their own colours (COLRv1), painted by HarfBuzz and kept by content."""

from __future__ import annotations

import math

import numpy as np
import uharfbuzz as hb
from PIL import Image

from banner_engine.cache import Cache, shared
from banner_engine.text.face import BLANK, Face
from banner_engine.text.masks import Frame, placed
from banner_engine.text.settext import SetText

Picture = tuple[int, int, Image.Image]
"""(left, top) from the glyph's origin in whole px, y downwards, and straight RGBA."""

_pictures: Cache[Picture | None] = Cache(
    shared,
    "colour glyphs",
    lambda picture: 200 + (4 * picture[2].width * picture[2].height if picture else 0),
)


def colour_glyphs(block: SetText, frame: Frame, dx: float, dy: float) -> tuple[Image.Image, Image.Image]:
    """The block's colour glyphs at whole pixels of the frame: their colours (RGB) and coverage (L)."""
    canvas = Image.new("RGBA", (frame.width, frame.height))
    for glyphs, x, y in placed(block, dx, dy):
        if not glyphs.face.has_colour:
            continue
        size = block.size * glyphs.scale
        for gid, gx, gy in zip(glyphs.gids, glyphs.xs, glyphs.ys, strict=True):
            picture = _picture(glyphs.face, gid, size)
            if picture is None:
                continue
            left = round(x + gx * block.size) + picture[0] - frame.x
            top = round(y + gy * block.size) + picture[1] - frame.y
            _put(canvas, picture[2], left, top)
    return canvas.convert("RGB"), canvas.getchannel("A")


def _put(canvas: Image.Image, picture: Image.Image, left: int, top: int) -> None:
    """alpha_composite refuses corners outside of the canvas; rounding may leave one a pixel outside."""
    x, y = max(0, -left), max(0, -top)
    if x < picture.width and y < picture.height:
        canvas.alpha_composite(picture, (left + x, top + y), (x, y))


def _picture(face: Face, gid: int, size: float) -> Picture | None:
    return _pictures.get((face, gid, size), lambda: _painted(face, gid, size))


def _painted(face: Face, gid: int, size: float) -> Picture | None:
    box = face.box(gid)
    if box is BLANK:
        return None
    left, top = math.floor(box[0] * size), math.floor(box[1] * size)
    right, bottom = math.ceil(box[2] * size), math.ceil(box[3] * size)
    scale = size / face.units
    paint = hb.RasterPaint()
    paint.transform = (scale, 0.0, 0.0, scale, 0.0, 0.0)
    paint.extents = hb.RasterExtents(
        x_origin=left, y_origin=-bottom, width=right - left, height=bottom - top, stride=0
    )
    paint.paint_glyph(face.hb_font, gid)
    image = paint.render()
    extents = image.extents
    rows = np.frombuffer(image.buffer, np.uint8).reshape(extents.height, extents.stride // 4, 4)
    bgra = rows[::-1, : extents.width].astype(np.uint16)
    alpha = bgra[..., 3:]
    # HarfBuzz gives premultiplied colours.
    straight = np.where(alpha > 0, (bgra[..., 2::-1] * 255 + alpha // 2) // np.maximum(alpha, 1), 0)
    rgba = np.concatenate([np.minimum(straight, 255), alpha], axis=2).astype(np.uint8)
    return left, top, Image.fromarray(rgba)
