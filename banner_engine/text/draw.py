"""Pixels of a set text: its effects and its face, from back to front, in one raster."""

from __future__ import annotations

import math

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
    canvas = Image.new("RGBA", (frame.width, frame.height))
    for mask, colour in _behind(block, paint, frame, face, dx, dy):
        _over(canvas, Image.new("RGB", canvas.size, rgb(colour)), mask)
    _over(canvas, fill_image(block, paint.fill, frame, dy), face)
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
    """The silhouette swept along the extrusion, at steps of at most a pixel so that its edge is straight."""
    extrude = paint.extrude
    assert extrude is not None
    far_x = extrude.steps * extrude.dx * block.size
    far_y = extrude.steps * extrude.dy * block.size
    count = max(1, math.ceil(max(abs(far_x), abs(far_y))))
    steps = [(far_x * i / count, far_y * i / count) for i in range(count + 1)]
    if paint.outline is None:
        return face_mask(block, frame, [(dx + x, dy + y) for x, y in steps])
    swept = silhouette
    for x, y in steps[1:]:
        swept = ImageChops.lighter(swept, _shifted(silhouette, x, y))
    return swept


def _shifted(mask: Image.Image, dx: float, dy: float) -> Image.Image:
    """A mask moved by a fraction of a pixel, bilinear."""
    return mask.transform(
        mask.size, Image.Transform.AFFINE, (1, 0, -dx, 0, 1, -dy), Image.Resampling.BILINEAR
    )


def _moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    moved = Image.new("L", mask.size)
    moved.paste(mask, (dx, dy))
    return moved


def _blurred(mask: Image.Image, sigma: float) -> Image.Image:
    return mask.filter(ImageFilter.GaussianBlur(sigma)) if sigma > 0.05 else mask


def _faded(mask: Image.Image, alpha: float) -> Image.Image:
    return mask.point([round(value * alpha) for value in range(256)]) if alpha < 1 else mask


def _over(canvas: Image.Image, colours: Image.Image, mask: Image.Image) -> None:
    colours.putalpha(mask)
    canvas.alpha_composite(colours)


def fill_image(block: SetText, fill: Fill, frame: Frame, dy: float) -> Image.Image:
    """The colours of the face, an RGB image of the frame's size."""
    size = (frame.width, frame.height)
    if isinstance(fill, str):
        return Image.new("RGB", size, rgb(fill))
    column = Image.new("RGB", (1, frame.height))
    column.putdata([_colour_at(fill, part) for part in _parts(block, frame, dy)])
    return column.resize(size, Image.Resampling.NEAREST)


def _parts(block: SetText, frame: Frame, dy: float) -> list[float]:
    """For each row of the frame, how far down it lies in the ink of its line (0 … 1).

    Where the ink of two lines overlaps in height, the rows are shared out at the middle.
    """
    spans = [
        (dy + number * block.leading + line.ink[1], dy + number * block.leading + line.ink[3])
        for number, line in enumerate(block.lines)
        if line.ink[1] < line.ink[3]
    ] or [(0.0, 1.0)]
    parts: list[float] = []
    index = 0
    for row in range(frame.height):
        middle = frame.y + row + 0.5
        while index + 1 < len(spans) and middle > (spans[index][1] + spans[index + 1][0]) / 2:
            index += 1
        top, bottom = spans[index]
        parts.append(min(1.0, max(0.0, (middle - top) / (bottom - top))))
    return parts


def _colour_at(stops: tuple[tuple[float, str], ...], part: float) -> tuple[int, int, int]:
    """The colour of a gradient at `part`, mixed in sRGB as SVG does."""
    before = stops[0]
    for stop in stops:
        if part <= stop[0]:
            if stop[0] == before[0]:
                return rgb(stop[1])
            share = (part - before[0]) / (stop[0] - before[0])
            a, b = rgb(before[1]), rgb(stop[1])
            return (
                round(a[0] + (b[0] - a[0]) * share),
                round(a[1] + (b[1] - a[1]) * share),
                round(a[2] + (b[2] - a[2]) * share),
            )
        before = stop
    return rgb(before[1])


def rgb(colour: str) -> tuple[int, int, int]:
    """'#RRGGBB' as a triple."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue
