"""Cards, ink, contact lines, colours and pieces on drawings whose answers are known."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from banner_engine.prepare.card import attention, crop_box, make_card
from banner_engine.prepare.colours import (
    cielab,
    from_oklab,
    luminance,
    main_colours,
    mean_luminance,
    oklab,
)
from banner_engine.prepare.edges import bled
from banner_engine.prepare.measure import ink_box, piece_shares, standing, visual_area
from banner_engine.prepare.pieces import grown, label, shrunk, without_specks

MASKS = arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def coverage(width: int, height: int, *shapes: tuple[int, int, int, int]) -> np.ndarray:
    """Opaque rectangles (x0, y0, x1, y1), ends exclusive."""
    alpha = np.zeros((height, width), np.uint8)
    for x0, y0, x1, y1 in shapes:
        alpha[y0:y1, x0:x1] = 255
    return alpha


def flooded(mask: np.ndarray) -> list[set[tuple[int, int]]]:
    """The pieces of a mask in reading order, by flood fill: slow and plain."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(mask), strict=True)}
    pieces = []
    for start in sorted(left):
        if start not in left:
            continue
        left.remove(start)
        piece, queue = {start}, deque([start])
        while queue:
            y, x = queue.popleft()
            for near in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if near in left:
                    left.remove(near)
                    piece.add(near)
                    queue.append(near)
        pieces.append(piece)
    return pieces


@settings(max_examples=200)
@given(MASKS)
def test_labels_are_those_of_a_flood_fill(mask: np.ndarray) -> None:
    labels, count = label(mask)
    pieces = [
        {(int(y), int(x)) for y, x in zip(*np.nonzero(labels == n + 1), strict=True)} for n in range(count)
    ]
    assert pieces == flooded(mask)
    assert not labels[~mask].any()


@given(MASKS, st.integers(0, 5))
def test_growing_and_shrinking_are_each_others_mirror(mask: np.ndarray, radius: int) -> None:
    larger, smaller = grown(mask, radius), shrunk(mask, radius)
    assert (larger | mask == larger).all() and (smaller & mask == smaller).all()
    assert (shrunk(~mask, radius) == ~larger).all()
    assert shrunk(np.ones_like(mask), radius).all()


def test_growing_makes_an_octagon() -> None:
    dot = np.zeros((21, 21), bool)
    dot[10, 10] = True
    ys, xs = np.nonzero(grown(dot, 7))
    reach = np.hypot(ys - 10, xs - 10)
    assert reach.max() < 9 and {0, 7} <= set(reach)


def test_specks_go_and_pieces_stay() -> None:
    mask = np.zeros((10, 10), bool)
    mask[1:4, 1:4] = mask[8, 8] = True
    assert without_specks(mask, 9).sum() == 9
    assert without_specks(mask, 10).sum() == 0
    assert piece_shares(mask.astype(np.uint8) * 255) == [0.9, 0.1]
    assert piece_shares(np.zeros((3, 3), np.uint8)) == []


def test_ink_box_passes_over_what_is_not_seen() -> None:
    alpha = coverage(50, 40, (10, 5, 20, 30))
    alpha[0, 0] = 7
    assert ink_box(alpha) == (10, 5, 20, 30)
    assert ink_box(np.full((4, 4), 7, np.uint8)) is None


def test_visual_area() -> None:
    assert visual_area(coverage(100, 100, (0, 0, 50, 50))) == 0.25
    assert visual_area(np.full((10, 10), 51, np.uint8)) == 0.2


def test_a_box_stands_on_all_of_its_bottom() -> None:
    assert standing(coverage(200, 100, (0, 0, 200, 100))) == (1.0, (0.0, 1.0))
    assert standing(coverage(200, 100, (40, 10, 160, 100))) == (1.0, (0.2, 0.8))


def test_a_thin_strap_below_the_body_does_not_carry_it() -> None:
    alpha = coverage(400, 400, (50, 0, 350, 370), (200, 370, 212, 400))
    assert standing(alpha) == (0.925, (0.125, 0.875))


def test_straps_that_hang_far_below_show_that_it_floats() -> None:
    alpha = coverage(400, 400, (50, 0, 350, 250), (200, 250, 212, 400))
    ground, sole = standing(alpha)
    assert ground == 1.0 and sole == (0.125, 0.875)


def test_what_is_thin_everywhere_stands_on_its_tips() -> None:
    poles = coverage(100, 400, (20, 0, 28, 400), (70, 0, 78, 390))
    ground, (left, right) = standing(poles)
    assert ground == 1.0 and left == 0.2 and right == 0.78


def test_the_far_shoe_of_a_pair_stands_too() -> None:
    """Two blocks, the left one farther away and so 30 px higher: 15° of perspective; then a steep one."""
    pair = coverage(400, 300, (0, 60, 150, 270), (200, 60, 400, 300))
    assert standing(pair) == (1.0, (0.0, 1.0))
    apart = coverage(400, 300, (0, 60, 150, 150), (200, 60, 400, 300))
    assert standing(apart) == (1.0, (0.5, 1.0))


def test_a_disc_stands_on_little_of_its_width() -> None:
    y, x = np.mgrid[:301, :301] - 150
    ground, (left, right) = standing(np.where(np.hypot(x, y) <= 150, 255, 0).astype(np.uint8))
    assert ground == 1.0
    assert left == pytest.approx(1 - right, abs=0.01)
    assert 0.35 <= right - left <= 0.5


@settings(max_examples=80)
@given(MASKS)
def test_standing_always_answers_within_the_picture(mask: np.ndarray) -> None:
    ground, (left, right) = standing(mask.astype(np.uint8) * 255)
    assert 0 <= left < right <= 1 and 0 < ground <= 1


def test_known_colours() -> None:
    """W3C's and Ottosson's published values."""
    assert luminance(np.array([1.0, 1.0, 1.0])) == pytest.approx(1.0)
    assert luminance(np.array([0x77, 0x77, 0x77]) / 255) == pytest.approx(0.1845, abs=1e-4)
    assert cielab(np.array([1.0, 0.0, 0.0])) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert oklab(np.array([1.0, 0.0, 0.0])) == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-4)


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_oklab_and_back(colour: tuple[float, float, float]) -> None:
    assert from_oklab(oklab(np.array(colour))) == pytest.approx(colour, abs=1e-4)


def painted(*parts: tuple[str, int]) -> np.ndarray:
    """Columns of colour, each with its width, as (20, w, 4)."""
    image = Image.new("RGBA", (sum(width for _, width in parts), 20))
    x = 0
    for colour, width in parts:
        image.paste(colour, (x, 0, x + width, 20))
        x += width
    return np.asarray(image)


def test_main_colours_are_exact_for_flat_parts_and_come_largest_first() -> None:
    rgba = painted(("#1E6F50", 20), ("#C03028", 60), ("#F0E020", 10))
    assert main_colours(rgba) == (("#C03028", 0.6667), ("#1E6F50", 0.2222), ("#F0E020", 0.1111))


def test_main_colours_merge_what_looks_the_same_and_drop_the_tiny() -> None:
    rgba = painted(("#C03028", 50), ("#BC2C26", 48), ("#0000FF", 2))
    ((colour, share),) = main_colours(rgba)
    assert share == 1.0
    assert np.abs(np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) - (0xBE, 0x2E, 0x27)).max() <= 1


def test_colours_of_what_is_transparent_do_not_count() -> None:
    rgba = painted(("#C03028", 50), ("#00FF0000", 50))
    assert main_colours(rgba) == (("#C03028", 1.0),)
    assert mean_luminance(painted(("#FFFFFF", 1), ("#00000000", 9))) == pytest.approx(1.0)
    assert main_colours(np.zeros((5, 5, 4), np.uint8)) == ()
    assert mean_luminance(np.zeros((5, 5, 4), np.uint8)) == 0.0


@settings(max_examples=40)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))))
def test_bleeding_changes_only_what_is_not_seen(pixels: np.ndarray) -> None:
    result = np.asarray(bled(Image.fromarray(pixels, "RGBA")))
    assert np.array_equal(result[..., 3], pixels[..., 3])
    seen = pixels[..., 3] > 0
    assert np.array_equal(result[seen], pixels[seen])
    if seen.any():
        hidden = result[~seen][:, :3]
        assert (hidden >= pixels[seen][:, :3].min(axis=0)).all()
        assert (hidden <= pixels[seen][:, :3].max(axis=0)).all()


def scene(box: tuple[int, int, int, int], size: tuple[int, int] = (600, 600)) -> Image.Image:
    image = Image.new("RGB", size, "#ECECEA")
    ImageDraw.Draw(image).rectangle(box, fill="#303844")
    return image


def test_card_has_round_corners_a_mat_and_its_photo() -> None:
    photo = scene((200, 150, 400, 450))
    card = make_card(photo)
    assert card.mode == "RGBA"
    width, height = card.size
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        assert card.getpixel(corner)[3] == 0
    for edge in ((width // 2, 0), (width // 2, height - 1), (0, height // 2), (width - 1, height // 2)):
        assert card.getpixel(edge)[3] == 255
    assert card.getpixel((width // 2, 4)) == (255, 255, 255, 255)
    assert card.getpixel((width // 2, height // 2)) == (0x30, 0x38, 0x44, 255)
    alpha = np.asarray(card.getchannel("A"))
    assert ((alpha > 0) & (alpha < 255)).sum() > 20, "corners are smooth"
    assert (alpha == alpha[:, ::-1]).all() and (alpha == alpha[::-1]).all()


@pytest.mark.parametrize("box", [(60, 80, 180, 220), (400, 380, 560, 540), (250, 60, 350, 500)])
def test_card_keeps_its_subject_whole_and_in_the_middle(box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = crop_box(attention(scene(box)))
    assert left <= box[0] and top <= box[1] and right >= box[2] and bottom >= box[3]
    off = abs((left + right) - (box[0] + box[2])) / 2, abs((top + bottom) - (box[1] + box[3])) / 2
    at_frame = left == 0 or top == 0 or right == 600 or bottom == 600
    assert max(off) <= (120 if at_frame else 12)
    assert (right - left) * (bottom - top) < 600 * 600


def test_card_of_a_picture_without_a_subject_shows_most_of_it() -> None:
    flat = Image.new("RGB", (300, 200), "#808080")
    left, top, right, bottom = crop_box(attention(flat))
    assert right - left > 200 and bottom - top == 200
    assert make_card(flat).getpixel((100, 100)) == (128, 128, 128, 255)


@settings(max_examples=30, deadline=None)
@given(st.integers(32, 300), st.integers(32, 300), st.data())
def test_crops_lie_within_the_picture(width: int, height: int, data: st.DataObject) -> None:
    focus = np.zeros((height, width))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    focus[y, x] = 1
    left, top, right, bottom = crop_box(focus)
    assert 0 <= left <= x < right <= width and 0 <= top <= y < bottom <= height
