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

from banner_engine.plan.items import ProductItem, Rgb, RimLight, ScrimItem, SoftShadow, Tint
from benchmarks.peers.scene import Picture, Run, Shape, Sprite, Words

skia: Any = import_module("skia")
Pixels = npt.NDArray[np.uint8]
RGBA = skia.kRGBA_8888_ColorType
SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kNearest)
PLAIN = skia.SamplingOptions()
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
        canvas.drawImage(_kept(item), *item.clip[:2])
    else:
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(*item.clip))
        _product(canvas, item)
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
                paint = _paint(*one.tint, blur=one.blur)
                canvas.drawRect(skia.Rect.MakeXYWH(*one.box), paint)
    return pixels


def _paint(rgb: Rgb, opacity: float = 1.0, *, blur: float = 0.0, **more: Any) -> Any:
    if blur:
        more["MaskFilter"] = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur)
    return skia.Paint(AntiAlias=True, Color=skia.Color(*rgb, round(255 * opacity)), **more)


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


# ---- products ----


@lru_cache(maxsize=256)
def _kept(item: ProductItem) -> Any:
    """All of a product in one picture of its effect box."""
    x0, y0, x1, y1 = item.clip
    info = skia.ImageInfo.Make(x1 - x0, y1 - y0, RGBA, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRaster(info)
    canvas = surface.getCanvas()
    canvas.translate(-x0, -y0)
    _product(canvas, item)
    return surface.makeImageSnapshot()


def _product(canvas: Any, item: ProductItem) -> None:
    """A product from its file: shadows, reflection and halo, then the graded and rim-lit cut-out."""
    x0, y0, x1, y1 = item.box
    cut = _Layer(x1 - x0, y1 - y0)
    paint = skia.Paint(ColorFilter=skia.ColorFilters.Matrix(_grade(item)))
    place = skia.Rect.MakeWH(cut.width, cut.height)
    cut.canvas.drawImageRect(skia.Image.open(item.cutout), place, SMOOTH, paint)
    plain = cut.image
    for rim in item.rims:
        _light(cut, plain, rim)
    image = cut.image
    if item.reflection is not None:
        _reflection(canvas, item, image)
    for e in item.ellipses:
        oval = skia.Rect.MakeLTRB(e.cx - e.rx, e.cy - e.ry, e.cx + e.rx, e.cy + e.ry)
        canvas.drawOval(oval, _paint(*e.tint, blur=e.blur))
    if item.halo is not None:
        _halo(canvas, item, plain)
    if item.drop_shadow is not None:
        _soft(canvas, plain, x0, y0, item.drop_shadow)
    canvas.drawImage(image, x0, y0)


class _Layer:
    """A transparent surface in the library's native order, in which its blitters are fastest."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._surface = skia.Surface.MakeRasterN32Premul(width, height)
        self.canvas = self._surface.getCanvas()

    @property
    def image(self) -> Any:
        return self._surface.makeImageSnapshot()


def _grade(item: ProductItem) -> list[float]:
    """Saturation, contrast, gain and offset as one colour matrix."""
    s, c, luma = item.saturation, item.contrast, (0.2126, 0.7152, 0.0722)
    out: list[float] = []
    for row in range(3):
        gain = item.gain[row]
        out += [gain * c * ((1 - s) * luma[column] + (s if row == column else 0)) for column in range(3)]
        out += [0, gain * 0.5 * (1 - c) + item.offset[row]]
    return [*out, 0, 0, 0, 1, 0]


def _solid(tint: Tint) -> Any:
    """The paint that makes a picture a silhouette of one colour."""
    return skia.Paint(ColorFilter=skia.ColorFilters.Blend(_colour(tint), skia.BlendMode.kSrcIn))


def _blend(mode: Any) -> Any:
    return skia.Paint(BlendMode=mode)


def _light(cut: _Layer, plain: Any, rim: RimLight) -> None:
    """Light, or shade, on the edge that faces it: the silhouette without itself moved, blurred, inside the ink."""
    edge, glow = _Layer(cut.width, cut.height), _Layer(cut.width, cut.height)
    edge.canvas.drawImage(plain, 0, 0, PLAIN, _solid(rim.tint))
    edge.canvas.drawImage(plain, round(rim.dx), round(rim.dy), PLAIN, _blend(skia.BlendMode.kDstOut))
    _blurred(glow.canvas, edge.image, 0, 0, rim.blur)
    glow.canvas.drawImage(plain, 0, 0, PLAIN, _blend(skia.BlendMode.kDstIn))
    mode = skia.BlendMode.kSrcATop if rim.shade else skia.BlendMode.kScreen
    cut.canvas.drawImage(glow.image, 0, 0, PLAIN, _blend(mode))


def _reflection(canvas: Any, item: ProductItem, image: Any) -> None:
    assert item.reflection is not None
    share, opacity = item.reflection
    x0, y0, x1, y1 = item.box
    depth = max(min(round((y1 - y0) * share), item.clip[3] - y1), 1)
    canvas.saveLayer(skia.Rect.MakeXYWH(x0, y1, x1 - x0, depth), None)
    canvas.save()
    canvas.translate(x0, y1 + (y1 - y0))
    canvas.scale(1, -1)
    canvas.drawImage(image, 0, 0)
    canvas.restore()
    _fade(canvas, (x0, y1, x1 - x0, depth), (y1, y1 + depth), (opacity, 0.0))
    canvas.restore()


def _halo(canvas: Any, item: ProductItem, plain: Any) -> None:
    """Light from behind does not shine out under a sole."""
    assert item.halo is not None
    margin = math.ceil(3 * item.halo.blur)
    x, y = item.box[0] - margin, item.box[1] - margin
    width, height = plain.width() + 2 * margin, plain.height() + 2 * margin
    canvas.saveLayer(skia.Rect.MakeXYWH(x, y, width, height), None)
    _soft(canvas, plain, *item.box[:2], item.halo)
    _fade(canvas, (x, y, width, height), (item.ground - max(0.12 * height, 1), item.ground), (1.0, 0.0))
    canvas.restore()


def _fade(
    canvas: Any, box: tuple[float, ...], rows: tuple[float, float], opacity: tuple[float, float]
) -> None:
    colours = [_colour(((0, 0, 0), value)) for value in opacity]
    shader = skia.GradientShader.MakeLinear([(0, rows[0]), (0, rows[1])], colours)
    canvas.drawRect(skia.Rect.MakeXYWH(*box), skia.Paint(Shader=shader, BlendMode=skia.BlendMode.kDstIn))


def _soft(canvas: Any, plain: Any, x: int, y: int, shadow: SoftShadow) -> None:
    silhouette = _Layer(plain.width(), plain.height())
    silhouette.canvas.drawImage(plain, 0, 0, PLAIN, _solid(shadow.tint))
    _blurred(canvas, silhouette.image, x + round(shadow.dx), y + round(shadow.dy), shadow.blur)


def _blurred(canvas: Any, image: Any, x: int, y: int, sigma: float) -> None:
    """A wide blur at half or a quarter of the size looks the same and costs much less."""
    step = 4 if sigma >= 5 else 2 if sigma >= 1.5 else 1
    margin = math.ceil(3 * sigma / step)
    small = _Layer(
        math.ceil(image.width() / step) + 2 * margin, math.ceil(image.height() / step) + 2 * margin
    )
    small.canvas.translate(margin, margin)
    small.canvas.scale(1 / step, 1 / step)
    paint = skia.Paint(ImageFilter=skia.ImageFilters.Blur(sigma, sigma))
    small.canvas.drawImage(image, 0, 0, SMOOTH, paint)
    box = (x - step * margin, y - step * margin, step * small.width, step * small.height)
    canvas.drawImageRect(small.image, skia.Rect.MakeXYWH(*box), SMOOTH)


# ---- shapes ----


def _rounded(box: tuple[float, float, float, float], radius: float, inset: float = 0.0) -> Any:
    x, y, w, h = box
    rect = skia.Rect.MakeXYWH(x + inset, y + inset, w - 2 * inset, h - 2 * inset)
    return skia.RRect.MakeRectXY(rect, max(radius - inset, 0), max(radius - inset, 0))


def _shape(canvas: Any, shape: Shape) -> None:
    body = _rounded(shape.box, shape.radius)
    if shape.shadow is not None:
        canvas.save()
        canvas.translate(round(shape.shadow.dx), round(shape.shadow.dy))
        canvas.drawRRect(body, _paint(*shape.shadow.tint, blur=shape.shadow.blur))
        canvas.restore()
    x, y, w, h = shape.box
    paint = _paint(*shape.fill[0])
    if len(shape.fill) > 1:
        ends = [(x, y), (x + w, y) if shape.across else (x, y + h)]
        paint.setShader(skia.GradientShader.MakeLinear(ends, [_colour(tint) for tint in shape.fill]))
    canvas.drawRRect(body, paint)
    for box, radius, width, tint in shape.rings:
        stroke = _paint(*tint, Style=skia.Paint.kStroke_Style, StrokeWidth=width)
        canvas.drawRRect(_rounded(box, radius, width / 2), stroke)
    if shape.mark is not None:
        lines, width, rgb = shape.mark
        stroke = _paint(rgb, StrokeWidth=width, StrokeCap=skia.Paint.kRound_Cap)
        for (ax, ay), (bx, by) in lines:
            canvas.drawLine(ax, ay, bx, by, stroke)


def _colour(tint: Tint) -> int:
    return int(skia.Color(*tint[0], round(255 * tint[1])))


# ---- type ----


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
        drawn(every, _paint(*tint, blur=sigma))
    if words.extrude is not None:
        far_x, far_y, rgb = words.extrude
        paint = _paint(rgb, **stroke)
        steps = math.ceil(max(abs(far_x), abs(far_y)))
        for step in range(steps, 0, -1):
            drawn(every, paint, far_x * step / steps, far_y * step / steps)
    if words.outline is not None:
        drawn(every, _paint(words.outline[1], **stroke))
    if words.stops:
        offsets, stops = [at for at, _ in words.stops], [skia.Color(*rgb) for _, rgb in words.stops]
        for line, of in zip(words.lines, blobs, strict=True):
            ends = [(0, line.top), (0, line.bottom)]
            shader = skia.GradientShader.MakeLinear(ends, stops, offsets)
            drawn(of, skia.Paint(AntiAlias=True, Shader=shader))
    else:
        drawn(every, _paint(words.fill))
    bar = _paint(words.fill)
    for run in words.runs:
        if run.bar is not None:
            canvas.drawRect(skia.Rect.MakeXYWH(*run.bar), bar)
