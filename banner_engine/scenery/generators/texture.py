"""Surfaces: what a plain ground is made of."""

from __future__ import annotations

import numpy as np

from banner_engine.scenery.easel import Array, Easel, Patch
from banner_engine.scenery.noise import key_of, normal, smooth_noise
from banner_engine.scenery.registry import glaze
from banner_engine.scenery.terms import Colour, Share, Size

LUMA = (0.2126, 0.7152, 0.0722)


@glaze
def grain(
    easel: Easel, backdrop: Array, *, amount: Share = 0.012, size: Size = 1.2, tint: Colour | None = None
) -> Patch:
    """Film grain over all that lies behind: even, of mean zero, strongest in the middle tones.

    amount: its deviation, as a share of white: .01 is felt, .02 seen, .04 is sand; a JPEG of a quiet
    scene then weighs 1.7, 2.5 and 5 times as much. size: of a grain, one output px at least. tint: the
    colour along which it deviates, else grey.
    """
    grid, key = easel.canvas(), key_of(easel)
    if size * easel.stage.scale <= 1.25:
        x = np.arange(grid.x.shape[1])[None, :]
        noise = normal(x, np.arange(grid.y.shape[0])[:, None], key)
    else:
        noise = smooth_noise(easel, grid, key, size / 1.5)
    light = sum(weight * plane for weight, plane in zip(LUMA, backdrop, strict=True))
    noise *= amount * (0.3 + 2.8 * np.clip(light * (1 - light), 0, 0.25))
    hue = np.asarray((1, 1, 1) if tint is None else tint[:3], np.float32)
    colour = backdrop + (hue / max(float(hue.max()), 1e-3))[:, None, None] * noise
    return grid.patch(colour, np.ones((1, 1), np.float32))
