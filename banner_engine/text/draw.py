"""Pixels of a set text: its effects and its face, from back to front, in one raster."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor, ImageFilter

from banner_engine.cache import Cache, shared
from banner_engine.raster import Raster
from banner_engine.text.colour_glyphs import paint_colour_glyphs
from banner_engine.text.masks import Frame, face_mask, frame_of, outline_mask
from banner_engine.text.settext import SetText
from banner_engine.text.style import Fill, TextPaint

STEPS = 64
"""Positions are kept to 1/64 px."""
BLUR_REACH = 3.0
"""A Gaussian is cut off at three sigmas."""

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
        return Raster(frame.x, frame.y, rgb(paint.fill), face_mask(block, frame, [(dx, dy)]))
    margins = effect_margins(paint, block.size)
    # One pixel more for the fringe that a stroke at a quarter of a pixel may have.
    frame = frame.grown(*(margin + 1 if margin else 0 for margin in margins))
    face = face_mask(block, frame, [(dx, dy)])
    layers = [
        (Image.new("RGB", face.size, rgb(colour)), mask)
        for mask, colour in _behind(block, paint, frame, face, dx, dy)
    ]
    layers.append((fill_image(block, paint.fill, frame, dy), face))
    for colours, mask in layers:
        colours.putalpha(mask)
    canvas = layers[0][0]
    for colours, _ in layers[1:]:
        canvas.alpha_composite(colours)
    if coloured:
        paint_colour_glyphs(canvas, block, frame, dx, dy)
    return Raster(frame.x, frame.y, canvas.convert("RGB"), canvas.getchannel("A"))


def _behind(
    block: SetText, paint: TextPaint, frame: Frame, face: Image.Image, dx: float, dy: float
) -> list[tuple[Image.Image, str]]:
    """Masks and colours of the effects, from back to front."""
    size = block.size
    stroke = None
    silhouette = face
    if paint.outline:
        stroke = ImageChops.lighter(face, outline_mask(block, frame, dx, dy, paint.outline.width * size))
        silhouette = stroke
    layers: list[tuple[Image.Image, str]] = []
    if glow := paint.glow:
        layers.append((_faded(_blurred(silhouette, glow.blur * size), glow.alpha), glow.colour))
    if shadow := paint.shadow:
        far = _moved(silhouette, round(shadow.dx * size), round(shadow.dy * size))
        layers.append((_faded(_blurred(far, shadow.blur * size), shadow.alpha), shadow.colour))
    if extrude := paint.extrude:
        layers.append((_extruded(block, paint, frame, silhouette, dx, dy), extrude.colour))
    if stroke is not None and paint.outline:
        layers.append((stroke, paint.outline.colour))
    return layers


def _extruded(
    block: SetText, paint: TextPaint, frame: Frame, silhouette: Image.Image, dx: float, dy: float
) -> Image.Image:
    """The silhouette swept along the extrusion."""
    extrude = paint.extrude
    assert extrude is not None
    far_x = extrude.steps * extrude.dx * block.size
    far_y = extrude.steps * extrude.dy * block.size
    if paint.outline is None:
        # Steps of at most a pixel, so that the swept edge is straight.
        count = max(1, math.ceil(max(abs(far_x), abs(far_y))))
        steps = [(far_x * i / count, far_y * i / count) for i in range(count + 1)]
        return face_mask(block, frame, [(dx + x, dy + y) for x, y in steps])
    return _swept(silhouette, far_x, far_y)


def _swept(mask: Image.Image, far_x: float, far_y: float) -> Image.Image:
    """The union of a mask moved along the way to (far_x, far_y) px, pixel by pixel of its longer side.

    Across, a step lies at a quarter of a pixel: four moved masks, made once, do for all steps.
    """
    along_x = abs(far_x) >= abs(far_y)
    long, short = (far_x, far_y) if along_x else (far_y, far_x)
    moved: dict[int, Image.Image] = {0: mask}
    swept = ImageChops.lighter(mask, _shifted(mask, far_x, far_y))
    for step in range(1, math.floor(abs(long)) + 1):
        whole, phase = divmod(round(step * 4 * short / abs(long)), 4)
        if phase not in moved:
            moved[phase] = _shifted(mask, *((0, phase / 4) if along_x else (phase / 4, 0)))
        far = math.copysign(step, long)
        swept = ImageChops.lighter(
            swept, _moved(moved[phase], *((int(far), whole) if along_x else (whole, int(far))))
        )
    return swept


def _shifted(mask: Image.Image, dx: float, dy: float) -> Image.Image:
    """A mask moved by a fraction of a pixel, bilinear."""
    x, y = math.floor(dx), math.floor(dy)
    moved = _moved(mask, x, y)
    if dx - x > 1 / 256:
        moved = Image.blend(moved, _moved(mask, x + 1, y), dx - x)
    if dy - y > 1 / 256:
        moved = Image.blend(moved, _moved(moved, 0, 1), dy - y)
    return moved


def _moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    moved = Image.new("L", mask.size)
    moved.paste(mask, (dx, dy))
    return moved


def _blurred(mask: Image.Image, sigma: float) -> Image.Image:
    """Wide blurs are made at half or a quarter of the size: they hold no detail that would be lost."""
    if sigma < 0.05:
        return mask
    factor = 1 if sigma < 4 else 2 if sigma < 10 else 4
    if factor == 1:
        return mask.filter(ImageFilter.GaussianBlur(sigma))
    small = mask.reduce(factor).filter(ImageFilter.GaussianBlur(sigma / factor))
    whole = (0, 0, mask.width / factor, mask.height / factor)
    return small.resize(mask.size, Image.Resampling.BILINEAR, box=whole)


def _faded(mask: Image.Image, alpha: float) -> Image.Image:
    return mask.point([round(value * alpha) for value in range(256)]) if alpha < 1 else mask


def fill_image(block: SetText, fill: Fill, frame: Frame, dy: float) -> Image.Image:
    """The colours of the face, an RGB image of the frame's size."""
    if isinstance(fill, str):
        return Image.new("RGB", (frame.width, frame.height), rgb(fill))
    parts = _parts(block, frame, dy)
    offsets = [stop for stop, _ in fill]
    colours = np.array([rgb(colour) for _, colour in fill], float)
    # Mixed in sRGB, as SVG and CSS mix gradients.
    rows = np.stack([np.interp(parts, offsets, channel) for channel in colours.T], axis=1)
    column = Image.fromarray(np.rint(rows).astype(np.uint8)[:, None, :])
    return column.resize((frame.width, frame.height), Image.Resampling.NEAREST)


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


def rgb(colour: str) -> tuple[int, int, int]:
    """'#RRGGBB' as a triple."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue
