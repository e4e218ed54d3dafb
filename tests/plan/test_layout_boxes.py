"""Layouts of every shipped theme: what may meet what (and what never does)."""

from __future__ import annotations

import itertools

import pytest
from canvas_samples import SIZES, canvas_of, layouts, themes

from banner_engine.fit.blocks import block_box
from banner_engine.fit.slots import Canvas
from banner_engine.plan.bounds import product_clip, unit_bounds, unit_kind
from banner_engine.plan.items import PRODUCT, Rect
from banner_engine.shapes import SMALL, shape_of

SLACK = 0.5
"""px that boxes may share: they are declared in thousandths of the canvas."""


def boxes(canvas: Canvas) -> dict[str, tuple[float, float, float, float]]:
    found = {name: block_box(canvas, block) for name, block in canvas.layout.blocks.items()}
    return {name: (x, y, x + w, y + h) for name, (x, y, w, h) in found.items()}


def meet(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return (
        min(one[2], two[2]) - max(one[0], two[0]) > SLACK
        and min(one[3], two[3]) - max(one[1], two[1]) > SLACK
    )


def canvases(theme: str, layout: str) -> list[Canvas]:
    shape = themes()[theme].layouts[layout].shape
    sizes = [themes()[theme].layouts[layout].reference, *(s for s in SIZES if shape_of(*s) == shape)]
    return [
        canvas_of(theme, layout, size, locale) for size in dict.fromkeys(sizes) for locale in ("en", "ar")
    ]


@pytest.mark.parametrize(("theme", "layout"), layouts())
def test_blocks_lie_on_the_canvas_and_apart(theme: str, layout: str) -> None:
    for canvas in canvases(theme, layout):
        found = boxes(canvas)
        for name, (x0, y0, x1, y1) in found.items():
            assert x0 >= -1e-6, name
            assert y0 >= -1e-6, name
            assert x1 <= canvas.width + 1e-6, name
            assert y1 <= canvas.height + 1e-6, name
        for one, two in itertools.combinations(found, 2):
            assert not meet(found[one], found[two]), (one, two, canvas.width, canvas.height)


@pytest.mark.parametrize(("theme", "layout"), layouts())
def test_copy_meets_no_product_s_effects_except_on_an_opaque_panel(theme: str, layout: str) -> None:
    for canvas in canvases(theme, layout):
        clip = product_clip(canvas)
        for name, box in boxes(canvas).items():
            panel = canvas.layout.blocks[name].panel
            opaque = panel is not None and bool(panel.fill) and not any("/" in fill for fill in panel.fill)
            assert opaque or not meet(box, clip), (name, canvas.width, canvas.height)


@pytest.mark.parametrize(("theme", "layout"), layouts())
def test_every_layout_offers_what_a_banner_must_have(theme: str, layout: str) -> None:
    slots = [s for b in themes()[theme].layouts[layout].blocks.values() for row in b.slots for s in row]
    small = themes()[theme].layouts[layout].shape in SMALL
    assert {"headline", "price", "cta", "disclosure"} | (set() if small else {"logo"}) <= set(slots)
    assert len(slots) == len(set(slots))


@pytest.mark.parametrize(("theme", "layout"), layouts())
def test_bounds_hold_the_boxes_and_stay_on_the_canvas(theme: str, layout: str) -> None:
    for canvas in canvases(theme, layout):
        bounds: dict[str, Rect] = dict(unit_bounds(canvas))
        assert list(bounds) == [PRODUCT, *canvas.layout.blocks]
        for name, (x0, y0, x1, y1) in boxes(canvas).items():
            left, top, right, bottom = bounds[name]
            assert 0 <= left <= max(x0, 0)
            assert 0 <= top <= max(y0, 0)
            assert min(x1, canvas.width) <= right <= canvas.width
            assert min(y1, canvas.height) <= bottom <= canvas.height
        assert bounds[PRODUCT] == product_clip(canvas)


def test_bounds_of_the_other_direction_are_the_mirror_image() -> None:
    for theme, layout in layouts():
        one, two = (dict(unit_bounds(canvas_of(theme, layout, locale=locale))) for locale in ("en", "ar"))
        width = canvas_of(theme, layout).width
        for name, (x0, y0, x1, y1) in one.items():
            # text's effects lean the same way in both directions
            left, top, right, bottom = two[name]
            assert (top, bottom) == (y0, y1)
            reach = 0.05 * width
            assert left == pytest.approx(width - x1, abs=reach)
            assert right == pytest.approx(width - x0, abs=reach)


def test_bounds_are_those_of_the_canvas_that_was_asked_for() -> None:
    canvases_of = [
        canvas_of(theme, layout, locale=locale, scale=scale)
        for theme, layout in layouts()
        for locale in ("en", "ar")
        for scale in (1, 2)
    ]
    first = [unit_bounds(canvas) for canvas in canvases_of]
    assert [unit_bounds(canvas) for canvas in reversed(canvases_of)] == first[::-1]
    for at in range(0, len(first), 2):
        for (name, one), (_, two) in zip(first[at], first[at + 1], strict=True):
            assert two == pytest.approx([2 * v for v in one], abs=6), name


def test_kinds_of_units() -> None:
    canvas = canvas_of("base", "leaderboard")
    kinds = {name: unit_kind(canvas, name) for name in canvas.layout.blocks}
    assert kinds["price"] == "offer"
    assert kinds["copy"] == kinds["action"] == "copy"
    assert kinds["logo"] == kinds["mark"] == "constant"
