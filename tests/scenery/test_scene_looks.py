"""What the richer generators promise: their seed, their edges, no bands, no moiré, and the same at 2x."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.scenery import draw_scene, parse_recipe
from banner_engine.scenery.filters import blurred

COLOURS = {"ground": "#404040", "a": "#FF8000", "b": "#00C0FF", "dark": "#101014", "less": "#14141A"}
FILES = Path(__file__).parent / "files"
LAMP = {"lamp": ["hero", 0, "-2r"], "to": "ground", "width": "1r"}
SEEDED = {
    "mesh": {"ground": "a", "spots": [["hero", "2r", "b"]]},
    "conic": {"stops": [[0, "a"], [1, "b"]], "at": "hero", "sway": 30},
    "streaks": {
        "colour": "a",
        "at": ["outward", "1.2r", 0],
        "clear": ".1r",
        "spread": ".5r",
        "width": [8, 9],
    },
    "tiles": {"kind": "squares", "tint": "b"},
    "seigaiha": {"line": "a"},
    "blob": {"at": "hero", "radius": "1r", "stops": "a"},
    "waves": {"colours": "a", "level": 0},
    "table": {"stops": "a", "level": 0, "sway": 20},
    "bokeh": {"colours": ["a"], "at": "hero", "reach": "2r"},
    "light-leak": {"stops": [[0, "a"], [1, "a/0"]], "at": "far-top", "reach": ".5w", "angle": 240},
    "spotlight": {"colour": "a", **LAMP},
    "window": {"light": "a", "at": "hero", "size": ["2r", "2r"]},
    "petals": {"stops": "a"},
    "leaves": {"stops": "a"},
    "leaf-shadow": {"colour": "a", "at": ["hero", 0, "-1r"], "length": "2r", "angle": 150},
    "water": {"horizon": "-.1r", "stops": [[0, "a"], [1, "b"]], "glint": "b"},
    "caustics": {"colour": "a", "at": "hero", "reach": "2r"},
    "brush": {"colour": "a", "start": ["hero", "-1r", 0], "end": ["hero", "1r", 0], "width": ".5r"},
    "paper": {"amount": 0.1},
    "fabric": {"amount": 0.1},
    "brushed": {"amount": 0.1},
}


def drawn(stage, *layers, seed=1, ground="ground"):
    recipe = parse_recipe([{"fill": {"colour": ground}}, *layers], file=FILES / "theme.yaml")
    return np.asarray(draw_scene(recipe, COLOURS, stage, seed).back).astype(int)


@pytest.mark.parametrize("name", sorted(SEEDED))
@pytest.mark.parametrize("shape", ["wide", "square"])
def test_a_seed_repeats_and_another_one_is_another_picture(make_stage, name, shape):
    layer, stage = {name: SEEDED[name]}, make_stage(shape)
    first, again, *others = (drawn(stage, layer, seed=seed) for seed in (1, 1, 2, 3, 4))
    assert (first == again).all()
    # a seed moves things, it does not change how much there is: every one is as good as the next
    amounts = [np.abs(picture - 0x40).mean() for picture in (first, *others)]
    assert max(amounts) < 2.6 * min(amounts)
    assert len({picture.tobytes() for picture in (first, *others)}) == 4


SMOOTH = {
    "mesh": {"ground": "dark", "spots": [["right", ".8w", "less"]]},
    "conic": {"stops": [[0, "dark"], [1, "less"]], "at": "left"},
    "vignette": {"colour": "less", "at": "left", "clear": 0},
    "spotlight": {"colour": "less/.9", **LAMP, "dust": 0},
    "blob": {"at": "middle", "radius": ".7w", "stops": [[0, "dark"], [1, "less"]]},
    "window": {"light": "less", "at": "middle", "size": [".4w", ".4h"], "blur": 90, "panes": [1, 1]},
    "light-leak": {"stops": [[0, "less"], [1, "less/0"]], "at": "left", "reach": "1w", "angle": 90, "calm": 0},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SMOOTH))
def test_a_smooth_gradient_has_no_bands(make_stage, name):
    blue = drawn(make_stage(), {name: SMOOTH[name]}, ground="dark")[..., 2].astype(np.float32)
    assert len(np.unique(blue)) <= 7
    means = blurred(blue[None], 4)[0]
    # Dithered neighbours: the local mean takes all values between the few levels, not the levels alone.
    between = np.abs(means - np.round(means))
    sloped = (means > blue.min() + 0.3) & (means < blue.max() - 0.3)
    assert between[sloped].mean() > 0.2


SCALES = [
    "blob",
    "bokeh",
    "brush",
    "caustics",
    "leaf-shadow",
    "mesh",
    "seigaiha",
    "spotlight",
    "table",
    "tiles",
    "waves",
]


@pytest.mark.parametrize("name", [*SCALES, "window", "petals", "frame", "bands", "halftone-edge", "glass"])
def test_twice_the_scale_is_the_same_picture_but_sharper(make_stage, name):
    more = {
        "frame": {"stops": "a", "width": 3},
        "bands": {"at": "hero", "lean": 16, "bars": [[0, "1r", "a"]]},
        "halftone-edge": {"colour": "a", "at": "hero", "reach": "1r"},
        "glass": {"half": ".7r", "top": "-.9r", "floor": 0, "stops": "a/.4", "line": "b"},
    }
    layer = {name: SEEDED.get(name) or more[name]}
    once = drawn(make_stage(), layer, seed=5)
    twice = drawn(make_stage(scale=2), layer, seed=5)
    halved = np.asarray(Image.fromarray(twice.astype(np.uint8)).resize((600, 314), Image.Resampling.BOX))
    off = np.abs(halved.astype(int) - once)
    assert off.mean() < 1.2
    assert np.percentile(off, 99) <= 30


@pytest.mark.parametrize("scale", [0.37, 1.5])
def test_a_broken_scale_is_drawn_too(make_stage, scale):
    for name, layer in SEEDED.items():
        picture = drawn(make_stage(scale=scale), {name: layer})
        assert picture.shape[:2] == (round(314 * scale), round(600 * scale)), name


def test_patterns_too_fine_for_their_pixels_are_left_out(make_stage):
    stage = make_stage("square")
    for fine in (
        {"tiles": {"kind": "squares", "side": 6, "line": "a"}},
        {"seigaiha": {"line": "a", "radius": 12}},
    ):
        assert np.abs(drawn(stage, fine) - 0x40).max() <= 1
    # dots of a halftone are kept apart instead
    dots = {"halftone-edge": {"colour": "a", "at": "hero", "reach": "1r", "pitch": 3, "dot": 1.2}}
    ink = drawn(stage, dots)[..., 0] > 0x50
    assert 0.05 < ink[:, int(stage.centre[0]) : int(stage.centre[0] + stage.radius)].mean() < 0.5


def test_a_mirror_shows_what_stands_above_it_and_only_what_is_behind(make_stage):
    stage = replace(make_stage(), ground=200.0)
    disc = {"radial": {"at": ["ground", 0, -40], "radius": 20, "stops": "a"}}
    mirror = {"glossy-floor": {"horizon": 0, "reach": "2r", "strength": 1, "blur": 0}}
    picture = drawn(
        stage, {"radial": {"at": ["ground", 0, -40], "radius": 20, "stops": [[0, "a"], [1, "a/0"]]}}, mirror
    )
    above, below = picture[200 - 20 : 200][::-1], picture[200 : 200 + 20]
    assert np.abs(above - below).max() < 20
    assert (drawn(stage, mirror, disc) == drawn(stage, disc)).all()


def test_glass_shows_its_backdrop_blurred(make_stage):
    stage = make_stage()
    stripes = {"tiles": {"kind": "stripes", "tint": "a", "side": 30, "calm": 0}}
    pane = {"glass": {"half": ".7r", "top": "-.9r", "floor": 0, "stops": "a/0", "blur": 20}}
    x, y = (round(part) for part in stage.centre)
    inside = (slice(y - 20, y + 20), slice(x - 20, x + 20), 0)
    assert drawn(stage, stripes, pane)[inside].std() < 0.3 * drawn(stage, stripes)[inside].std()
    assert (drawn(stage, stripes, pane)[:, :200] == drawn(stage, stripes)[:, :200]).all()


def test_a_vignette_leaves_its_middle_alone(make_stage):
    stage = make_stage()
    picture = drawn(stage, {"vignette": {"colour": "a", "at": "hero", "clear": 0.4}})
    x, y = (round(part) for part in stage.centre)
    assert (picture[y - 30 : y + 30, x - 30 : x + 30] == 0x40).all()
    assert picture[0, 0, 0] > 0xD0


def test_textures_keep_the_colour_they_lie_on(make_stage):
    for name in ("paper", "fabric", "brushed"):
        assert drawn(make_stage(), {name: {}}).mean() == pytest.approx(0x40, abs=1.5), name


def test_a_frame_stands_on_whole_pixels(make_stage):
    for shape in ("wide", "square", "leaderboard"):
        picture = drawn(make_stage(shape), {"frame": {"stops": "a", "width": 1}})
        row = picture[picture.shape[0] // 2, :60, 0]
        assert (row > 0x48).sum() == 1, shape


def test_a_rule_is_sharp_and_lies_where_it_is_told(make_stage):
    picture = drawn(
        make_stage(), {"rule": {"colour": "a", "start": ["left", 9, 0], "end": ["right", -99, 0], "width": 1}}
    )
    rows, columns = np.nonzero(picture[..., 0] > 0x48)
    assert set(rows) in ({156}, {157})
    assert np.abs(picture[rows[0], 20:400] - [255, 128, 0]).max() <= 2
    assert columns.max() == pytest.approx(600 - 99 * make_stage().unit, abs=1)


def test_a_floor_keeps_out_of_the_copy_where_it_is_told(make_stage):
    stage = make_stage()
    calm = drawn(stage, {"floor": {"stops": "a", "horizon": 0, "calm": 1, "soft": 50}})
    assert (calm[:, :300] == 0x40).all()
    assert calm[-1, -1].tolist() == [255, 128, 0]


def test_words_of_a_choice_and_bounds_are_told():
    for layer, said in (
        ({"tiles": {"kind": "hexagon"}}, "did you mean 'hexagons'"),
        ({"frame": {"stops": "a", "kind": "round"}}, "known: corners"),
        ({"blob": {"at": "hero", "radius": 1, "stops": "a", "flat": 0}}, "0.02 to 50"),
        ({"bands": {"at": "hero", "lean": 90, "bars": [[0, 1, "a"]]}}, "-80 to 80"),
        ({"bands": {"at": "hero", "bars": [[0, 1]]}}, "[offset, width, colour]"),
        ({"mesh": {"ground": "a", "spots": [["herro", 1, "b"]]}}, "did you mean 'hero'"),
        ({"paper": {"front": True}}, "cannot stand in front"),
    ):
        with pytest.raises(BannerError) as error:
            parse_recipe([layer], file="theme.yaml")
        assert said in str(error.value)
        assert "\n" not in str(error.value)
