"""Shapes of canvases, and what a theme says of them without saying it."""

from __future__ import annotations

from canvas_samples import themes
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.load.theme import Theme
from banner_engine.shapes import KIN, SHAPES, SMALL, shape_of


@given(st.integers(30, 4096), st.integers(30, 4096))
def test_every_size_has_a_shape_and_a_layout_in_every_theme(width: int, height: int) -> None:
    assert shape_of(width, height) in SHAPES
    for theme in themes().values():
        assert theme.layouts_for(width, height)


@given(st.integers(30, 4096), st.integers(30, 4096))
def test_small_shapes_are_of_small_canvases(width: int, height: int) -> None:
    if width >= 600 and height >= 400:
        assert shape_of(width, height) not in SMALL


def bare(**headline: object) -> Theme:
    return Theme.model_validate(
        {
            "name": "bare", "title": "Bare", "mood": "", "scenery": [],
            "palettes": {"one": {"ink": "#000000"}},
            "type": {"headline": {"font": ["Inter"], **headline}},
            "layouts": {
                "wide": {
                    "shape": "wide", "reference": [1200, 628], "product": [0.5, 0, 0.5, 1],
                    "stage": {"centre": [0.7, 0.5], "radius": 0.3, "ground": 0.9},
                    "blocks": {"copy": {"box": [0, 0, 0.5, 1], "slots": ["headline"]}},
                }
            },
        }
    )  # fmt: skip


def test_type_of_a_shape_that_a_theme_does_not_name_follows_its_kin() -> None:
    kind = bare(size={"wide": [80, 40]}, gap={"wide": 20}, lines={"wide": 2}).type["headline"]
    assert kind.size["billboard"] == (36.8, 18.4)
    assert kind.size["ticket"] == (18.4, 9.2)
    assert (kind.gap["ticket"], kind.lines["ticket"]) == (4.6, 2)
    assert "strip" not in kind.size


def test_what_a_theme_says_itself_stands() -> None:
    kind = bare(size={"wide": [80, 40], "ticket": [30, 12]}, lines={"wide": 2, "ticket": 1}).type["headline"]
    assert kind.size["ticket"] == (30, 12)
    assert kind.lines["ticket"] == 1


def test_a_size_without_a_layout_of_its_shape_takes_one_of_its_kin() -> None:
    theme = bare(size={"wide": [80, 40]})
    assert theme.layouts_for(970, 250) == theme.layouts_for(320, 100) == ("wide",)
    assert theme.layouts_for(300, 250) == ()
    assert all(kin not in KIN for kin in KIN.values())
