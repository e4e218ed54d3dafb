"""Products on Pillow: resized, graded by a colour matrix, rim-lit, on their shadows."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from banner_engine.plan.items import Ellipse, ProductItem, Rgb, RimLight, SoftShadow
from benchmarks.peers.scene import Sprite

Layer = tuple[int, int, Rgb | Image.Image, Image.Image]
"""x, y, colour, mask."""


@lru_cache(maxsize=256)
def split(sprite: Sprite) -> Layer:
    return sprite.x, sprite.y, sprite.image.convert("RGB"), sprite.image.getchannel("A")


@lru_cache(maxsize=256)
def kept(item: ProductItem) -> Layer:
    """All layers of a product in one."""
    x0, y0, x1, y1 = item.clip
    flat = Image.new("RGBA", (x1 - x0, y1 - y0))
    for x, y, colour, mask in product_layers(item):
        layer = Image.new("RGB", mask.size, colour) if isinstance(colour, tuple) else colour.copy()
        layer.putalpha(mask)
        flat.alpha_composite(layer, (x - x0, y - y0))
    return split(Sprite(x0, y0, flat))


def product_layers(item: ProductItem) -> list[Layer]:
    """A product from its file: shadows, reflection and halo, then the graded and rim-lit cut-out."""
    x0, y0, x1, y1 = item.box
    with Image.open(item.cutout) as opened:
        source = opened.convert("RGBA")
    cut = source.resize((x1 - x0, y1 - y0), Image.Resampling.LANCZOS, reducing_gap=2.0)
    alpha = cut.getchannel("A")
    colours = cut.convert("RGB").convert("RGB", _grade(item))
    layers: list[Layer] = []
    if item.reflection is not None:
        layers.append(_reflection(item, colours, alpha))
    layers += [_ellipse(ellipse) for ellipse in item.ellipses]
    if item.halo is not None:
        x, y, colour, mask = soft(alpha, x0, y0, item.halo)
        reach = max(0.12 * mask.height, 1)
        fade = np.clip((item.ground - y - np.arange(mask.height)) / reach, 0, 1) * 255
        column = Image.fromarray(fade.astype(np.uint8)[:, None])
        layers.append((x, y, colour, ImageChops.multiply(mask, column.resize(mask.size))))
    if item.drop_shadow is not None:
        layers.append(soft(alpha, x0, y0, item.drop_shadow))
    for rim in item.rims:
        colours = _lit(colours, alpha, rim)
    layers.append((x0, y0, colours, alpha))
    return [clipped for layer in layers if (clipped := _clipped(layer, item.clip)) is not None]


def _grade(item: ProductItem) -> tuple[float, ...]:
    """Saturation, contrast, gain and offset as one colour matrix (rows of three factors and an addend)."""
    s, c, luma = item.saturation, item.contrast, (0.2126, 0.7152, 0.0722)
    out: list[float] = []
    for row in range(3):
        out += [
            item.gain[row] * c * ((1 - s) * luma[column] + (s if row == column else 0)) for column in range(3)
        ]
        out.append(255 * (item.gain[row] * 0.5 * (1 - c) + item.offset[row]))
    return tuple(out)


def _lit(colours: Image.Image, alpha: Image.Image, rim: RimLight) -> Image.Image:
    edge = ImageChops.subtract(alpha, ImageChops.offset(alpha, round(rim.dx), round(rim.dy)))
    edge = ImageChops.multiply(edge.filter(ImageFilter.GaussianBlur(rim.blur)), alpha)
    if rim.shade:
        colours = colours.copy()
        colours.paste(rim.tint[0], (0, 0, *colours.size), faded(edge, rim.tint[1]))
        return colours
    channels = [faded(edge, rim.tint[1] * value / 255) for value in rim.tint[0]]
    return ImageChops.screen(colours, Image.merge("RGB", channels))


def _reflection(item: ProductItem, colours: Image.Image, alpha: Image.Image) -> Layer:
    assert item.reflection is not None
    share, opacity = item.reflection
    depth = max(min(round(alpha.height * share), item.clip[3] - item.box[3]), 1)
    part = (0, alpha.height - depth, alpha.width, alpha.height)
    fade = Image.fromarray((np.linspace(opacity, 0, depth) * 255).astype(np.uint8)[:, None])
    mask = alpha.crop(part).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    mask = ImageChops.multiply(mask, fade.resize(mask.size)).filter(ImageFilter.GaussianBlur(1))
    return item.box[0], item.box[3], colours.crop(part).transpose(Image.Transpose.FLIP_TOP_BOTTOM), mask


def _ellipse(ellipse: Ellipse) -> Layer:
    margin = math.ceil(3 * ellipse.blur)
    left, top = math.floor(ellipse.cx - ellipse.rx) - margin, math.floor(ellipse.cy - ellipse.ry) - margin
    right, bottom = math.ceil(ellipse.cx + ellipse.rx) + margin, math.ceil(ellipse.cy + ellipse.ry) + margin
    mask = Image.new("L", (right - left, bottom - top))
    x, y = ellipse.cx - left, ellipse.cy - top
    box = (x - ellipse.rx, y - ellipse.ry, x + ellipse.rx, y + ellipse.ry)
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    return left, top, ellipse.tint[0], faded(blurred(mask, ellipse.blur), ellipse.tint[1])


def soft(alpha: Image.Image, x: int, y: int, shadow: SoftShadow) -> Layer:
    margin = math.ceil(3 * shadow.blur)
    mask = Image.new("L", (alpha.width + 2 * margin, alpha.height + 2 * margin))
    mask.paste(alpha, (margin, margin))
    mask = faded(blurred(mask, shadow.blur), shadow.tint[1])
    return x - margin + round(shadow.dx), y - margin + round(shadow.dy), shadow.tint[0], mask


def blurred(mask: Image.Image, sigma: float) -> Image.Image:
    """A wide blur at a quarter of the size looks the same and costs much less."""
    if sigma < 5:
        return mask.filter(ImageFilter.GaussianBlur(sigma))
    small = mask.reduce(4).filter(ImageFilter.GaussianBlur(sigma / 4))
    return small.resize(mask.size, Image.Resampling.BILINEAR, box=(0, 0, mask.width / 4, mask.height / 4))


def faded(mask: Image.Image, opacity: float) -> Image.Image:
    return mask.point([round(value * opacity) for value in range(256)]) if opacity < 1 else mask


def _clipped(layer: Layer, clip: tuple[int, int, int, int]) -> Layer | None:
    x, y, colour, mask = layer
    box = (
        max(clip[0] - x, 0),
        max(clip[1] - y, 0),
        min(clip[2] - x, mask.width),
        min(clip[3] - y, mask.height),
    )
    if box == (0, 0, *mask.size):
        return layer
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    return x + box[0], y + box[1], colour if isinstance(colour, tuple) else colour.crop(box), mask.crop(box)
