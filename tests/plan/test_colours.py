"""Colours: contrast as WCAG 2.2 defines it, on the pixels that are really beneath."""

from __future__ import annotations

import numpy as np
import pytest
from canvas_samples import themes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.plan.colours import (
    Ground,
    beneath,
    contrast_ratio,
    hex_rgb,
    over,
    relative_luminance,
    required,
    rgb_hex,
    tint,
    worst_contrast,
)
from banner_engine.plan.items import Rgb
from banner_engine.prepare.scenes import luminance

rgbs = st.tuples(*[st.integers(0, 255)] * 3)
grounds = arrays.arrays(np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40),
                        elements=st.floats(0, 1, width=32))  # fmt: skip


@pytest.mark.parametrize(
    ("one", "two", "ratio"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((255, 255, 255), (255, 255, 255), 1.0),
        ((118, 118, 118), (255, 255, 255), 4.542),  # the well-known #767676
        ((255, 0, 0), (255, 255, 255), 3.998),
        ((0, 0, 255), (255, 255, 255), 8.592),
    ],
)
def test_contrast_of_known_pairs(one: Rgb, two: Rgb, ratio: float) -> None:
    a, b = relative_luminance(one), relative_luminance(two)
    assert contrast_ratio(a, b) == contrast_ratio(b, a) == pytest.approx(ratio, abs=0.001)


@given(rgbs)
def test_pictures_and_colours_have_the_same_luminance(rgb: Rgb) -> None:
    found = luminance(Image.new("RGB", (2, 1), rgb))
    assert found.shape == (1, 2)
    assert found[0, 0] == pytest.approx(relative_luminance(rgb), abs=1e-6)
    assert hex_rgb(rgb_hex(rgb)) == rgb


@settings(deadline=None)
@given(rgbs, grounds)
def test_the_worst_contrast_is_that_of_all_but_one_pixel_in_twenty(rgb: Rgb, ground: np.ndarray) -> None:
    own = relative_luminance(rgb)
    ratios = sorted(contrast_ratio(own, float(v)) for v in ground.ravel())
    found = worst_contrast(rgb, ground)
    assert found == Ground(ground).contrast(rgb)
    # at most a twentieth of the pixels reads worse, and it is no looser than that by more than one pixel
    assert sum(ratio < found - 1e-4 for ratio in ratios) <= len(ratios) / 20 + 1
    assert sum(ratio <= found + 1e-4 for ratio in ratios) >= min(len(ratios) / 20, 1)
    assert ratios[0] - 1e-4 <= found <= ratios[-1] + 1e-4


def test_a_few_bad_pixels_do_not_count_and_many_do() -> None:
    ground = np.zeros((10, 100), np.float32)
    ground.ravel()[:40] = 1
    assert worst_contrast((255, 255, 255), ground) == pytest.approx(21)
    ground.ravel()[:60] = 1
    assert worst_contrast((255, 255, 255), ground) == pytest.approx(1)
    assert worst_contrast((255, 255, 255), ground[:0]) == 21


def test_beneath_is_clipped_to_the_canvas() -> None:
    picture = np.arange(50 * 80, dtype=np.float32).reshape(50, 80)
    assert (beneath(picture, (10.2, 20.7, 5, 3)) == picture[20:24, 10:16]).all()
    assert (beneath(picture, (-5, -5, 10, 10)) == picture[:6, :6]).all()
    assert (beneath(picture, (75, 45, 50, 50)) == picture[45:, 75:]).all()
    assert beneath(picture, (100, 100, 5, 5)).size == 0


@given(st.integers(1, 700), st.integers(1, 700))
def test_of_a_large_box_an_even_lattice_is_looked_at(width: int, height: int) -> None:
    picture = np.zeros((700, 700), np.float32)
    found = beneath(picture, (0, 0, width - 1, height - 1))
    assert found.size >= min(width * height, 2000) * 0.9
    assert found.size <= 12_000


@settings(deadline=None)
@given(st.integers(0, 255), st.floats(0, 1), st.integers(0, 255))
def test_veils_mix_as_painting_mixes(veil: int, opacity: float, ground: int) -> None:
    picture = Image.new("RGB", (1, 1), (ground,) * 3)
    picture.paste((veil,) * 3, (0, 0), Image.new("L", (1, 1), round(255 * opacity)))
    found = over(
        ((veil,) * 3, round(255 * opacity) / 255), luminance(Image.new("RGB", (1, 1), (ground,) * 3))
    )
    # half a step of 8 bits, at the bright end 0.0045 of luminance
    assert found[0, 0] == pytest.approx(luminance(picture)[0, 0], abs=0.005)
    assert found.dtype == np.float32


def test_required_contrast_goes_by_the_size_on_the_reader_s_screen() -> None:
    assert [required(size, 1) for size in (11, 24, 24.5, 90)] == [4.5, 4.5, 3.0, 3.0]
    assert [required(size, 2) for size in (24.5, 48, 49)] == [4.5, 4.5, 3.0]


def test_tints_are_names_or_hex_with_an_opacity() -> None:
    theme = themes()["base"]
    assert tint(theme, "plain", "ink") == ((0x1C, 0x1C, 0x1E), 1.0)
    assert tint(theme, "plain", "ink/.4") == ((0x1C, 0x1C, 0x1E), 0.4)
    assert tint(theme, "plain", "#FF0080/0") == ((255, 0, 128), 0.0)
    assert tint(theme, "plain", "#ff0080") == ((255, 0, 128), 1.0)


def test_an_unknown_colour_is_told_with_the_nearest() -> None:
    with pytest.raises(BannerError) as caught:
        tint(themes()["base"], "plain", "inc/.5")
    assert "palette 'plain' has no colour 'inc'" in str(caught.value)
    assert "did you mean 'ink'?" in str(caught.value)
    assert str(caught.value.file).endswith("base/theme.yaml")
