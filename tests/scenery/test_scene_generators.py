"""Every generator: it draws, where it says, and out of the copy's way."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from banner_engine.scenery import SHAPES, draw_scene, parse_recipe
from banner_engine.scenery.easel import Easel
from banner_engine.scenery.registry import generators

FILES = Path(__file__).parent / "files"
COLOURS = {"ground": "#404040", "a": "#FF8000", "b": "#00C0FF"}
FADE = [[0, "a"], [1, "a/0"]]
NICHE = {"half": ".7r", "top": "-.9r", "floor": ".1r"}
METAL = {"side": [[0, "a"], [1, "b"]], "top": "b", "rim": "a"}
SAMPLES = {
    "fill": {"colour": "a"},
    "linear": {"start": "top", "end": "bottom", "stops": FADE},
    "radial": {"at": "hero", "radius": "1r", "stops": FADE},
    "rays": {"colour": "a", "reach": "3r"},
    "shade": {"colour": "a", "at": "ground", "rx": "1r", "ry": ".1r"},
    "ring": {"radius": "1r", "stops": "a", "strokes": [[6, 0, 1]]},
    "halftone": {"colour": "a", "at": "hero", "reach": "2r"},
    "stars": {"colour": "a"},
    "curtain": {"light": "a", "dark": "b"},
    "ribbon": {"start": ["outward", "-1.5r", "-2r"], "end": "ground", "width": [40, 60], "stops": "a"},
    "disc": {"radius": "1r", "face": "a", "rim": "b", "bulb": "ground"},
    "podium": {"tiers": [["1r", ".2r", ".3r", 0]], **METAL},
    "podium-mirror": {"tier": ["1r", ".05r", ".3r", "-.4r"], "side": "a"},
    "arch": {**NICHE, "glow": "1r", "light": "a", "shade": "b/.5"},
    "beam": {**NICHE, "spread": [".2r", ".6r"], "stops": FADE},
    "arch-line": {**NICHE, "stops": "a"},
    "floor": {"stops": "a", "horizon": 0},
    "horizon": {"stops": "a", "horizon": 0, "width": 3},
    "grid-floor": {"stops": "a", "horizon": "-.1r", "spot": "9r"},
    "confetti": {"colours": ["a", "b"], "clear": "1r", "bottom": 0},
    "bokeh-paper": {"colours": ["a", "b"]},
    "grain": {"amount": 0.1},
    "paper": {"amount": 0.1},
    "fabric": {"amount": 0.1},
    "brushed": {"amount": 0.1},
    "conic": {"stops": [[0, "a"], [1, "b"]], "at": "hero"},
    "mesh": {"ground": "a", "spots": [["hero", "2r", "b"]]},
    "bands": {"at": "hero", "lean": 16, "bars": [[0, "1r", "a"]]},
    "halftone-edge": {"colour": "a", "at": "hero", "reach": "1r"},
    "streaks": {
        "colour": "a",
        "at": ["outward", "1.2r", 0],
        "clear": ".1r",
        "spread": ".5r",
        "width": [8, 9],
    },
    "tiles": {"kind": "hexagons", "line": "a", "tint": "b"},
    "seigaiha": {"line": "a", "ground": "b"},
    "blob": {"at": "hero", "radius": "1r", "stops": [[0, "a"], [1, "b"]]},
    "waves": {"colours": [[0, "a"], [1, "b"]], "level": 0},
    "table": {"stops": "a", "level": 0, "rise": ".1h", "line": "b"},
    "bokeh": {"colours": ["a", "b"], "at": "hero", "reach": "2r"},
    "light-leak": {"stops": FADE, "at": "far-top", "reach": ".5w", "angle": 240},
    "spotlight": {"colour": "a", "lamp": ["hero", 0, "-2r"], "to": "ground", "width": "1r"},
    "window": {"light": "a", "shade": "b/.3", "at": "hero", "size": ["2r", "2r"]},
    "petals": {"stops": [[0, "a"], [1, "b"]]},
    "leaves": {"stops": "a", "vein": "b"},
    "rosette": {"stops": "a", "line": "b", "at": "hero", "length": "1r", "girth": ".3r", "floor": 0},
    "leaf-shadow": {"colour": "a", "at": ["hero", 0, "-1r"], "length": "2r", "angle": 150},
    "glossy-floor": {"horizon": "-.1r", "reach": "1r"},
    "water": {"horizon": "-.1r", "stops": "a", "glint": "b"},
    "caustics": {"colour": "a", "at": "hero", "reach": "2r"},
    "glass": {"half": ".7r", "top": "-.9r", "floor": 0, "stops": "a/.4", "line": "b"},
    "brush": {"colour": "a", "start": ["hero", "-1r", 0], "end": ["hero", "1r", 0], "width": ".5r"},
    "cloud": {"fill": "a", "line": "b", "at": "hero", "size": "1.5r"},
    "lantern": {"body": "a", "cap": "b", "line": "b", "at": "hero", "size": "1r"},
    "rule": {"colour": "a", "start": "left", "end": "right", "width": 3},
    "frame": {"stops": "a", "width": 3},
    "vignette": {"colour": "a", "at": "hero", "clear": 0.1},
    "picture": {"src": "stripes.png"},
    "svg": {"src": "drawing.svg"},
}


NOISY = (
    "rays", "halftone", "grid-floor", "stars", "confetti", "bokeh-paper", "halftone-edge", "tiles", "seigaiha", "bokeh",
    "petals", "leaves", "caustics", "light-leak",
)  # fmt: skip


# Copy takes the whole upper edge of upright canvases, which is where this paper would hang; small canvases have no
# sky for stars and no floor in perspective.
NOTHING_THERE = {("bokeh-paper", shape) for shape in ("tall", "skyscraper", "story")} | {
    ("stars", "strip"), ("stars", "button"), ("grid-floor", "button"),
}  # fmt: skip


def drawn(stage, name, seed=1, behind=(), **changes):
    """Where the generator changed the ground, by how much (0 to 255)."""
    ground = [{"fill": {"colour": "ground"}}, *behind]
    recipe = parse_recipe([*ground, {name: {**SAMPLES[name], **changes}}], file=FILES / "theme.yaml")
    picture = np.asarray(draw_scene(recipe, COLOURS, stage, seed).back).astype(int)
    return np.abs(picture - 0x40).max(axis=2)


def rows_columns(stage, box):
    x, y, w, h = (round(part * stage.scale) for part in box)
    return slice(y, y + h), slice(x, x + w)


def test_each_generator_has_a_sample_and_a_docstring():
    assert set(SAMPLES) == set(generators())
    assert all(generator.draw.__doc__ for generator in generators().values())


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("shape", SHAPES)
def test_each_generator_draws_on_each_shape(make_stage, name, shape):
    none = (name, shape) in NOTHING_THERE
    behind = (
        [{"radial": {"at": ["ground", 0, "-.4r"], "radius": ".3r", "stops": [[0, "a"], [1, "a/0"]]}}]
        if name == "glossy-floor"
        else []
    )
    plain = drawn(make_stage(shape), "fill", colour="ground/0", behind=behind)
    ink = np.abs(drawn(make_stage(shape), name, behind=behind) - plain)
    assert bool((ink > 8).sum() > 10) is not none


@pytest.mark.parametrize("name", NOISY)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [1, 2])
def test_noise_keeps_out_of_the_copy(make_stage, name, shape, seed):
    stage = make_stage(shape)
    changes = {"calm": 1} if "calm" in generators()[name].parameters else {}
    ink = drawn(stage, name, seed, **changes)
    for box in stage.quiet:
        assert ink[rows_columns(stage, box)].max() <= (8 if name == "stars" else 3)


def test_calm_is_what_keeps_it_out(make_stage):
    stage = make_stage("wide")
    inside = rows_columns(stage, stage.quiet[0])
    loud, half = (drawn(stage, "rays", calm=calm)[inside].max() for calm in (0, 0.5))
    assert loud > 60
    assert half == pytest.approx(loud / 2, abs=2)


def test_rays_turn_with_the_seed_and_fade_out(make_stage):
    stage = make_stage("wide")
    first, second = (drawn(stage, "rays", seed, reach="1r", calm=0) for seed in (1, 2))
    assert (first != second).any()
    y, x = np.nonzero(first > 1)
    away = np.hypot(x + 0.5 - stage.centre[0], y + 0.5 - stage.centre[1])
    assert away.max() <= stage.radius


def test_confetti_keeps_off_the_hero(make_stage):
    stage = make_stage("wide")
    y, x = np.nonzero(drawn(stage, "confetti", clear="1.1r", blurred=0) > 8)
    assert np.hypot(x + 0.5 - stage.centre[0], y + 0.5 - stage.centre[1]).min() > stage.radius


def test_confetti_is_spread_evenly(make_stage):
    stage = make_stage("wide")
    sky = (0.5 * stage.width, 0, stage.width, stage.ground)
    for seed in range(6):
        easel = Easel(stage, np.random.default_rng(seed), "x")
        svg = generators()["confetti"].draw(easel, colours=[(1, 1, 1, 1)], count=30, clear=40, bottom=0)
        found = np.array([list(map(float, m)) for m in re.findall(r"translate\(([\d.]+) ([\d.]+)\)", svg)])
        assert len(found) == 30
        assert (found >= sky[:2]).all() and (found <= sky[2:]).all()
        gaps = np.hypot(*(found[:, None] - found[None]).transpose(2, 0, 1)) + 1e9 * np.eye(30)
        # Dice alone would put the two nearest of 30 some 3 px apart here.
        assert gaps.min() > 8


def test_a_hairline_keeps_its_weight(make_stage):
    thin, full = (
        drawn(make_stage("wide"), "ring", strokes=[[width, 0, 1]]).sum()
        for width in (0.25 / make_stage("wide").unit, 1 / make_stage("wide").unit)
    )
    assert thin == pytest.approx(full / 4, rel=0.06)


def test_a_ring_is_cut_between_pixels(make_stage):
    stage = make_stage("wide")
    half = replace(stage, ground=int(stage.ground) + 0.5)
    row = int(stage.ground)
    whole = drawn(replace(stage, ground=row + 2), "ring", horizon=0)[row].max()
    assert drawn(half, "ring", horizon=0)[row].max() == pytest.approx(whole / 2, abs=8)


def test_a_ring_has_its_radius_and_its_horizon(make_stage):
    stage = make_stage("wide")
    ink = drawn(stage, "ring", horizon="-.3r")
    y, x = np.nonzero(ink > 8)
    away = np.hypot(x + 0.5 - stage.centre[0], y + 0.5 - stage.centre[1])
    level = stage.ground - 0.3 * stage.radius
    assert away.min() > stage.radius - 4
    assert away.max() < stage.radius + 4
    assert y.max() <= level
    mirrored = drawn(stage, "ring", horizon="-.3r", mirror="2r")
    assert np.nonzero(mirrored > 8)[0].min() >= int(level)


def test_the_mirrored_ring_meets_the_ring(make_stage):
    stage = make_stage("wide")
    level = round(stage.ground)
    stage = replace(stage, ground=level)
    above = drawn(stage, "ring", horizon=0)[level - 1]
    below = drawn(stage, "ring", horizon=0, mirror="9r")[level]
    assert np.abs(above - below).max() < 6


def test_a_shade_is_as_dark_as_a_blurred_ellipse(make_stage):
    stage = make_stage("wide")
    (cx, cy), unit = stage.centre, stage.unit
    ink = drawn(stage, "shade", at="hero", rx=150, ry=12, blur=14) / (0xFF - 0x40)
    big = Image.new("L", (600 * 4, 314 * 4))
    rx, ry = 150 * unit, 12 * unit
    ImageDraw.Draw(big).ellipse([4 * (cx - rx), 4 * (cy - ry), 4 * (cx + rx), 4 * (cy + ry)], fill=255)
    true = big.resize((600, 314), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(14 * unit))
    assert np.abs(ink - np.asarray(true) / 255).max() < 0.03


def test_a_floor_begins_at_its_horizon(make_stage):
    stage = make_stage("wide")
    ink = drawn(stage, "floor", horizon=10)
    level = stage.ground + 10 * stage.unit
    assert not ink[: int(level)].any()
    assert (ink[int(level) + 1 :] > 8).all()


def test_lines_of_the_grid_that_are_too_near_give_way_to_their_glow(make_stage):
    stage = make_stage("square")
    below = slice(int(stage.ground) + 5, None)
    dense, open_ = (drawn(stage, "grid-floor", calm=0, far=gap, near=gap, rows=1)[below] for gap in (3.5, 40))
    assert np.abs(np.diff(dense, axis=1)).max() < 4
    assert np.abs(np.diff(open_, axis=1)).max() > 40


def test_outward_places_turn_with_the_copy(make_stage):
    place = {"at": ["outward", "1r", 0], "radius": ".2r"}
    plain = drawn(make_stage("wide"), "radial", **place)
    mirrored = drawn(make_stage("wide", mirrored=True), "radial", **place)
    assert np.abs(plain - mirrored[:, ::-1]).max() <= 2
    corner = drawn(make_stage("wide", mirrored=True), "radial", at="copy-top", radius=50)
    assert corner[0, -1] > 100
    assert corner[0, 0] == 0


def test_a_generator_outside_of_the_canvas_draws_nothing(make_stage):
    for name, changes in {
        "radial": {"at": ["bottom", 0, "5h"]},
        "shade": {"at": ["bottom", 0, "5h"]},
        "halftone": {"at": ["bottom", 0, "9h"]},
        "floor": {"horizon": "2h"},
        "horizon": {"horizon": "2h"},
        "grid-floor": {"horizon": "2h"},
        "ring": {"horizon": "-5h"},
    }.items():
        assert not drawn(make_stage("wide"), name, **changes).any(), name
