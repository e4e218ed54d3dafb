"""The peer on Pillow: a canvas, `paste` with masks, `ImageDraw.text`, `GaussianBlur` on small boxes."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from banner_engine.plan.items import Ellipse, ProductItem, Rgb, RimLight, ScrimItem, SoftShadow
from benchmarks.peers.scene import Picture, Run, Shape, Sprite, Words

FINE = 4
"""Shapes are drawn so many times larger and averaged down: Pillow's own have no clean edges."""
Layer = tuple[int, int, Rgb | Image.Image, Image.Image]
"""x, y, colour, mask."""


def draw(picture: Picture, keep: bool) -> bytes:
    out = io.BytesIO()
    frame(picture, keep).save(out, "JPEG", quality=80, subsampling="4:2:0")
    return out.getvalue()


def frame(picture: Picture, keep: bool) -> Image.Image:
    canvas = picture.back.image.copy()
    if keep:
        _paste(canvas, [_kept(picture.product)])
    else:
        _paste(canvas, _product(picture.product))
    if picture.front is not None:
        _paste(canvas, [_split(picture.front)])
    for item in picture.copy:
        match item:
            case Words():
                _write(canvas, item)
            case Shape():
                _paste(canvas, _shape(item))
            case Sprite():
                _paste(canvas, [_split(item)])
            case ScrimItem():
                _paste(canvas, [_scrim(item)])
    return canvas


def _paste(canvas: Image.Image, layers: Iterable[Layer]) -> None:
    for x, y, colour, mask in layers:
        canvas.paste(colour, (x, y, x + mask.width, y + mask.height), mask)


@lru_cache(maxsize=256)
def _split(sprite: Sprite) -> Layer:
    return sprite.x, sprite.y, sprite.image.convert("RGB"), sprite.image.getchannel("A")


# ---- products ----


@lru_cache(maxsize=256)
def _kept(item: ProductItem) -> Layer:
    """All layers of a product in one."""
    x0, y0, x1, y1 = item.clip
    flat = Image.new("RGBA", (x1 - x0, y1 - y0))
    for x, y, colour, mask in _product(item):
        layer = Image.new("RGB", mask.size, colour) if isinstance(colour, tuple) else colour.copy()
        layer.putalpha(mask)
        flat.alpha_composite(layer, (x - x0, y - y0))
    return _split(Sprite(x0, y0, flat))


def _product(item: ProductItem) -> list[Layer]:
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
        x, y, colour, mask = _soft(alpha, x0, y0, item.halo)
        reach = max(0.12 * mask.height, 1)
        fade = np.clip((item.ground - y - np.arange(mask.height)) / reach, 0, 1) * 255
        column = Image.fromarray(fade.astype(np.uint8)[:, None])
        layers.append((x, y, colour, ImageChops.multiply(mask, column.resize(mask.size))))
    if item.drop_shadow is not None:
        layers.append(_soft(alpha, x0, y0, item.drop_shadow))
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
        colours.paste(rim.tint[0], (0, 0, *colours.size), _faded(edge, rim.tint[1]))
        return colours
    channels = [_faded(edge, rim.tint[1] * value / 255) for value in rim.tint[0]]
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
    return left, top, ellipse.tint[0], _faded(_blurred(mask, ellipse.blur), ellipse.tint[1])


def _soft(alpha: Image.Image, x: int, y: int, shadow: SoftShadow) -> Layer:
    margin = math.ceil(3 * shadow.blur)
    mask = Image.new("L", (alpha.width + 2 * margin, alpha.height + 2 * margin))
    mask.paste(alpha, (margin, margin))
    mask = _faded(_blurred(mask, shadow.blur), shadow.tint[1])
    return x - margin + round(shadow.dx), y - margin + round(shadow.dy), shadow.tint[0], mask


def _blurred(mask: Image.Image, sigma: float) -> Image.Image:
    """A wide blur at a quarter of the size looks the same and costs much less."""
    if sigma < 5:
        return mask.filter(ImageFilter.GaussianBlur(sigma))
    small = mask.reduce(4).filter(ImageFilter.GaussianBlur(sigma / 4))
    return small.resize(mask.size, Image.Resampling.BILINEAR, box=(0, 0, mask.width / 4, mask.height / 4))


def _faded(mask: Image.Image, opacity: float) -> Image.Image:
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


# ---- shapes ----


@lru_cache(maxsize=256)
def _shape(shape: Shape) -> list[Layer]:
    """A panel's shadow, fill, rings and arrow. Kept, since many banners have the same ones."""
    x, y, w, h = shape.box
    left, top = math.floor(x) - 1, math.floor(y) - 1
    size = (math.ceil(x + w) + 1 - left, math.ceil(y + h) + 1 - top)

    def drawn(box: tuple[float, float, float, float], radius: float, width: float = 0) -> Image.Image:
        large = Image.new("L", (size[0] * FINE, size[1] * FINE))
        at = [(box[0] - left) * FINE, (box[1] - top) * FINE]
        at += [at[0] + box[2] * FINE - 1, at[1] + box[3] * FINE - 1]
        pen = ImageDraw.Draw(large)
        fill, line = (None, 255) if width else (255, None)
        pen.rounded_rectangle(at, radius * FINE, fill, line, max(round(width * FINE), 1))
        return large.reduce(FINE)

    body = drawn(shape.box, shape.radius)
    layers: list[Layer] = []
    if shape.shadow is not None:
        layers.append(_soft(body, left, top, shape.shadow))
    colour: Rgb | Image.Image = shape.fill[0][0]
    if len(shape.fill) > 1:
        steps = np.linspace(0, 1, len(shape.fill))
        length, start, extent = (size[0], x - left, w) if shape.across else (size[1], y - top, h)
        stops = tuple((float(at), rgb) for at, (rgb, _) in zip(steps, shape.fill, strict=True))
        colour = _ramp(stops, (np.arange(length) + 0.5 - start) / extent, size, shape.across)
    layers.append((left, top, colour, _faded(body, shape.fill[0][1])))
    for box, radius, width, (rgb, opacity) in shape.rings:
        layers.append((left, top, rgb, _faded(drawn(box, radius, width), opacity)))
    if shape.mark is not None:
        lines, width, rgb = shape.mark
        large = Image.new("L", (size[0] * FINE, size[1] * FINE))
        pen = ImageDraw.Draw(large)
        for line in lines:
            ends = [((px - left) * FINE, (py - top) * FINE) for px, py in line]
            pen.line(ends, 255, round(width * FINE))
            for end in ends:
                pen.circle(end, width * FINE / 2, 255)
        layers.append((left, top, rgb, large.reduce(FINE)))
    return layers


def _ramp(
    stops: tuple[tuple[float, Rgb], ...],
    at: npt.NDArray[np.floating],
    size: tuple[int, int],
    across: bool = False,
) -> Image.Image:
    """A gradient of colours, one for each of `at` along the picture."""
    offsets = [offset for offset, _ in stops]
    colours = np.stack([np.interp(at, offsets, [rgb[c] for _, rgb in stops]) for c in range(3)], axis=-1)
    line = np.rint(colours).astype(np.uint8)
    return Image.fromarray(line[None] if across else line[:, None]).resize(size, Image.Resampling.NEAREST)


@lru_cache(maxsize=64)
def _scrim(item: ScrimItem) -> Layer:
    x, y, w, h = item.box
    box = Image.new("L", (math.ceil(w), math.ceil(h)), 255)
    return _soft(box, math.floor(x), math.floor(y), SoftShadow(0, 0, item.blur, item.tint))


# ---- type ----


@lru_cache(maxsize=1024)
def _font(path: str, weight: int | None, size: float, single: bool = False) -> ImageFont.FreeTypeFont:
    """single: for letters drawn one by one, which need no shaping."""
    engine = ImageFont.Layout.BASIC if single else ImageFont.Layout.RAQM
    font = ImageFont.truetype(path, size, layout_engine=engine)
    if weight is not None:
        font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=8192)
def _advance(path: str, weight: int | None, size: float, pair: str) -> float:
    """How far the second letter stands from the first, kerned, px."""
    font = _font(path, weight, size)
    return font.getlength(pair) - font.getlength(pair[1])


def _write(canvas: Image.Image, words: Words) -> None:
    """Plain type goes straight onto the canvas, any other by masks of its own box."""
    runs = list(words.runs)
    effects = words.stops or words.outline or words.extrude or words.glow
    if effects or any(run.lean for run in runs):
        _paste(canvas, _layers(words, runs))
        return
    pen = ImageDraw.Draw(canvas)
    for run in runs:
        _letters(pen, run, run.x, run.y, words.fill)


def _letters(
    pen: ImageDraw.ImageDraw, run: Run, x: float, y: float, fill: Rgb | int, stroke: float = 0
) -> None:
    key, features = (run.font, run.weight, run.size), list(run.features) or None
    if run.tracking:
        font = _font(*key, single=not features)
        for letter, pair in zip(run.text, [*map("".join, pairwise(run.text)), None], strict=True):
            pen.text((x, y), letter, fill, font, "ls", features=features, stroke_width=stroke)
            x += _advance(*key, pair) + run.tracking if pair else 0
    else:
        pen.text((x, y), run.text, fill, _font(*key), "ls", features=features, stroke_width=stroke)
    if run.bar is not None:
        bx, by, bw, bh = run.bar
        pen.rectangle((round(bx), round(by), round(bx + bw) - 1, max(round(by + bh) - 1, round(by))), fill)


def _layers(words: Words, runs: list[Run]) -> list[Layer]:
    """Glow, extrusion, outline and face, from back to front."""
    x, y, w, h = words.ink
    far_x, far_y, _ = words.extrude or (0.0, 0.0, None)
    stroke = words.outline[0] / 2 if words.outline else 0.0
    margin = math.ceil(stroke + (3 * words.glow[0] if words.glow else 0)) + 2
    left, top = math.floor(x) - margin, math.floor(y) - margin
    size = (math.ceil(x + w + far_x) + margin - left, math.ceil(y + h + far_y) + margin - top)

    def mask(width: float) -> Image.Image:
        out = Image.new("L", size)
        pen = ImageDraw.Draw(out)
        for run in runs:
            # sheared about the first baseline, a later one moves
            _letters(pen, run, run.x - left + run.lean * (run.y - runs[0].y), run.y - top, 255, width)
        lean, baseline = runs[0].lean, runs[0].y - top
        if lean:
            shear = (1, lean, -lean * baseline, 0, 1, 0)
            out = out.transform(size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)
        return out

    face = mask(0)
    silhouette = mask(stroke) if stroke else face
    layers: list[Layer] = []
    if words.glow is not None:
        sigma, (rgb, opacity) = words.glow
        layers.append((left, top, rgb, _faded(_blurred(silhouette, sigma), opacity)))
    if words.extrude is not None:
        swept = silhouette.copy()
        steps = math.ceil(max(abs(far_x), abs(far_y)))
        for step in range(1, steps + 1):
            moved = (round(far_x * step / steps), round(far_y * step / steps))
            swept.paste(255, (*moved, moved[0] + size[0], moved[1] + size[1]), silhouette)
        layers.append((left, top, words.extrude[2], swept))
    if words.outline is not None:
        layers.append((left, top, words.outline[1], silhouette))
    layers.append((left, top, _fill(words, top, size), face))
    return layers


def _fill(words: Words, top: int, size: tuple[int, int]) -> Rgb | Image.Image:
    if not words.stops:
        return words.fill
    rows = top + np.arange(size[1]) + 0.5
    part = np.zeros(size[1])
    for line in words.lines:
        below = rows > line.top
        part[below] = np.clip((rows[below] - line.top) / (line.bottom - line.top), 0, 1)
    return _ramp(words.stops, part, size)
