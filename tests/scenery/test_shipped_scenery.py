"""The shipped themes: their recipes draw in every palette, and copy can be read on them."""

from __future__ import annotations

import numpy as np
import pytest

from banner_engine.load.yamlio import read_yaml
from banner_engine.scenery import SHAPES, Stage, colour_names, draw_scene, parse_recipe
from banner_engine.shipped import shipped

THEMES = sorted(
    path.parent.name for path in shipped("themes").glob("*/theme.yaml") if path.parent.name != "base"
)


def theme(name):
    document = read_yaml(shipped("themes") / name / "theme.yaml")
    recipe = parse_recipe(document.data["scenery"], file=document.file, line_of=document.line_of)
    return recipe, document.data["palettes"], document.data["seeds"]


def luminance(rgb):
    channel = np.asarray(rgb) / 255
    linear = np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("name", THEMES)
def test_palettes_have_the_names_that_the_recipe_needs(name):
    recipe, palettes, seeds = theme(name)
    assert len(palettes) == 3
    assert len(set(seeds)) == 4
    assert {frozenset(palette) for palette in palettes.values()} == {frozenset(next(iter(palettes.values())))}
    for palette in palettes.values():
        assert colour_names(recipe) <= set(palette)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_ink_reads_on_the_copy_side(make_stage, name, shape):
    recipe, palettes, seeds = theme(name)
    stage = make_stage(shape)
    x, y, w, h = stage.quiet[0]
    rows, columns = (
        slice(round(y + 0.04 * h), round(y + 0.96 * h)),
        slice(round(x + 0.06 * w), round(x + 0.96 * w)),
    )
    for palette_name, palette in palettes.items():
        for seed in seeds[:2]:
            under = luminance(np.asarray(draw_scene(recipe, palette, stage, seed).back)[rows, columns])
            ink = luminance(list(bytes.fromhex(palette["ink"][1:])))
            contrast = (np.maximum(ink, under) + 0.05) / (np.minimum(ink, under) + 0.05)
            assert np.percentile(contrast, 5) >= 4.5, (palette_name, seed)


@pytest.mark.parametrize("name", THEMES)
def test_every_seed_and_palette_is_another_picture(make_stage, name):
    recipe, palettes, seeds = theme(name)
    stage = make_stage("wide")
    pictures = {
        draw_scene(recipe, palette, stage, seed).back.tobytes()
        for palette in palettes.values()
        for seed in seeds
    }
    assert len(pictures) == 12


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("size", [(88, 31), (320, 50), (4096, 700)])
def test_odd_canvases_draw_without_complaint(name, size):
    recipe, palettes, seeds = theme(name)
    w, h = size
    quiet = ((0.3 * w, 0, 0.7 * w, h),)
    stage = Stage(w, h, 1, (0.14 * w, 0.5 * h), 0.6 * h, 0.9 * h, quiet, "leaderboard")
    scene = draw_scene(recipe, next(iter(palettes.values())), stage, seeds[0])
    assert scene.back.size == size
    assert len(scene.back.getcolors(maxcolors=w * h)) > 50
