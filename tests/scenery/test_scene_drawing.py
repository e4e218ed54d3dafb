from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.scenery import draw_scene, parse_recipe

COLOURS = {"red": "#FF0000", "blue": "#0000FF", "grey": "#808080", "dark": "#101014", "less": "#14141A"}
CONFETTI = {"confetti": {"colours": ["red", "blue"], "clear": "1r", "bottom": 0}}
STARS = {"stars": {"colour": "red"}}


def recipe(*layers):
    return parse_recipe(list(layers), file="theme.yaml")


def pixels(scene):
    return np.asarray(scene.back).astype(int)


def test_a_fill_is_that_colour_everywhere(make_stage):
    scene = draw_scene(recipe({"fill": {"colour": "grey"}}), COLOURS, make_stage(), 1)
    assert scene.back.mode == "RGB"
    assert scene.back.getcolors() == [(600 * 314, (128, 128, 128))]
    assert scene.front is None


def test_opacity_blends_in_srgb(make_stage):
    layers = recipe({"fill": {"colour": "red"}}, {"fill": {"colour": "blue/.25"}})
    mean = pixels(draw_scene(layers, COLOURS, make_stage(), 1)).mean(axis=(0, 1))
    assert mean == pytest.approx([191.25, 0, 63.75], abs=0.05)


@pytest.mark.parametrize("shape", ["wide", "square", "tall", "skyscraper", "leaderboard"])
@pytest.mark.parametrize("scale", [1, 2])
def test_the_picture_has_the_stage_s_pixels(make_stage, shape, scale):
    stage = make_stage(shape, scale)
    scene = draw_scene(recipe({"fill": {"colour": "grey"}}, STARS), COLOURS, stage, 1)
    assert scene.back.size == (stage.width * scale, stage.height * scale)


def test_the_same_input_gives_the_same_bytes_and_another_seed_does_not(make_stage):
    layers = recipe(
        {"fill": {"colour": "grey"}}, CONFETTI, {"confetti": {**CONFETTI["confetti"], "front": True}}
    )
    stage = make_stage()
    first, again, other = (draw_scene(layers, COLOURS, stage, seed) for seed in (7, 7, 8))
    assert first.back.tobytes() == again.back.tobytes()
    assert first.front.colour.tobytes() == again.front.colour.tobytes()
    assert first.front.alpha.tobytes() == again.front.alpha.tobytes()
    assert first.back.tobytes() != other.back.tobytes()
    assert first.front.alpha.tobytes() != other.front.alpha.tobytes()


def test_a_layer_s_dice_do_not_depend_on_its_neighbours(make_stage):
    few = recipe({"fill": {"colour": "grey"}}, {"fill": {"colour": "dark"}}, STARS)
    many = recipe(CONFETTI, {"fill": {"colour": "dark"}}, STARS)
    stage = make_stage()
    assert (
        pixels(draw_scene(few, COLOURS, stage, 3)).tolist()
        == pixels(draw_scene(many, COLOURS, stage, 3)).tolist()
    )


def test_two_equal_layers_roll_their_own_dice(make_stage):
    stars = {"stars": {"colour": "red", "size": [3, 3], "dim": 1}}
    once, twice = (
        (
            pixels(draw_scene(recipe({"fill": {"colour": "dark"}}, *[stars] * n), COLOURS, make_stage(), 3))
            > 40
        ).sum()
        for n in (1, 2)
    )
    assert twice > 1.5 * once


def test_later_layers_lie_over_earlier_ones_whatever_draws_them(make_stage):
    disc = {"disc": {"radius": "1r", "face": "red", "rim": "red", "bulb": "red"}}
    stage = make_stage()
    cx, cy = (round(part) for part in stage.centre)
    over = draw_scene(recipe({"fill": {"colour": "blue"}}, disc), COLOURS, stage, 1)
    under = draw_scene(recipe(disc, {"fill": {"colour": "blue"}}), COLOURS, stage, 1)
    assert over.back.getpixel((cx, cy)) == (255, 0, 0)
    assert under.back.getpixel((cx, cy)) == (0, 0, 255)


def test_gradients_are_dithered_between_levels(make_stage):
    layers = recipe({"linear": {"start": "left", "end": "right", "stops": [[0, "dark"], [1, "less"]]}})
    blue = pixels(draw_scene(layers, COLOURS, make_stage(), 1))[..., 2]
    # Six levels over 600 px would be bands of 100 px; column means follow the ramp instead.
    expected = 20 + 6 * (np.arange(600) + 0.5) / 600
    means = np.convolve(blue.mean(axis=0), np.ones(9) / 9, "valid")
    assert np.abs(means - expected[4:-4]).max() < 0.12
    assert np.abs(blue - expected).max() <= 1


def test_the_front_is_cut_to_its_ink(make_stage):
    stage = make_stage()
    layers = recipe(
        {"fill": {"colour": "grey"}},
        {"radial": {"at": "hero", "radius": 20, "stops": [[0, "red"], [1, "red/0"]], "front": True}},
    )
    front = draw_scene(layers, COLOURS, stage, 1).front
    assert front.alpha.getbbox() == (0, 0, *front.alpha.size)
    assert front.colour.size == front.alpha.size
    x0, y0, x1, y1 = front.box
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx(stage.centre, abs=1)
    middle = (front.alpha.width // 2, front.alpha.height // 2)
    assert front.alpha.getpixel(middle) > 240
    assert front.colour.getpixel(middle)[0] >= 254


def test_a_front_without_ink_is_none(make_stage):
    layers = recipe({"fill": {"colour": "grey/0", "front": True}})
    assert draw_scene(layers, COLOURS, make_stage(), 1).front is None


@pytest.mark.parametrize(
    "layer",
    [
        {"rays": {"colour": "red", "reach": "3r"}},
        {"halftone": {"colour": "red", "at": "copy-top", "reach": 300, "calm": 0}},
        {"ring": {"radius": "1r", "stops": "red", "strokes": [[8, 3, 1], [2, 0, 1]]}},
        {"arch": {"half": ".8r", "top": "-1r", "floor": 0, "glow": "1r", "light": "red", "shade": "blue/.4"}},
        {"podium": {"tiers": [[200, 40, 60, 0]], "side": "red", "top": "blue", "rim": "dark"}},
        CONFETTI,
        STARS,
    ],
    ids=lambda layer: next(iter(layer)),
)
def test_twice_the_scale_is_the_same_picture(make_stage, layer):
    layers = recipe({"fill": {"colour": "grey"}}, layer)
    once = pixels(draw_scene(layers, COLOURS, make_stage(), 5))
    twice = draw_scene(layers, COLOURS, make_stage(scale=2), 5).back.resize((600, 314), Image.Resampling.BOX)
    off = np.abs(np.asarray(twice).astype(int) - once)
    assert off.mean() < 0.4
    assert np.percentile(off, 99.5) <= 12


def test_a_colour_that_the_palette_lacks(make_stage):
    layers = recipe({"fill": {"colour": "grey"}}, {"fill": {"colour": "gray"}})
    with pytest.raises(BannerError, match="did you mean 'grey'") as error:
        draw_scene(layers, COLOURS, make_stage(), 1)
    assert error.value.field == "scenery[1].fill.colour"


def test_a_palette_s_colour_must_be_one(make_stage):
    with pytest.raises(BannerError, match="#RRGGBB"):
        draw_scene(recipe({"fill": {"colour": "red"}}), {"red": "crimson"}, make_stage(), 1)
