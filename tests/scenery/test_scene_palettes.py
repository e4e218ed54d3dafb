"""Colours in OKLCH, and palettes made of one colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banner_engine.errors import BannerError
from banner_engine.load.yamlio import read_yaml
from banner_engine.scenery.oklch import contrast, from_oklab, from_oklch, to_oklab, to_oklch
from banner_engine.scenery.palettes import HARMONIES, nearest_palette, palette_from, palettes_from, turned
from banner_engine.shipped import shipped

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}")
GROUNDS = st.sampled_from(["light", "dark"])


def test_oklch_is_that_of_css():
    # CSS Color 4's own samples of the primaries.
    assert to_oklch("#FF0000") == pytest.approx((0.62796, 0.25768, 29.234), abs=2e-3)
    assert to_oklch("#0000FF") == pytest.approx((0.45201, 0.31321, 264.052), abs=2e-3)
    assert to_oklch("#FFFFFF")[:2] == pytest.approx((1, 0), abs=1e-4)


@given(COLOURS)
def test_a_colour_comes_back_from_oklch(colour):
    assert from_oklch(*to_oklch(colour)) == colour


def test_oklab_of_whole_planes():
    planes = np.random.default_rng(1).random((3, 4, 5))
    assert from_oklab(to_oklab(planes)) == pytest.approx(planes, abs=1e-6)


def test_what_no_screen_shows_keeps_its_lightness_and_hue():
    lightness, chroma, hue = to_oklch(from_oklch(0.7, 0.4, 150))
    assert lightness == pytest.approx(0.7, abs=0.01)
    assert hue == pytest.approx(150, abs=1.5)
    assert 0.15 < chroma < 0.4


@settings(max_examples=30)
@given(COLOURS, GROUNDS, st.sampled_from(sorted(HARMONIES)))
def test_every_seed_gives_a_palette_that_reads(seed, ground, harmony):
    palette = palette_from(seed, ground, harmony)
    base = read_yaml(shipped("themes") / "base" / "theme.yaml").data["palettes"]["plain"]
    assert set(base) <= set(palette)
    assert palette["brand"] == seed
    for under in ("ground", "sky-1", "sky-2", "sky-3", "panel"):
        assert contrast(palette["ink"], palette[under]) >= 7
        for name in ("ink-2", "accent", "price", "old-price"):
            assert contrast(palette[name], palette[under]) >= 4.5, (name, under)
    assert contrast(palette["badge-ink"], palette["badge"]) >= 4.5
    for shade in ("cta-1", "cta-2", "cta-3"):
        assert contrast(palette["cta-ink"], palette[shade]) >= 4.5
        assert contrast(palette[shade], palette["ground"]) >= 1.5
    assert (contrast(palette["ground"], "#FFFFFF") < 1.5) is (ground == "light")


def test_the_button_is_the_seed_where_it_can_be():
    assert palette_from("#2450D0")["cta-2"] == "#2450D0"
    # white on yellow would not read, and dark on it does
    yellow = palette_from("#FFD400", "dark")
    assert to_oklch(yellow["cta-2"]) == pytest.approx(to_oklch("#FFD400"), abs=6)
    assert contrast(yellow["cta-ink"], "#FFFFFF") > 10


def test_harmonies_turn_the_accent_and_grey_stays_grey():
    hue = to_oklch("#2F8A5B")[2]
    for harmony, (_, turn) in HARMONIES.items():
        off = to_oklch(palette_from("#2F8A5B", "dark", harmony)["accent"])[2] - hue - turn
        assert abs((off + 180) % 360 - 180) < 6, harmony
    # dark yellow is mud: words on a light ground leave that hue
    for seed in ("#2F5BEA", "#7A3FC0"):
        assert not 50 < to_oklch(palette_from(seed, "light", "complement")["accent"])[2] < 130
    assert max(to_oklch(colour)[1] for colour in palette_from("#808080").values()) < 0.02
    assert len({tuple(palette.items()) for palette in palettes_from("#2F8A5B").values()}) == len(HARMONIES)


def test_what_is_no_colour_and_no_harmony():
    with pytest.raises(BannerError, match="#RRGGBB"):
        palette_from("blue")
    with pytest.raises(BannerError, match="did you mean 'triad'"):
        palette_from("#2F8A5B", "light", "triade")


def test_turning_a_palette_keeps_its_lightness():
    palette = {"a": "#2F8A5B", "b": "#F0E0D0"}
    for name, colour in turned(palette, 120).items():
        assert to_oklch(colour)[0] == pytest.approx(to_oklch(palette[name])[0], abs=0.01)
    assert turned(turned(palette, 10), 0) == turned(palette, 10)


def test_the_nearest_palette_is_that_of_the_product_s_colour():
    palettes = read_yaml(shipped("themes") / "lacquer" / "theme.yaml").data["palettes"]
    assert nearest_palette(palettes, [("#8C1F38", 0.6), ("#808080", 0.4)]) == "bordeaux"
    assert nearest_palette(palettes, [("#2456A0", 1.0)]) == "sapphire"
    assert nearest_palette(palettes, [("#1F6B4C", 1.0)]) == "emerald"
    assert nearest_palette(palettes, []) == next(iter(palettes))
