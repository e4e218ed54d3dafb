"""One picture to one prepared picture: trimmed, cut out, or a card."""

from __future__ import annotations

import numpy as np
from PIL import Image

from banner_engine.prepare.card import CORNER, attention, make_card
from banner_engine.prepare.colours import main_colours, mean_luminance
from banner_engine.prepare.cutout import Kind, Measures, Mode
from banner_engine.prepare.cutter import Cutter
from banner_engine.prepare.ground import busyness
from banner_engine.prepare.measure import ink_box, standing, visual_area
from banner_engine.prepare.picture import Picture, picture_error
from banner_engine.prepare.quality import BUSY, GOOD_ENOUGH, evidence, judge
from banner_engine.prepare.saliency import Map

LARGEST = 1200
"""Longer side of a prepared picture, in px: enough for a product as tall as a 1200×628 banner at 2×."""


def prepare_picture(picture: Picture, *, mode: Mode, cutter: Cutter | None) -> tuple[Image.Image, Measures]:
    """The prepared RGBA picture, trimmed to its ink, and its measures.

    A picture with alpha is trimmed and measured, whatever the mode. Another is cut out, and becomes a card
    where that is not wanted (mode 'no'), not possible (no cutter) or not good enough; then `quality` and
    `reasons` still tell of the cut-out that was refused. Raises BannerError for a picture without ink.
    """
    image = _at_most(picture.image, LARGEST)
    if image.mode == "RGBA":
        return _trimmed(image, picture)
    if mode == "no" or cutter is None:
        return _card(image, None, 1.0, ())
    cut = cutter.cut(image)
    if cut is None:
        return _card(image, None, 0.0, ("no-subject",))
    found = evidence(np.asarray(image), cut)
    quality, reasons = judge(found)
    if quality < GOOD_ENOUGH:
        return _card(image, cut.likely, quality, reasons)
    box = ink_box(cut.rgba[..., 3])
    if box is None:
        return _card(image, None, 0.0, ("no-subject",))
    trimmed = Image.fromarray(cut.rgba, "RGBA").crop(box)
    return trimmed, _measured(trimmed, "cutout", found.busy < BUSY, quality, reasons)


def _at_most(image: Image.Image, longest: int) -> Image.Image:
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if image.mode == "RGBA":
        return image.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    return image.resize(size, Image.Resampling.LANCZOS)


def _trimmed(image: Image.Image, picture: Picture) -> tuple[Image.Image, Measures]:
    box = ink_box(np.asarray(image.getchannel("A")))
    if box is None:
        raise picture_error(picture.path, "the picture is almost wholly transparent")
    trimmed = image.crop(box)
    return trimmed, _measured(trimmed, "cutout", True, 1.0, ())


def _measured(
    image: Image.Image, kind: Kind, plain_ground: bool, quality: float, reasons: tuple[str, ...]
) -> Measures:
    rgba = np.asarray(image)
    ground, sole = standing(rgba[..., 3])
    return Measures(
        kind=kind,
        ground=ground,
        sole=sole,
        area=visual_area(rgba[..., 3]),
        colours=main_colours(rgba),
        luminance=round(mean_luminance(rgba), 4),
        plain_ground=plain_ground,
        quality=quality,
        reasons=reasons,
    )


def _card(
    image: Image.Image, likely: Map | None, quality: float, reasons: tuple[str, ...]
) -> tuple[Image.Image, Measures]:
    """A card; its colours are the subject's, so that a palette chosen by them fits the product."""
    rgb = np.asarray(image)
    focus = attention(image) if likely is None else np.asarray(likely, dtype=np.float64)
    card = make_card(image, focus)
    shown = np.asarray(card)
    subject = np.where(focus >= 0.5 * float(focus.max()), 255, 0).astype(np.uint8)
    ground = focus < 0.05 * float(focus.max())
    corner = CORNER * min(card.size) / card.width
    return card, Measures(
        kind="card",
        ground=1.0,
        sole=(round(corner, 4), round(1 - corner, 4)),
        area=visual_area(shown[..., 3]),
        colours=main_colours(np.dstack([rgb, subject])),
        luminance=round(mean_luminance(shown), 4),
        plain_ground=busyness(rgb, ground) < BUSY,
        quality=quality,
        reasons=reasons,
    )
