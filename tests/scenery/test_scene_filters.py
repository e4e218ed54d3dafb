"""Blurring and looking up pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from banner_engine.scenery.easel import eased, stacked
from banner_engine.scenery.filters import blurred, enlarged, sampled


@pytest.mark.parametrize("sigma", [0.5, 1.7, 4, 9.3])
def test_a_blur_is_nearly_gaussian(sigma):
    plane = np.zeros((1, 81, 91), np.float32)
    plane[0, 40, 45] = 1
    out = blurred(plane, sigma)[0]
    assert out.sum() == pytest.approx(1, abs=2e-3)
    y, x = np.mgrid[:81, :91]
    assert (out * (x - 45) ** 2).sum() == pytest.approx(sigma**2, rel=0.01)
    gauss = np.exp(-((x - 45) ** 2 + (y - 40) ** 2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)
    if sigma > 1:
        assert np.abs(out - gauss).max() < 0.13 * gauss.max()


def test_a_blur_keeps_flat_colour_to_the_edge_and_may_differ_across_and_down():
    assert blurred(np.full((3, 9, 7), 0.3, np.float32), 20) == pytest.approx(0.3, abs=1e-6)
    step = np.zeros((1, 40, 40), np.float32)
    step[:, :, 20:] = 1
    assert (blurred(step, 0, 5) == step).all()
    assert blurred(step, 5, 0)[0, 0, 20] == pytest.approx(0.54, abs=0.03)


def test_a_blur_agrees_with_pillow():
    pixels = np.random.default_rng(1).random((60, 70), np.float32)
    ours = blurred(pixels[None], 3)[0]
    theirs = np.asarray(Image.fromarray(np.uint8(pixels * 255)).filter(ImageFilter.GaussianBlur(3))) / 255
    assert np.abs(ours - theirs)[9:-9, 9:-9].max() < 0.02


def test_sampling_is_bilinear_and_stops_at_the_edge():
    planes = np.arange(12, dtype=np.float32).reshape(1, 3, 4)
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    assert (sampled(planes, x, y) == planes).all()
    assert sampled(planes, np.array([0.5, -9, 9]), np.array([0.5, 0, 9]))[0].tolist() == [2.5, 0, 11]


def test_stacked_layers_are_as_if_laid_one_by_one():
    rng = np.random.default_rng(2)
    layers = [(rng.random(3).astype(np.float32), rng.random((4, 5)).astype(np.float32)) for _ in range(3)]
    ground = np.array([0.2, 0.5, 0.9])[:, None, None] * np.ones((3, 4, 5))
    one_by_one = ground
    for colour, alpha in layers:
        one_by_one = one_by_one + alpha * (colour[:, None, None] - one_by_one)
    colour, alpha = stacked(layers)
    assert ground + alpha * (colour - ground) == pytest.approx(one_by_one, abs=1e-5)


def test_eased_stops_pass_through_the_same_colours():
    stops = ((0.0, (0.0, 0.0, 0.0, 1.0)), (0.5, (1.0, 0.5, 0.0, 1.0)), (1.0, (0.0, 0.0, 1.0, 0.0)))
    more = eased(stops)
    assert set(stops) <= set(more)
    assert [offset for offset, _ in more] == sorted(offset for offset, _ in more)


def test_enlarging_keeps_a_slope_and_the_shape():
    slope = (np.arange(8.0)[None, :] + 0.5) * 4 * np.ones((1, 6, 1), np.float32)
    out = enlarged(slope, 4, (23, 30))
    assert out.shape == (1, 23, 30)
    assert out[0, :, 2:28] == pytest.approx(np.tile(np.arange(30) + 0.5, (23, 1))[:, 2:28], abs=1e-4)
