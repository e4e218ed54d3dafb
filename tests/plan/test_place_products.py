"""Products in the scene: inside their boxes, their soles on the ground, never blown up, lit from one side."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from canvas_samples import canvas_of, canvases, themes
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import GroundShadow, ProductLook, Rim, Shadow
from banner_engine.plan.items import ProductItem
from banner_engine.plan.products import MAX_UPSCALE, place_product
from banner_engine.prepare import Cutout
from banner_engine.prepare.scenes import mirrored_box


def cutout(
    width: int = 800, height: int = 600, ground: float = 1.0, sole: tuple[float, float] = (0.1, 0.9)
) -> Cutout:
    return Cutout(
        digest="d" * 64, picture="p" * 64, kind="cutout", path=Path("none.webp"), width=width, height=height,
        ground=ground, sole=sole, area=0.7, colours=(("#808080", 1.0),), luminance=0.2, plain_ground=True,
        quality=1.0, reasons=(),
    )  # fmt: skip


cutouts = st.builds(
    lambda width, height, ground, low, high: cutout(width, height, ground, (min(low, high), max(low, high))),
    st.integers(40, 2000), st.integers(40, 2000), st.floats(0.75, 1), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
some = settings(max_examples=200, deadline=None)


def placed(canvas: Canvas, cut: Cutout) -> ProductItem:
    return place_product(canvas, next(iter(canvas.theme.palettes)), cut)


def with_look(canvas: Canvas, look: ProductLook) -> Canvas:
    return dataclasses.replace(canvas, theme=canvas.theme.model_copy(update={"product": look}))


@some
@given(canvases("en"), cutouts, st.booleans(), st.sampled_from([1, 2]))
def test_a_product_stands_in_its_box_on_the_ground(
    canvas: Canvas, cut: Cutout, rtl: bool, scale: int
) -> None:
    canvas = dataclasses.replace(canvas, rtl=rtl, scale=scale)
    item = placed(canvas, cut)
    width, height = canvas.width * scale, canvas.height * scale
    x, y, w, h = mirrored_box(canvas.layout.product, canvas.mirrored)
    x0, y0, x1, y1 = item.box
    assert x0 >= x * width - 1
    assert x1 <= (x + w) * width + 1
    assert y0 >= y * height - 1
    # what hangs below the contact line reaches into the effect box at most
    assert y1 <= item.clip[3] + 1
    if cut.ground == 1:
        assert y1 <= max((y + h) * height, item.ground) + 1
    # the sole is on the ground line of the scene
    assert item.ground == pytest.approx(canvas.layout.stage.ground * height)
    assert y0 + cut.ground * (y1 - y0) == pytest.approx(item.ground, abs=1.5)


@some
@given(canvases("en"), cutouts, st.sampled_from([1, 2]))
def test_a_product_keeps_its_shape_and_is_never_blown_up(canvas: Canvas, cut: Cutout, scale: int) -> None:
    item = placed(dataclasses.replace(canvas, scale=scale), cut)
    w, h = item.box[2] - item.box[0], item.box[3] - item.box[1]
    assert w <= MAX_UPSCALE * scale * cut.width + 1
    factor = w / cut.width
    # a pixel of rounding on either side
    assert abs(h - factor * cut.height) <= 1 + cut.height / cut.width


@some
@given(canvases("en"), cutouts)
def test_a_product_is_as_large_as_it_may_be(canvas: Canvas, cut: Cutout) -> None:
    item = placed(canvas, cut)
    _, y, w, _ = mirrored_box(canvas.layout.product, canvas.mirrored)
    wide = item.box[2] - item.box[0] >= w * canvas.width - 2
    tall = item.box[1] <= y * canvas.height + 2
    deep = item.box[3] >= item.clip[3] - 2
    blown = item.box[2] - item.box[0] >= MAX_UPSCALE * cut.width - 1
    assert wide or tall or deep or blown


@some
@given(canvases("en"), cutouts)
def test_effects_are_clipped_to_the_declared_box_and_the_canvas(canvas: Canvas, cut: Cutout) -> None:
    item = placed(canvas, cut)
    x0, y0, x1, y1 = item.clip
    assert 0 <= x0 < x1 <= canvas.width
    assert 0 <= y0 < y1 <= canvas.height
    assert x0 <= item.box[0] + 1
    assert y0 <= item.box[1] + 1
    assert x1 >= item.box[2] - 1
    assert y1 >= item.box[3] - 1


@some
@given(canvases("en"), cutouts)
def test_right_to_left_is_the_mirror_image_with_the_product_itself_as_it_is(
    canvas: Canvas, cut: Cutout
) -> None:
    # a sole in the middle, as the product is not mirrored with the scene
    middle = dataclasses.replace(cut, sole=(0.2, 0.8))
    one, two = (placed(dataclasses.replace(canvas, rtl=rtl), middle) for rtl in (False, True))
    width = canvas.width
    assert two.box[0] == pytest.approx(width - one.box[2], abs=1)
    assert (two.box[1], two.box[3]) == (one.box[1], one.box[3])
    assert two.clip == pytest.approx(
        (width - one.clip[2], one.clip[1], width - one.clip[0], one.clip[3]), abs=1
    )
    for a, b in zip(one.rims, two.rims, strict=True):
        assert (b.dx, b.dy, b.blur) == (-a.dx, a.dy, a.blur)
    for c, d in zip(one.ellipses, two.ellipses, strict=True):
        assert d.cx == pytest.approx(width - c.cx, abs=1.5)
        assert (d.cy, d.rx, d.ry) == pytest.approx((c.cy, c.rx, c.ry))


def test_all_light_comes_from_one_side_also_in_a_mirror() -> None:
    look = ProductLook(
        rims=(Rim(dx=4, dy=2, colour="rim"),),
        ground_shadows=(GroundShadow(dx=0.1, colour="shadow"),),
        drop_shadow=Shadow(dx=6, dy=8, blur=5, colour="shadow/.4"),
        halo=Shadow(dx=-3, blur=9, colour="rim"),
    )
    canvas = with_look(canvas_of("base", "wide"), look)
    one, two = placed(canvas, cutout()), placed(dataclasses.replace(canvas, rtl=True), cutout())
    assert one.drop_shadow is not None
    assert two.drop_shadow is not None
    assert one.halo is not None
    assert two.halo is not None
    assert (one.rims[0].dx, one.drop_shadow.dx, one.halo.dx) == (4, 6, -3)
    assert (two.rims[0].dx, two.drop_shadow.dx, two.halo.dx) == (-4, -6, 3)
    assert one.ellipses[0].cx > (one.box[0] + one.box[2]) / 2
    assert two.ellipses[0].cx < (two.box[0] + two.box[2]) / 2
    assert two.drop_shadow.tint == ((0x2A, 0x26, 0x20), 0.4)


def test_lengths_are_px_of_the_reference_size() -> None:
    look = ProductLook(
        drop_shadow=Shadow(dx=6, dy=8, blur=5, colour="shadow"), rims=(Rim(dx=4, colour="rim"),)
    )
    for size, scale, unit in (((1200, 628), 1, 1.0), ((600, 314), 1, 0.5), ((600, 314), 2, 1.0)):
        canvas = with_look(canvas_of("base", "wide", size, scale=scale), look)
        item = placed(canvas, cutout())
        assert item.drop_shadow is not None
        assert (item.drop_shadow.dx, item.drop_shadow.dy, item.drop_shadow.blur) == (
            6 * unit,
            8 * unit,
            5 * unit,
        )
        assert item.rims[0].dx == 4 * unit


def test_a_hovering_product_stands_its_share_above_the_ground() -> None:
    canvas = canvas_of("base", "wide")
    item = placed(with_look(canvas, ProductLook(float_above=0.25)), cutout(400, 400))
    above = item.ground - item.box[3]
    assert above == pytest.approx(0.25 * (item.box[3] - item.box[1]), abs=1.5)


@pytest.mark.parametrize("theme", sorted(themes()))
def test_the_stage_s_centre_is_where_products_stand(theme: str) -> None:
    for layout in themes()[theme].layouts:
        canvas = canvas_of(theme, layout)
        narrow = placed(canvas, cutout(60, 900))
        x, _, w, _ = canvas.layout.product
        centre = canvas.layout.stage.centre[0]
        assume_inside = x + 0.05 < centre < x + w - 0.05
        assert assume_inside, (theme, layout)
        assert (narrow.box[0] + narrow.box[2]) / 2 == pytest.approx(centre * canvas.width, abs=1)


@given(st.floats(0, 1), st.floats(0, 0.05))
def test_a_pointed_sole_has_a_shadow_all_the_same(low: float, width: float) -> None:
    assume(low + width <= 1)
    look = ProductLook(ground_shadows=(GroundShadow(width=1.0, colour="shadow"),))
    item = placed(with_look(canvas_of("base", "wide"), look), cutout(sole=(low, low + width)))
    w = item.box[2] - item.box[0]
    assert item.ellipses[0].rx == pytest.approx(max(width, 0.12) * w / 2, rel=0.02)
    assert item.ellipses[0].cx == pytest.approx(item.box[0] + (low + width / 2) * w, abs=1)
