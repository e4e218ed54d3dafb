"""Pixels of a set text: its effects and its face, from back to front, in one raster."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor

from banner_engine.cache import Cache, shared
from banner_engine.raster import Raster
from banner_engine.text.colour_glyphs import colour_glyphs
from banner_engine.text.effects import blurred, grown, moved, swept
from banner_engine.text.masks import Frame, face_mask, frame_of, outline_mask
from banner_engine.text.settext import SetText
from banner_engine.text.style import Fill, TextPaint

STEPS = 64
"""A block's position is kept to 1/64 px."""
BLUR_REACH = 3.0
"""A Gaussian is cut off at three sigmas."""

Colours = tuple[int, int, int] | Image.Image
"""One colour, or an RGB image of the frame: one pixel wide where its rows are of one colour each."""

_rasters: Cache[Raster] = Cache(shared, "text rasters", lambda raster: raster.nbytes + 200)


def draw_text(block: SetText, paint: TextPaint, x: float, y: float) -> Raster:
    """The block with its origin (anchor on the first baseline) at (x, y) on the canvas, in px.

    The raster holds all effects. Blocks that differ by whole pixels share their pixels.
    """
    column, row = round(x * STEPS), round(y * STEPS)
    (left, phase_x), (top, phase_y) = divmod(column, STEPS), divmod(row, STEPS)
    key = (block.digest, paint, phase_x, phase_y)
    made = _rasters.get(key, lambda: _drawn(block, paint, phase_x / STEPS, phase_y / STEPS))
    return made.moved(left, top)


def effect_margins(paint: TextPaint, size: float) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in px: how far effects reach beyond the ink at this size."""
    left = top = right = bottom = 0.0
    stroke = paint.outline.width * size / 2 if paint.outline else 0.0
    reaches = [(stroke, stroke, stroke, stroke)]
    if paint.extrude:
        dx, dy = paint.extrude.steps * paint.extrude.dx * size, paint.extrude.steps * paint.extrude.dy * size
        reaches.append((stroke - dx, stroke - dy, stroke + dx, stroke + dy))
    if paint.glow:
        far = stroke + BLUR_REACH * paint.glow.blur * size
        reaches.append((far, far, far, far))
    if paint.shadow:
        dx, dy = paint.shadow.dx * size, paint.shadow.dy * size
        far = stroke + BLUR_REACH * paint.shadow.blur * size
        reaches.append((far - dx, far - dy, far + dx, far + dy))
    for reach in reaches:
        left, top = max(left, reach[0]), max(top, reach[1])
        right, bottom = max(right, reach[2]), max(bottom, reach[3])
    return math.ceil(left), math.ceil(top), math.ceil(right), math.ceil(bottom)


def _drawn(block: SetText, paint: TextPaint, dx: float, dy: float) -> Raster:
    frame = frame_of(block, dx, dy)
    coloured = any(face.has_colour for face in block.faces)
    if paint.flat and not coloured and isinstance(paint.fill, str):
        return Raster(frame.x, frame.y, rgb(paint.fill), face_mask(block, frame, dx, dy))
    margins = effect_margins(paint, block.size)
    # One pixel more for the fringe that a stroke at a quarter of a pixel may have.
    frame = frame.grown(*(margin + 1 if margin else 0 for margin in margins))
    letters = face_mask(block, frame, dx, dy)
    pictures = colour_glyphs(block, frame, dx, dy) if coloured else None
    behind = _behind(block, paint, frame, letters, pictures[1] if pictures else None, dx, dy)
    layers: list[tuple[Colours, Image.Image]] = [(rgb(colour), mask) for mask, colour in behind]
    layers.append((_fill(block, paint.fill, frame, dy), letters))
    if pictures is not None:
        layers.append(pictures)
    return Raster(frame.x, frame.y, *over_each_other(layers))


def over_each_other(layers: list[tuple[Colours, Image.Image]]) -> tuple[Image.Image, Image.Image]:
    """(colours, coverage) of layers from back to front, straight.

    A layer's weight in the colour is its share of the coverage so far: its mask, but where both are partial.
    """
    # A copy: a blur of nothing gives the mask itself, and other layers have it, too.
    first, alpha = layers[0][0], layers[0][1].copy()
    colours = _part(first, (0, 0, *alpha.size))
    for colour, mask in layers[1:]:
        box = mask.getbbox()
        if box is None:
            continue
        above = mask.crop(box)
        alpha.paste(255, box, above)
        colours.paste(_part(colour, box), box, _share(above, alpha.crop(box)))
    return colours, alpha


def _part(colours: Colours, box: tuple[int, int, int, int]) -> Image.Image:
    """The pixels of a box, RGB."""
    size = (box[2] - box[0], box[3] - box[1])
    if isinstance(colours, tuple):
        return Image.new("RGB", size, colours)
    if colours.width > 1:
        return colours.crop(box)
    return colours.crop((0, box[1], 1, box[3])).resize(size, Image.Resampling.NEAREST)


def _share(above: Image.Image, covered: Image.Image) -> Image.Image:
    mask = np.array(above)
    # 0 wraps around, so that one comparison finds what is neither 0 nor 255.
    partial = np.flatnonzero(mask - np.uint8(1) < 254)
    if len(partial):
        flat = mask.ravel()
        whole = np.asarray(covered).ravel()[partial].astype(np.uint16)
        flat[partial] = (flat[partial] * np.uint16(255) + whole // 2) // whole
    return Image.fromarray(mask)


def _behind(
    block: SetText, paint: TextPaint, frame: Frame, letters: Image.Image, pictures: Image.Image | None,
    dx: float, dy: float,
) -> list[tuple[Image.Image, str]]:  # fmt: skip
    """Masks and colours of the effects, from back to front. pictures: the coverage of colour glyphs, which
    have the same effects as the letters beside them.
    """
    size = block.size
    silhouette = letters if pictures is None else ImageChops.lighter(letters, pictures)
    if paint.outline:
        width = paint.outline.width * size
        silhouette = ImageChops.lighter(silhouette, outline_mask(block, frame, dx, dy, width))
        if pictures is not None:
            silhouette = ImageChops.lighter(silhouette, grown(pictures, width / 2))
    layers: list[tuple[Image.Image, str]] = []
    if glow := paint.glow:
        layers.append((blurred(silhouette, glow.blur * size, glow.alpha), glow.colour))
    if shadow := paint.shadow:
        far = moved(silhouette, round(shadow.dx * size), round(shadow.dy * size))
        layers.append((blurred(far, shadow.blur * size, shadow.alpha), shadow.colour))
    if extrude := paint.extrude:
        far_x, far_y = (extrude.steps * step * size for step in (extrude.dx, extrude.dy))
        layers.append((swept(silhouette, far_x, far_y), extrude.colour))
    if paint.outline:
        layers.append((silhouette, paint.outline.colour))
    return layers


def _fill(block: SetText, fill: Fill, frame: Frame, dy: float) -> Colours:
    """The colours of the face: one, or one for each row of the frame."""
    if isinstance(fill, str):
        return rgb(fill)
    parts = _parts(block, frame, dy)
    offsets = [stop for stop, _ in fill]
    colours = np.array([rgb(colour) for _, colour in fill], float)
    # Mixed in sRGB, as SVG and CSS mix gradients.
    rows = np.stack([np.interp(parts, offsets, channel) for channel in colours.T], axis=1)
    return Image.fromarray(np.rint(rows).astype(np.uint8)[:, None, :])


def _parts(block: SetText, frame: Frame, dy: float) -> NDArray[np.float64]:
    """For each row of the frame, how far down it lies in the ink of its line (0 … 1).

    Where the ink of two lines overlaps in height, the rows are shared out at the middle.
    """
    tops, bottoms = [], []
    for number, line in enumerate(block.lines):
        if line.ink[1] < line.ink[3]:
            tops.append(dy + number * block.leading + line.ink[1])
            bottoms.append(dy + number * block.leading + line.ink[3])
    if not tops:
        return np.zeros(frame.height)
    middles = frame.y + np.arange(frame.height) + 0.5
    borders = [(bottom + top) / 2 for bottom, top in zip(bottoms[:-1], tops[1:], strict=True)]
    line_of = np.searchsorted(np.array(borders), middles)
    top, bottom = np.array(tops)[line_of], np.array(bottoms)[line_of]
    parts: NDArray[np.float64] = np.clip((middles - top) / (bottom - top), 0.0, 1.0)
    return parts


@lru_cache(maxsize=4096)
def rgb(colour: str) -> tuple[int, int, int]:
    """'#RRGGBB' as a triple."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue
