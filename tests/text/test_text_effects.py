"""Masks of effects against slower ways to make them, and effects around colour glyphs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from banner_engine.text import (
    Extrude,
    FontBook,
    Glow,
    Outline,
    Shadow,
    Span,
    TextPaint,
    TextStyle,
    draw_text,
    set_text,
    shape_text,
)
from banner_engine.text.draw import over_each_other
from banner_engine.text.effects import enlarged, grown, moved, swept


def levels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("size", [(61, 35), (64, 32), (5, 9)])
def test_masks_are_enlarged_as_pillow_does_it(factor: int, size: tuple[int, int]) -> None:
    small = Image.effect_noise(size, 90).reduce(factor)
    box = (0, 0, size[0] / factor, size[1] / factor)
    expected = small.resize(size, Image.Resampling.BILINEAR, box=box)
    assert abs(levels(enlarged(small, factor, size)) - levels(expected))[:-factor, :-factor].max() <= 1


def test_layers_lie_over_each_other_as_pillow_composites_them() -> None:
    dice = np.random.default_rng(5)
    layers = []
    for colour in ("#FF8000", "#0040FF", "#30D060"):
        mask = dice.integers(0, 256, (40, 50), dtype=np.uint8)
        mask[:8] = 0
        mask[8:16] = 255
        layers.append((Image.new("RGB", (50, 40), colour), Image.fromarray(mask)))
    expected = Image.new("RGBA", (50, 40))
    for image, mask in layers:
        layer = image.copy()
        layer.putalpha(mask)
        expected.alpha_composite(layer)
    colours, alpha = over_each_other([(image.copy(), mask.copy()) for image, mask in layers])
    assert abs(levels(alpha) - levels(expected.getchannel("A"))).max() <= 2
    # Where nearly nothing shows, a level of coverage is many of colour.
    off = abs(levels(colours) - levels(expected.convert("RGB"))) * levels(alpha)[..., None] / 255
    assert off.max() <= 3


def disc(radius: float, size: int = 80) -> Image.Image:
    image = Image.new("L", (size * 8, size * 8))
    middle, far = size * 4, radius * 8
    ImageDraw.Draw(image).ellipse((middle - far, middle - far, middle + far, middle + far), fill=255)
    return image.reduce(8)


def test_a_disc_grows_to_a_larger_disc() -> None:
    off = abs(levels(grown(disc(15), 6.5)) - levels(disc(21.5)))
    assert off.mean() < 1
    assert off.max() < 80


def test_a_sweep_covers_all_of_its_way() -> None:
    union = levels(swept(disc(12), 9.0, 5.5))
    for part in np.linspace(0, 1, 7):
        here = levels(moved(disc(12), 9.0 * part, 5.5 * part))
        assert (here - union).max() < 60
    assert union[40 + 5, 40 + 9 + 12 - 1] > 200


EFFECTS = {
    "outline": TextPaint("#FFFFFF", Outline(0.1, "#00FF00")),
    "extrusion": TextPaint("#FFFFFF", extrude=Extrude(6, 0.02, 0.02, "#00FF00")),
    "glow": TextPaint("#FFFFFF", glow=Glow(0.05, "#00FF00", 1.0)),
    "shadow": TextPaint("#FFFFFF", shadow=Shadow(0.1, 0.1, 0.01, "#00FF00", 1.0)),
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_emoji_have_the_effects_of_their_line(book: FontBook, effect: str) -> None:
    shaped = shape_text(book, (Span("🎁", TextStyle(("Inter",), 700)),), "en", False)
    block = set_text(shaped, size=80, width=999, max_lines=1)
    assert block is not None
    plain = draw_text(block, TextPaint("#FFFFFF"), 60, 120)
    raster = draw_text(block, EFFECTS[effect], 60, 120)
    assert isinstance(raster.colour, Image.Image)
    around = levels(raster.alpha)
    x, y = plain.x - raster.x, plain.y - raster.y
    around[y : y + plain.alpha.height, x : x + plain.alpha.width] = 0
    green = levels(raster.colour)[around > 40]
    assert len(green) > 30
    assert (green == (0, 255, 0)).all()
    # and the picture itself stands untouched on top of it
    inside = levels(raster.colour)[y : y + plain.alpha.height, x : x + plain.alpha.width]
    assert isinstance(plain.colour, Image.Image)
    solid = levels(plain.alpha) == 255
    assert abs(inside[solid] - levels(plain.colour)[solid]).max() <= 1


def test_an_effect_without_blur_leaves_the_others_their_masks(book: FontBook) -> None:
    shaped = shape_text(book, (Span("I", TextStyle(("Anton",), 400)),), "en", False)
    block = set_text(shaped, size=100, width=999, max_lines=1)
    assert block is not None
    outline, far = Outline(0.08, "#00FF00"), Extrude(10, 0.02, 0.0, "#0000FF")
    hard = TextPaint("#FFFFFF", outline, far, Glow(0.0, "#FF0000", 1.0))
    plain = TextPaint("#FFFFFF", outline, far)
    canvases = []
    for paint in (hard, plain):
        canvas = Image.new("RGB", (200, 200))
        draw_text(block, paint, 60, 160).onto(canvas)
        canvases.append(levels(canvas))
    assert abs(canvases[0] - canvases[1]).max() < 80
    assert (canvases[0][110, 60 + round(block.width) + 12] == (0, 0, 255)).all()
