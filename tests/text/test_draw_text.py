"""Pixels: ink where the fit says it is, effects in their order, the same bytes each time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from banner_engine.cache import shared
from banner_engine.raster import Raster
from banner_engine.text import (
    Extrude,
    FontBook,
    Glow,
    Outline,
    SetText,
    Shadow,
    Span,
    TextPaint,
    TextStyle,
    draw_text,
    effect_margins,
    set_text,
    shape_text,
)

ANTON = TextStyle(("Anton",), 400)
WHITE = TextPaint("#FFFFFF")
LOUD = TextPaint(
    ((0, "#FFFFFF"), (1, "#FF0000")),
    Outline(0.06, "#00FF00"),
    Extrude(6, 0.01, 0.015, "#0000FF"),
    Glow(0.1, "#FFFF00", 0.5),
    Shadow(0.05, 0.1, 0.04, "#000000", 0.7),
)


def block_of(
    book: FontBook, text: str = "HI", style: TextStyle = ANTON, size: float = 100, **more: bool
) -> SetText:
    block = set_text(
        shape_text(book, (Span(text, style, **more),), "zh-CN", False), size=size, width=5000, max_lines=3
    )
    assert block is not None
    return block


def pixels(raster: Raster, background: tuple[int, int, int] = (0, 0, 0)) -> np.ndarray:
    canvas = Image.new("RGB", (600, 400), background)
    raster.onto(canvas)
    return np.asarray(canvas)


def bounds(raster: Raster) -> tuple[int, int, int, int]:
    box = raster.alpha.getbbox()
    assert box is not None
    return raster.x + box[0], raster.y + box[1], raster.x + box[2], raster.y + box[3]


def test_plain_text_is_one_colour_and_a_mask(book: FontBook) -> None:
    raster = draw_text(block_of(book), TextPaint("#12AB34"), 20, 200)
    assert raster.colour == (0x12, 0xAB, 0x34)
    assert raster.alpha.mode == "L"


@settings(max_examples=60, deadline=None)
@given(
    x=st.floats(-50, 300), y=st.floats(-50, 300), size=st.floats(9, 180),
    text=st.sampled_from(["Ågj", "5折", "fjord!", "爆款，", "Qy\nÉp"]), skew=st.sampled_from([0.0, 10.0]),
)  # fmt: skip
def test_pixels_lie_where_the_ink_was_measured(
    book: FontBook, x: float, y: float, size: float, text: str, skew: float
) -> None:
    style = TextStyle(("Playfair Display", "Noto Sans SC"), 700, skew=skew)
    block = block_of(book, text, style, size)
    raster = draw_text(block, WHITE, x, y)
    x0, y0, x1, y1 = bounds(raster)
    # Letters stand at quarters of a pixel; a pixel that is covered by less than 1/255 is not there.
    assert x0 >= math.floor(block.ink[0] + x - 1 / 64)
    assert y0 >= math.floor(block.ink[1] + y - 1 / 64)
    assert x1 <= math.ceil(block.ink[2] + x + 1 / 64)
    assert y1 <= math.ceil(block.ink[3] + y + 1 / 64)
    assert x0 <= block.ink[0] + x + 1.5
    assert x1 >= block.ink[2] + x - 1.5
    assert y0 <= block.ink[1] + y + 1.5
    assert y1 >= block.ink[3] + y - 1.5


def test_coverage_is_exact(book: FontBook) -> None:
    """A stem of Anton's I, at a size at which letters are drawn where they stand, and at a larger one."""
    small = block_of(book, "I", size=36)
    row = np.asarray(draw_text(small, WHITE, 10.25, 100).alpha)[10] / 255
    assert row.sum() == pytest.approx(small.width, abs=0.01)
    assert row[0] == pytest.approx(0.75, abs=0.01)
    block = block_of(book, "I", size=64)
    x0, y0, x1, y1 = block.ink
    bearing = block.lines[0].ink[0]
    edge = round(4 * (10.25 - bearing)) / 4 + bearing
    raster = draw_text(block, WHITE, 10.25, 100)
    row = np.asarray(raster.alpha)[raster.alpha.height // 2] / 255
    assert row.sum() == pytest.approx(x1 - x0, abs=0.01)
    assert raster.x + 1 - row[0] == pytest.approx(edge, abs=0.01)
    column = np.asarray(raster.alpha)[:, raster.alpha.width // 2] / 255
    assert column.sum() == pytest.approx(y1 - y0, abs=0.01)


def test_the_same_text_has_the_same_bytes(book: FontBook) -> None:
    for paint in (WHITE, LOUD):
        first = draw_text(
            block_of(book, "5折起", TextStyle(("Noto Sans SC",), 900, skew=8)), paint, 30.3, 200.7
        )
        shared.clear()
        second = draw_text(
            block_of(book, "5折起", TextStyle(("Noto Sans SC",), 900, skew=8)), paint, 30.3, 200.7
        )
        assert first.box == second.box
        assert first.alpha.tobytes() == second.alpha.tobytes()
        if isinstance(first.colour, Image.Image) and isinstance(second.colour, Image.Image):
            assert first.colour.tobytes() == second.colour.tobytes()


def test_whole_pixels_reuse_the_raster(book: FontBook) -> None:
    block = block_of(book)
    here, there = draw_text(block, LOUD, 20.5, 200.25), draw_text(block, LOUD, -7.5, 333.25)
    assert here.alpha is there.alpha
    assert (there.x - here.x, there.y - here.y) == (-28, 133)
    assert draw_text(block, LOUD, 20.75, 200.25).alpha is not here.alpha


def test_fractions_of_a_pixel_are_honoured(book: FontBook) -> None:
    def centre(x: float, size: float) -> float:
        raster = draw_text(block_of(book, "O", size=size), WHITE, x, 200)
        mass = np.asarray(raster.alpha, float).sum(axis=0)
        return raster.x + float((mass * np.arange(len(mass))).sum() / mass.sum())

    assert centre(20.5, 100) - centre(20, 100) == pytest.approx(0.5, abs=0.02)
    assert centre(20.25, 100) - centre(20, 100) == pytest.approx(0.25, abs=0.02)
    assert centre(20.125, 36) - centre(20, 36) == pytest.approx(0.125, abs=0.02)


def test_a_gradient_runs_over_the_ink_of_each_line(book: FontBook) -> None:
    block = block_of(book, "I\nI", TextStyle(("Anton",), 400, leading=1.2))
    canvas = pixels(draw_text(block, TextPaint(((0, "#000000"), (1, "#FFFFFF"))), 100, 120), (0, 0, 255))
    middle = 100 + int(block.width / 2)
    top = 120 + block.ink[1]
    height = block.lines[0].ink[3] - block.lines[0].ink[1]
    for number in range(2):
        start = top + number * block.leading
        first, last = math.ceil(start) + 1, math.floor(start + height) - 2
        assert canvas[first, middle, 0] < 12
        assert canvas[last, middle, 0] > 240
        half = canvas[round(start + height / 2), middle, 0]
        assert abs(int(half) - 128) < 5


def test_gradient_stops_are_met(book: FontBook) -> None:
    block = block_of(book, "I")
    paint = TextPaint(((0, "#FF0000"), (0.5, "#FF0000"), (0.5, "#0000FF"), (1, "#0000FF")))
    canvas = pixels(draw_text(block, paint, 100, 200))
    x = 100 + int(block.width / 2)
    middle = 200 + (block.ink[1] + block.ink[3]) / 2
    assert tuple(canvas[math.floor(middle) - 2, x]) == (255, 0, 0)
    assert tuple(canvas[math.ceil(middle) + 2, x]) == (0, 0, 255)


def test_effects_are_drawn_from_back_to_front(book: FontBook) -> None:
    """Face over outline over extrusion over shadow over glow."""
    size = 100
    block = block_of(book, "I", size=size)
    paint = TextPaint(
        "#FFFFFF",
        Outline(0.08, "#00FF00"),
        Extrude(10, 0.01, 0.0, "#0000FF"),
        Glow(0.02, "#FF00FF", 1.0),
        Shadow(0.3, 0.0, 0.0, "#FF0000", 1.0),
    )
    canvas = pixels(draw_text(block, paint, 100, 250))
    row = canvas[250 - 40]
    right = 100 + block.width

    def at(offset: float) -> tuple[int, ...]:
        return tuple(int(value) for value in row[math.floor(right + offset)])

    assert at(-5) == (255, 255, 255)
    assert at(2) == (0, 255, 0)
    assert at(8) == (0, 0, 255)
    assert at(20) == (255, 0, 0)
    assert row[math.floor(100 - 5.5)][0] > 40 and row[math.floor(100 - 5.5)][2] > 40


def test_an_outline_shows_half_of_its_width(book: FontBook) -> None:
    block = block_of(book, "I")
    raster = draw_text(block, TextPaint("#FFFFFF", Outline(0.1, "#FF0000")), 100, 250)
    x0, _, x1, _ = bounds(raster)
    assert x0 == pytest.approx(100 - 5, abs=1)
    assert x1 == pytest.approx(100 + block.width + 5, abs=1)


def test_an_extrusion_is_solid(book: FontBook) -> None:
    block = block_of(book, "I", TextStyle(("Anton",), 400), 100)
    raster = draw_text(block, TextPaint("#FFFFFF", extrude=Extrude(3, 0.1, 0.0, "#FF0000")), 100, 250)
    row = np.asarray(raster.alpha)[raster.alpha.height // 2]
    covered = np.flatnonzero(row)
    assert covered[-1] - covered[0] == pytest.approx(block.width + 30, abs=1)
    assert (row[covered[1] : covered[-1]] == 255).all()


def test_an_extrusion_carries_the_outline_all_the_way(book: FontBook) -> None:
    block = block_of(book, "I")
    paint = TextPaint("#FFFFFF", Outline(0.08, "#00FF00"), Extrude(7, 0.02, 0.013, "#FF0000"))
    raster = draw_text(block, paint, 100, 250)
    x0, y0, x1, y1 = bounds(raster)
    assert (x0, y0) == (pytest.approx(100 - 4, abs=1), pytest.approx(250 + block.ink[1] - 4, abs=1))
    assert x1 == pytest.approx(100 + block.width + 4 + 14, abs=1.5)
    assert y1 == pytest.approx(250 + block.ink[3] + 4 + 9.1, abs=1.5)
    # Solid from the outline to the far end, and no stairs along the slanted edge.
    row = np.asarray(raster.alpha)[(250 - 40) - raster.y]
    covered = np.flatnonzero(row)
    assert (row[covered[1] : covered[-1]] == 255).all()


def test_margins_say_how_far_effects_reach(book: FontBook) -> None:
    block = block_of(book, "H折", TextStyle(("Anton", "Noto Sans SC"), 900))
    left, top, right, bottom = effect_margins(LOUD, block.size)
    x0, y0, x1, y1 = bounds(draw_text(block, LOUD, 150, 250))
    assert x0 >= math.floor(150 + block.ink[0] - left) - 1
    assert y0 >= math.floor(250 + block.ink[1] - top) - 1
    assert x1 <= math.ceil(150 + block.ink[2] + right) + 1
    assert y1 <= math.ceil(250 + block.ink[3] + bottom) + 1
    assert effect_margins(WHITE, 100) == (0, 0, 0, 0)
    assert effect_margins(TextPaint("#FFFFFF", shadow=Shadow(0.1, 0.2, 0, "#000000", 1)), 100) == (
        0,
        0,
        10,
        20,
    )


def test_a_strike_goes_through_the_figures(book: FontBook) -> None:
    style = TextStyle(("Inter",), 400)
    plain, struck = block_of(book, "1 1", style), block_of(book, "1 1", style, strike=True)
    raster = draw_text(struck, WHITE, 100, 200)
    y = round(200 - 0.52 * struck.x_height)
    row = np.asarray(raster.alpha)[y - raster.y]
    assert (row[2:-2] == 255).all()
    assert struck.width > plain.width
    assert np.asarray(draw_text(plain, WHITE, 100, 200).alpha)[y - raster.y].min() == 0


def test_overlapping_contours_leave_no_seams(book: FontBook) -> None:
    """A variable font's contours overlap; coverage of 255 inside the crossing of a "t" shows no line."""
    block = block_of(book, "t", TextStyle(("Inter",), 900), 300)
    alpha = np.asarray(draw_text(block, WHITE, 0, 350).alpha)
    inside = alpha[:, np.argmax((alpha == 255).sum(axis=0))]
    full = np.flatnonzero(inside == 255)
    assert (inside[full[0] : full[-1]] == 255).all()


def test_colour_glyphs_bring_their_colours(book: FontBook) -> None:
    shaped = shape_text(book, (Span("A🎁", TextStyle(("Inter",), 700)),), "en", False)
    assert not shaped.missing
    block = set_text(shaped, size=80, width=999, max_lines=1)
    assert block is not None
    raster = draw_text(block, WHITE, 50, 200)
    assert isinstance(raster.colour, Image.Image)
    canvas = pixels(raster, (0, 0, 0)).astype(int)
    assert len(np.unique(canvas.reshape(-1, 3), axis=0)) > 200
    assert (canvas[:, :100].max(axis=(0, 1)) == 255).all()
    x0, _, x1, _ = bounds(raster)
    assert x1 - x0 == pytest.approx(block.width, abs=3)


def test_text_outside_of_the_canvas_is_no_error(book: FontBook) -> None:
    canvas = Image.new("RGB", (40, 40))
    draw_text(block_of(book), LOUD, -500, -500).onto(canvas)
    draw_text(block_of(book), LOUD, -20, 20).onto(canvas)


def test_an_empty_block_draws_nothing(book: FontBook) -> None:
    assert draw_text(block_of(book, " "), WHITE, 5, 5).alpha.getbbox() is None
    assert draw_text(block_of(book, ""), LOUD, 5, 5).alpha.getbbox() is None
