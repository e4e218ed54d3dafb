"""What platforms take, and that every shipped theme serves it."""

from __future__ import annotations

import pytest
from canvas_samples import themes

from banner_engine.errors import BannerError
from banner_engine.load.presets import preset, presets


def test_the_platforms() -> None:
    assert set(presets()) == {"google-display", "meta", "amazon", "douyin", "wechat"}
    story = preset("meta")[1]
    assert (story.id, story.sizes, story.covered) == ("meta-story", ((1080, 1920),), (0.06, 0.14, 0.06, 0.35))
    assert [p.byte_budget for p in preset("amazon")] == [40_000, 200_000, 50_000]


def test_placements_of_presets_have_names_of_their_own() -> None:
    ids = [placement.id for found in presets().values() for placement in found]
    assert len(ids) == len(set(ids))


def test_an_unknown_preset_is_told_with_the_nearest() -> None:
    with pytest.raises(BannerError) as caught:
        preset("metta")
    assert str(caught.value) == "--preset: unknown preset 'metta'; did you mean 'meta'?"


@pytest.mark.parametrize("name", sorted(presets()))
@pytest.mark.parametrize("rtl", [False, True])
def test_every_theme_keeps_its_copy_out_of_what_a_platform_covers(name: str, rtl: bool) -> None:
    for placement in preset(name):
        for size in placement.sizes:
            for theme in themes().values():
                found = [theme.layouts[layout] for layout in theme.layouts_for(*size)]
                assert any(layout.keeps_clear(placement.covered, rtl=rtl) for layout in found), (
                    theme.name, placement.id, size,
                )  # fmt: skip


def test_margins_turn_with_the_layout() -> None:
    layout = themes()["base"].layouts["wide"]
    left = min(block.box[0] for block in layout.blocks.values())
    assert layout.keeps_clear((left, 0, 0, 0), rtl=False)
    assert not layout.keeps_clear((left + 0.001, 0, 0, 0), rtl=False)
    assert layout.keeps_clear((0, 0, left, 0), rtl=True)
    assert not layout.keeps_clear((0, 0, left + 0.001, 0), rtl=True)
