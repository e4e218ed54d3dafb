"""The peer on skia-python: a raster canvas over one buffer, text blobs, gradients, strokes and blur mask filters.

Its JPEG is Pillow's, from the canvas' own memory: skia-python's encoder takes several times as long.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from importlib import import_module
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import uharfbuzz as hb
from PIL import Image

from banner_engine.plan.items import ScrimItem
from benchmarks.peers.scene import Picture, Run, Shape, Sprite, Words
from benchmarks.peers.skia_products import RGBA, colour_of, draw_product, kept, paint_of

skia: Any = import_module("skia")
Pixels = npt.NDArray[np.uint8]
WGHT = int.from_bytes(b"wght", "big")
UNITS = 1 << 16
"""Of an em, in which HarfBuzz rounds."""
POSITION = attrgetter("position")


def draw(picture: Picture, keep: bool) -> bytes:
    width, height = picture.size
    pixels = _frame(picture, keep)
    out = io.BytesIO()
    image = Image.frombuffer("RGBX", (width, height), pixels, "raw", "RGBX", 0, 1)
    image.save(out, "JPEG", quality=80, subsampling="4:2:0")
    return out.getvalue()


def _frame(picture: Picture, keep: bool) -> Pixels:
    pixels = _background(picture.back).copy()
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, RGBA, skia.kOpaque_AlphaType)
    canvas = skia.Surface.MakeRasterDirect(info, pixels, 4 * width).getCanvas()
    item = picture.product
    if keep:
        canvas.drawImage(kept(item), *item.clip[:2])
    else:
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(*item.clip))
        draw_product(canvas, item)
        canvas.restore()
    if picture.front is not None:
        _place(canvas, picture.front)
    for one in picture.copy:
        match one:
            case Words():
                _write(canvas, one)
            case Shape():
                _shape(canvas, one)
            case Sprite():
                _place(canvas, one)
            case ScrimItem():
                paint = paint_of(*one.tint, blur=one.blur)
                canvas.drawRect(skia.Rect.MakeXYWH(*one.box), paint)
    return pixels


@lru_cache(maxsize=64)
def _background(sprite: Sprite) -> Pixels:
    return np.asarray(sprite.image.convert("RGBA"))


@lru_cache(maxsize=256)
def _image(sprite: Sprite) -> Any:
    premultiplied = np.asarray(sprite.image.convert("RGBa"))
    height, width = premultiplied.shape[:2]
    info = skia.ImageInfo.Make(width, height, RGBA, skia.kPremul_AlphaType)
    return skia.Image.MakeRasterCopy(skia.Pixmap(info, premultiplied, 4 * width))


def _place(canvas: Any, sprite: Sprite) -> None:
    canvas.drawImage(_image(sprite), sprite.x, sprite.y)


def _rounded(box: tuple[float, float, float, float], radius: float, inset: float = 0.0) -> Any:
    x, y, w, h = box
    rect = skia.Rect.MakeXYWH(x + inset, y + inset, w - 2 * inset, h - 2 * inset)
    return skia.RRect.MakeRectXY(rect, max(radius - inset, 0), max(radius - inset, 0))


def _shape(canvas: Any, shape: Shape) -> None:
    body = _rounded(shape.box, shape.radius)
    if shape.shadow is not None:
        canvas.save()
        canvas.translate(round(shape.shadow.dx), round(shape.shadow.dy))
        canvas.drawRRect(body, paint_of(*shape.shadow.tint, blur=shape.shadow.blur))
        canvas.restore()
    x, y, w, h = shape.box
    paint = paint_of(*shape.fill[0])
    if len(shape.fill) > 1:
        ends = [(x, y), (x + w, y) if shape.across else (x, y + h)]
        paint.setShader(skia.GradientShader.MakeLinear(ends, [colour_of(tint) for tint in shape.fill]))
    canvas.drawRRect(body, paint)
    for box, radius, width, tint in shape.rings:
        stroke = paint_of(*tint, Style=skia.Paint.kStroke_Style, StrokeWidth=width)
        canvas.drawRRect(_rounded(box, radius, width / 2), stroke)
    if shape.mark is not None:
        lines, width, rgb = shape.mark
        stroke = paint_of(rgb, StrokeWidth=width, StrokeCap=skia.Paint.kRound_Cap)
        for (ax, ay), (bx, by) in lines:
            canvas.drawLine(ax, ay, bx, by, stroke)


@lru_cache(maxsize=64)
def _typeface(path: str, weight: int | None) -> Any:
    typeface = skia.Typeface.MakeFromFile(path)
    if weight is None:
        return typeface
    axis = skia.FontArguments.VariationPosition.Coordinate(WGHT, weight)
    coordinates = skia.FontArguments.VariationPosition.Coordinates([axis])
    position = skia.FontArguments.VariationPosition(coordinates)
    arguments = skia.FontArguments()
    arguments.setVariationDesignPosition(position)
    return typeface.makeClone(arguments)


@lru_cache(maxsize=1024)
def _font(path: str, weight: int | None, size: float, lean: float) -> Any:
    font = skia.Font(_typeface(path, weight), size, 1.0, -lean)
    font.setSubpixel(True)
    font.setHinting(skia.FontHinting.kNone)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    return font


def _blob(run: Run) -> Any:
    """A run's letters, shaped by HarfBuzz: skia-python's own shaper takes no OpenType features."""
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    features = dict.fromkeys(run.features, True)
    if run.tracking:
        features |= {"liga": False, "clig": False}
    hb.shape(_shaper(run.font, run.weight), buffer, features)
    scale, x, glyphs, places = run.size / UNITS, 0.0, [], []
    for info, (dx, _, advance, _) in zip(
        buffer.glyph_infos, map(POSITION, buffer.glyph_positions), strict=True
    ):
        glyphs.append(info.codepoint)
        places.append(x + dx * scale)
        x += advance * scale + run.tracking
    builder = skia.TextBlobBuilder()
    builder.allocRunPosH(_font(run.font, run.weight, run.size, run.lean), glyphs, places, 0)
    return builder.make()


@lru_cache(maxsize=64)
def _shaper(path: str, weight: int | None) -> Any:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
    font.scale = (UNITS, UNITS)
    if weight is not None:
        font.set_variations({"wght": weight})
    return font


def _write(canvas: Any, words: Words) -> None:
    """Glow, extrusion, outline and face, from back to front."""
    blobs = [[(_blob(run), run.x, run.y) for run in line.runs] for line in words.lines]
    every = [one for line in blobs for one in line]
    stroke = {}
    if words.outline is not None:
        stroke = {"Style": skia.Paint.kStrokeAndFill_Style, "StrokeWidth": words.outline[0]}
        stroke["StrokeJoin"] = skia.Paint.kRound_Join

    def drawn(blobs: list[tuple[Any, float, float]], paint: Any, dx: float = 0.0, dy: float = 0.0) -> None:
        for blob, x, y in blobs:
            canvas.drawTextBlob(blob, x + dx, y + dy, paint)

    if words.glow is not None:
        sigma, tint = words.glow
        drawn(every, paint_of(*tint, blur=sigma))
    if words.extrude is not None:
        far_x, far_y, rgb = words.extrude
        paint = paint_of(rgb, **stroke)
        steps = math.ceil(max(abs(far_x), abs(far_y)))
        for step in range(steps, 0, -1):
            drawn(every, paint, far_x * step / steps, far_y * step / steps)
    if words.outline is not None:
        drawn(every, paint_of(words.outline[1], **stroke))
    if words.stops:
        offsets, stops = [at for at, _ in words.stops], [skia.Color(*rgb) for _, rgb in words.stops]
        for line, of in zip(words.lines, blobs, strict=True):
            ends = [(0, line.top), (0, line.bottom)]
            shader = skia.GradientShader.MakeLinear(ends, stops, offsets)
            drawn(of, skia.Paint(AntiAlias=True, Shader=shader))
    else:
        drawn(every, paint_of(words.fill))
    bar = paint_of(words.fill)
    for run in words.runs:
        if run.bar is not None:
            canvas.drawRect(skia.Rect.MakeXYWH(*run.bar), bar)
