"""Products on skia-python: resized, graded by a colour filter, rim-lit with layers, on their shadows."""

from __future__ import annotations

import math
from functools import lru_cache
from importlib import import_module
from typing import Any

from banner_engine.plan.items import ProductItem, Rgb, RimLight, SoftShadow, Tint

skia: Any = import_module("skia")
RGBA = skia.kRGBA_8888_ColorType
SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kNearest)
PLAIN = skia.SamplingOptions()


def paint_of(rgb: Rgb, opacity: float = 1.0, *, blur: float = 0.0, **more: Any) -> Any:
    if blur:
        more["MaskFilter"] = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur)
    return skia.Paint(AntiAlias=True, Color=skia.Color(*rgb, round(255 * opacity)), **more)


def colour_of(tint: Tint) -> int:
    return int(skia.Color(*tint[0], round(255 * tint[1])))


@lru_cache(maxsize=256)
def kept(item: ProductItem) -> Any:
    """All of a product in one picture of its effect box."""
    x0, y0, x1, y1 = item.clip
    info = skia.ImageInfo.Make(x1 - x0, y1 - y0, RGBA, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRaster(info)
    canvas = surface.getCanvas()
    canvas.translate(-x0, -y0)
    draw_product(canvas, item)
    return surface.makeImageSnapshot()


def draw_product(canvas: Any, item: ProductItem) -> None:
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
        canvas.drawOval(oval, paint_of(*e.tint, blur=e.blur))
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
    return skia.Paint(ColorFilter=skia.ColorFilters.Blend(colour_of(tint), skia.BlendMode.kSrcIn))


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
    colours = [colour_of(((0, 0, 0), value)) for value in opacity]
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
