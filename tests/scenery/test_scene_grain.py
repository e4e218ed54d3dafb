"""Noise by position, and the grain made of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from banner_engine.errors import BannerError
from banner_engine.scenery import draw_scene, parse_recipe
from banner_engine.scenery.easel import Easel
from banner_engine.scenery.noise import layered_noise, normal, smooth_noise

COLOURS = {"grey": "#808080", "white": "#FFFFFF", "deep": "#041A13", "red": "#FF0000"}


def drawn(stage, ground="grey", seed=1, **parameters):
    recipe = parse_recipe([{"fill": {"colour": ground}}, {"grain": parameters}], file="t")
    return np.asarray(draw_scene(recipe, COLOURS, stage, seed).back).astype(float)


def test_normal_is_normal_and_its_neighbours_are_strangers():
    noise = normal(np.arange(400)[None, :], np.arange(300)[:, None], 5)
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert noise.std() == pytest.approx(1, abs=0.01)
    for axis in (0, 1):
        beside = np.mean(noise * np.roll(noise, 1, axis))
        assert beside == pytest.approx(0, abs=0.015)
    assert np.mean(noise * normal(np.arange(400)[None, :], np.arange(300)[:, None], 6)) < 0.015


@pytest.mark.parametrize("size", [1.5, 4, 11])
def test_smooth_noise_has_deviation_1_at_any_size(make_stage, size):
    easel = Easel(make_stage(), np.random.default_rng(1), "x")
    for noise in (
        smooth_noise(easel, easel.canvas(), 7, size),
        layered_noise(easel, easel.canvas(), 7, size, 3),
    ):
        assert noise.std() == pytest.approx(1, abs=0.12)
        assert noise.mean() == pytest.approx(0, abs=0.12)


def test_noise_belongs_to_positions(make_stage):
    stage = make_stage()
    wide, narrow = (
        smooth_noise(easel, easel.canvas(), 7, 5)
        for easel in (Easel(s, np.random.default_rng(1), "x") for s in (stage, replace(stage, width=333)))
    )
    assert (wide[:, :333] == narrow).all()


def test_grain_is_even_of_mean_zero_and_repeats_by_seed(make_stage):
    first, again, other = (drawn(make_stage(), seed=seed, amount=0.03, size=1) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert first.mean() == pytest.approx(128, abs=0.1)
    assert first[..., 0].std() == pytest.approx(0.03 * 255, rel=0.1)
    # grey: the three channels move as one, but for the dither
    assert np.abs(first[..., 0] - first[..., 2]).max() <= 1


def test_grain_leaves_black_and_white_clean_and_keeps_their_mean(make_stage):
    deep = drawn(make_stage(), ground="deep", amount=0.03)
    assert deep.mean(axis=(0, 1)) == pytest.approx([4, 26, 19], abs=0.6)
    assert deep[..., 1].std() < 0.6 * drawn(make_stage(), amount=0.03)[..., 1].std()


def test_a_tint_moves_its_own_channel(make_stage):
    red = drawn(make_stage(), amount=0.05, tint="red")
    assert red[..., 0].std() > 8
    assert red[..., 1:].std() < 0.6


def test_a_grain_is_as_wide_as_it_is_told(make_stage):
    def likeness(size, step):
        noise = drawn(make_stage(), amount=0.1, size=size)[..., 1] - 128
        return float(np.mean(noise[:, step:] * noise[:, :-step]) / noise.var())

    assert likeness(1, 1) == pytest.approx(0, abs=0.03)
    assert likeness("9r", 2) > 0.9
    # the same picture at twice the scale: a grain covers twice the pixels
    fine, double = (drawn(make_stage(scale=s), amount=0.1, size="5u")[..., 1] for s in (1, 2))
    halved = double.reshape(314, 2, 600, 2).mean(axis=(1, 3))
    assert np.abs(halved - fine).mean() < 2.5


def test_grain_cannot_stand_in_front():
    with pytest.raises(BannerError, match="cannot stand in front") as error:
        parse_recipe([{"grain": {"front": True}}], file="t")
    assert error.value.field == "scenery[0].grain.front"
