"""Products that lean: their ink fills the box, they stand on their lowest point, and the plan says so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from canvas_samples import canvas_of
from PIL import Image, ImageDraw

from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import ProductLook
from banner_engine.paint.product import draw_product
from banner_engine.plan.products import place_product
from banner_engine.prepare import Cutout
from banner_engine.prepare.measure import ink_box
from banner_engine.prepare.tilt import tilted, tilted_picture


@pytest.fixture
def pole(tmp_path: Path) -> Cutout:
    """A thin upright bar."""
    path = tmp_path / "pole.webp"
    picture = Image.new("RGBA", (60, 900), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 0, 59, 899), fill=(200, 30, 30, 255))
    picture.save(path, lossless=True)
    return Cutout(
        digest="d" * 64, picture="p" * 64, kind="cutout", path=path, width=60, height=900,
        ground=1.0, sole=(0.0, 1.0), area=1.0, colours=(("#C81E1E", 1.0),), luminance=0.1, plain_ground=True,
        quality=1.0, reasons=(),
    )  # fmt: skip


def leaning(degrees: float, locale: str = "en") -> Canvas:
    canvas = canvas_of("base", "wide", locale=locale)
    look = ProductLook(tilt=degrees)
    return dataclasses.replace(canvas, theme=canvas.theme.model_copy(update={"product": look}))


def test_a_turned_picture_is_trimmed_and_measured_again(pole: Cutout) -> None:
    lean = tilted(pole, 20)
    # 60 cos 20° + 900 sin 20°, and 60 sin 20° + 900 cos 20°
    assert (lean.width, lean.height) == pytest.approx((364, 866), abs=3)
    assert lean.ground > 0.99
    # the top leans to the right, so that the foot is at the left
    assert lean.sole[1] < 0.3
    assert tilted(pole, -20).sole[0] > 0.7


def test_a_product_that_leans_fills_its_box_and_stands_on_the_ground(pole: Cutout) -> None:
    item = place_product(leaning(20), "plain", pole)
    drawn = draw_product(item)[-1]
    ink = ink_box(np.asarray(drawn.alpha))
    assert ink is not None
    width, height = item.box[2] - item.box[0], item.box[3] - item.box[1]
    assert ink == pytest.approx((0, 0, width, height), abs=2)
    assert item.box[3] == pytest.approx(item.ground, abs=2)
    assert width / height == pytest.approx(364 / 866, rel=0.02)


def test_it_leans_the_other_way_in_a_mirrored_layout(pole: Cutout) -> None:
    one, two = (place_product(leaning(20, locale), "plain", pole) for locale in ("en", "ar"))
    assert (one.tilt, two.tilt) == (20, -20)
    left, right = (np.asarray(draw_product(item)[-1].alpha, dtype=int) for item in (one, two))
    assert np.abs(left - right[:, ::-1]).mean() < 2


def test_without_a_tilt_no_picture_is_opened_and_cards_stay_upright(pole: Cutout) -> None:
    upright = place_product(leaning(0), "plain", dataclasses.replace(pole, path=Path("none.webp")))
    assert upright.tilt == 0
    card = place_product(leaning(20), "plain", dataclasses.replace(pole, kind="card"))
    assert card.tilt == 0
    assert card.box == upright.box


def test_the_edge_has_no_dark_fringe() -> None:
    turned = np.asarray(tilted_picture(Image.new("RGBA", (80, 80), (255, 255, 255, 255)), 13))
    assert turned[..., :3][turned[..., 3] > 8].min() > 250
