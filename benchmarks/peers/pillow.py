"""The peer on Pillow: a canvas, `paste` with masks, `ImageDraw.text`, `GaussianBlur` on small boxes."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, features

from banner_engine.plan.items import Rgb, ScrimItem, SoftShadow
from benchmarks.peers.pillow_products import Layer, blurred, faded, kept, product_layers, soft, split
from benchmarks.peers.scene import Picture, Run, Shape, Sprite, Words

RAQM = features.check("raqm")
"""Without it, type has no OpenType features, and kerning of old fonts only."""
FINE = 4
"""Shapes are drawn so many times larger and averaged down: Pillow's own have no clean edges."""


def draw(picture: Picture, keep: bool) -> bytes:
    out = io.BytesIO()
    frame(picture, keep).save(out, "JPEG", quality=80, subsampling="4:2:0")
    return out.getvalue()


def frame(picture: Picture, keep: bool) -> Image.Image:
    canvas = picture.back.image.copy()
    if keep:
        _paste(canvas, [kept(picture.product)])
    else:
        _paste(canvas, product_layers(picture.product))
    if picture.front is not None:
        _paste(canvas, [split(picture.front)])
    for item in picture.copy:
        match item:
            case Words():
                _write(canvas, item)
            case Shape():
                _paste(canvas, _shape(item))
            case Sprite():
                _paste(canvas, [split(item)])
            case ScrimItem():
                _paste(canvas, [_scrim(item)])
    return canvas


def _paste(canvas: Image.Image, layers: Iterable[Layer]) -> None:
    for x, y, colour, mask in layers:
        canvas.paste(colour, (x, y, x + mask.width, y + mask.height), mask)


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
        layers.append(soft(body, left, top, shape.shadow))
    colour: Rgb | Image.Image = shape.fill[0][0]
    if len(shape.fill) > 1:
        steps = np.linspace(0, 1, len(shape.fill))
        length, start, extent = (size[0], x - left, w) if shape.across else (size[1], y - top, h)
        stops = tuple((float(at), rgb) for at, (rgb, _) in zip(steps, shape.fill, strict=True))
        colour = _ramp(stops, (np.arange(length) + 0.5 - start) / extent, size, shape.across)
    layers.append((left, top, colour, faded(body, shape.fill[0][1])))
    for box, radius, width, (rgb, opacity) in shape.rings:
        layers.append((left, top, rgb, faded(drawn(box, radius, width), opacity)))
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
    return soft(box, math.floor(x), math.floor(y), SoftShadow(0, 0, item.blur, item.tint))


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
    key, tags = (run.font, run.weight, run.size), (list(run.features) or None) if RAQM else None
    if run.tracking:
        font = _font(*key, single=not tags)
        for letter, pair in zip(run.text, [*map("".join, pairwise(run.text)), None], strict=True):
            pen.text((x, y), letter, fill, font, "ls", features=tags, stroke_width=stroke)
            x += _advance(*key, pair) + run.tracking if pair else 0
    else:
        pen.text((x, y), run.text, fill, _font(*key), "ls", features=tags, stroke_width=stroke)
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
        layers.append((left, top, rgb, faded(blurred(silhouette, sigma), opacity)))
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
