"""What a designer brings along: a picture, and a drawing."""

from __future__ import annotations

import io
from typing import Annotated

import numpy as np
from PIL import Image, ImageCms, ImageOps

from banner_engine.errors import BannerError
from banner_engine.scenery import svg
from banner_engine.scenery.crop import salient_window, window_around
from banner_engine.scenery.easel import Easel, Patch
from banner_engine.scenery.files import coloured_svg, found
from banner_engine.scenery.filters import blurred
from banner_engine.scenery.registry import field
from banner_engine.scenery.terms import (
    Colour,
    FileKind,
    Length,
    NumberKind,
    Place,
    Share,
    Size,
    TupleKind,
)

PictureFile = Annotated[str, FileKind((".jpg", ".jpeg", ".png", ".webp"))]
DrawingFile = Annotated[str, FileKind((".svg",))]
Focus = Annotated[tuple[float, float], TupleKind((NumberKind(0, 1), NumberKind(0, 1)), "x, y")]


@field
def picture(
    easel: Easel,
    *,
    src: PictureFile,
    focus: Focus | None = None,
    at: Place | None = None,
    opacity: Share = 1,
    blur: Length = 0,
    veil: Colour | None = None,
    calm: Share = 0,
    soft: Length = 160,
) -> Patch:
    """A picture of your own over the whole canvas, cut to its shape.

    src: a file beside the theme (or of the theme's campaign). focus: what must be seen, in fractions of the
    picture, and at: where on the canvas it comes to stand, as near as the picture's edges allow (the
    middle, if left out). Without a focus, the part that draws the eye most is kept. blur: sigma. veil: a
    colour over it, by its opacity, and `calm` as much more of it over the copy, `soft` px around it.
    """
    image = _opened(src, easel)
    stage, grid = easel.stage, easel.canvas()
    aspect = stage.width / stage.height
    if focus is None:
        window = salient_window(image, aspect)
    else:
        stand = (0.5, 0.5) if at is None else (at[0] / stage.width, at[1] / stage.height)
        window = window_around(image.size, aspect, focus, stand)
    resized = image.resize(stage.pixels, Image.Resampling.LANCZOS, box=window, reducing_gap=3)
    planes = np.asarray(resized, np.float32).transpose(2, 0, 1) / np.float32(255)
    colour = blurred(planes[:3], blur * stage.scale)
    if veil is not None:
        over = 1 - (1 - np.float32(veil[3])) * easel.away(grid, calm, soft)
        colour = colour + (np.asarray(veil[:3], np.float32)[:, None, None] - colour) * over
    return grid.patch(colour, planes[3] * np.float32(opacity))


@field
def svg_(
    easel: Easel,
    *,
    src: DrawingFile,
    at: Place | None = None,
    height: Size | None = None,
    opacity: Share = 1,
) -> Patch | None:
    """A drawing of your own, from Figma, Illustrator or Inkscape, in the palette's colours.

    An element whose class is a name of the palette (`class="accent"`, also on a gradient's stop) takes that
    colour. at: where its middle stands, and height: how high it is; without them it covers the canvas.
    Turn text into outlines. References to other files are taken out.
    """
    body, (x, y, wide, high) = coloured_svg(found(src, easel.folder), easel.palette)
    stage = easel.stage
    cover = max(stage.width / wide, stage.height / high)
    scale = cover if height is None else height / high
    cx, cy = (stage.width / 2, stage.height / 2) if at is None else at
    left, top = cx - scale * wide / 2, cy - scale * high / 2
    fragment = (
        f'<svg x="{svg.num(left)}" y="{svg.num(top)}" width="{svg.num(scale * wide)}" '
        f'height="{svg.num(scale * high)}" viewBox="{x} {y} {wide} {high}" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{body}</svg>'
    )
    try:
        patch = svg.raster(fragment, stage)
    except ValueError as error:
        raise BannerError(f"'{src}' cannot be drawn: {error}") from None
    return (
        None
        if patch is None
        else Patch(patch.left, patch.top, patch.colour, patch.alpha * np.float32(opacity))
    )


def _opened(src: str, easel: Easel) -> Image.Image:
    """The picture upright, in sRGB, as RGBA."""
    file = found(src, easel.folder)
    try:
        with Image.open(file) as opened:
            # Far more than a canvas holds is not decoded whole, where the format can do so.
            opened.draft("RGB", (2 * easel.stage.pixels[0], 2 * easel.stage.pixels[1]))
            upright = ImageOps.exif_transpose(opened)
            profile = opened.info.get("icc_profile")
            if profile and upright.mode in ("RGB", "CMYK"):
                source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
                changed = ImageCms.profileToProfile(
                    upright, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
                )
                upright = changed or upright
            return upright.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, ImageCms.PyCMSError) as error:
        raise BannerError(f"'{src}' cannot be read as a picture: {error}") from None
