"""Every IAB and social size, and any in between, has a banner in every theme and script."""

from __future__ import annotations

import dataclasses

import pytest
from canvas_samples import canvas_of, themes
from drawn_samples import open_workshop, recipe_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from banner_engine.fit.blocks import block_box
from banner_engine.fit.cells import LABEL_ROOM
from banner_engine.fit.slots import FLOOR, FLOOR_CJK, FLOOR_FINE, SNUG, is_cjk, panel_room
from banner_engine.load.theme import Panel
from banner_engine.plan.items import TextItem

SIZES = (
    (300, 250), (336, 280), (728, 90), (970, 90), (970, 250), (320, 50), (320, 100), (300, 50), (160, 600),
    (120, 600), (300, 600), (300, 1050), (468, 60), (234, 60), (250, 250), (1200, 628), (1200, 1200),
    (1080, 1920), (1920, 600), (600, 300), (320, 480), (88, 88), (88, 4096), (4096, 88), (240, 400),
)  # fmt: skip
LOCALES = ("en", "zh-CN", "ar", "de", "th", "ja")
NARROW = 240
"""px below which German buttons need short forms, which the samples do not have."""


@pytest.mark.parametrize("theme", sorted(themes()))
@pytest.mark.parametrize("copy", ["number", "word"])
def test_every_size_of_the_platforms_in_every_script(theme: str, copy: str) -> None:
    lacking = [
        (size, locale)
        for size in SIZES
        for locale in LOCALES
        if (locale != "de" or (size[0] > 88 and size != (234, 60)))
        and recipe_of(theme, themes()[theme].layouts_for(*size)[0], "", locale, copy, size=size) is None
    ]
    assert lacking == []


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(themes())), st.integers(88, 4096), st.integers(88, 4096), st.sampled_from(LOCALES)
)
def test_any_size_in_between(theme: str, width: int, height: int, locale: str) -> None:
    assume(locale != "de" or width >= NARROW)
    layout = themes()[theme].layouts_for(width, height)[0]
    assert recipe_of(theme, layout, "", locale, size=(width, height)) is not None


def kept(theme: str, size: tuple[int, int], locale: str = "en") -> dict[str, str]:
    recipe = recipe_of(theme, themes()[theme].layouts_for(*size)[0], "", locale, size=size)
    assert recipe is not None
    return dict(recipe.slots)


@pytest.mark.parametrize("size", [(320, 50), (300, 50), (468, 60), (320, 100), (125, 125)])
def test_small_sizes_keep_product_headline_and_button(size: tuple[int, int]) -> None:
    for theme in themes():
        slots = kept(theme, size)
        assert {"headline", "cta", "disclosure"} <= set(slots)
        assert not {"subline", "badge", "disclaimer", "logo"} & set(slots)


def test_the_price_gives_way_only_where_the_layout_says_so() -> None:
    assert "price" not in kept("base", (88, 88))
    assert all("price" in kept(theme, (250, 250)) for theme in themes())


@pytest.mark.parametrize("locale", ["en", "zh-CN", "th"])
def test_type_is_never_below_its_floor(locale: str) -> None:
    for theme in themes():
        for size in ((320, 50), (234, 60), (88, 88), (320, 100), (120, 600)):
            recipe = recipe_of(theme, themes()[theme].layouts_for(*size)[0], "", locale, size=size)
            assert recipe is not None
            for item in open_workshop().plan(recipe).copy:
                if isinstance(item, TextItem) and item.slot in ("headline", "cta"):
                    assert item.text.size >= (FLOOR_CJK if is_cjk(dict(recipe.slots)[item.slot]) else FLOOR)
                elif isinstance(item, TextItem):
                    assert item.text.size >= FLOOR_FINE


def test_the_label_s_block_is_never_too_small_for_it_and_grows_inwards() -> None:
    for locale in ("en", "ar"):
        canvas = canvas_of("base", "strip", (234, 60), locale)
        x, y, w, h = block_box(canvas, canvas.layout.blocks["mark"])
        assert (w, h) == pytest.approx((LABEL_ROOM[0], max(LABEL_ROOM[1], 0.24 * 60)))
        assert y + h == pytest.approx(60)
        assert (x + w == pytest.approx(0.99 * 234)) if locale == "en" else (x == pytest.approx(0.01 * 234))
    twice = dataclasses.replace(canvas_of("base", "button", (88, 88)), scale=2)
    assert block_box(twice, twice.layout.blocks["mark"]) == pytest.approx((0, 0, 78, 26))


def test_a_snug_panel_has_less_padding_and_no_panel_gets_more() -> None:
    wide, thin = Panel(padding=(2, 1)), Panel(padding=(0.5, 0.2))
    assert panel_room(wide, 10, 1) == (20, 10, 0)
    assert panel_room(wide, 10, 1, snug=True) == (10 * SNUG[0], 10 * SNUG[1], 0)
    assert panel_room(thin, 10, 1, snug=True) == panel_room(thin, 10, 1)
