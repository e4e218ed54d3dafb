"""Colour beyond a cut-out's edge, so that filters and codecs which look past it find the product's own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Values = NDArray[np.floating]


def bled(image: Image.Image) -> Image.Image:
    """The RGBA image with colour spread into its transparent pixels; coverage unchanged.

    Coverage-weighted averages of 2×2, 4×4, … px fill what the finer level left empty (pull-push).
    """
    pixels = np.asarray(image, dtype=np.float32)
    weight = pixels[..., 3:] / 255.0
    filled = _pull_push(pixels[..., :3] * weight, weight)
    colour = np.where(weight > 0, pixels[..., :3], np.clip(np.round(filled), 0, 255))
    result = np.concatenate([colour, pixels[..., 3:]], axis=-1)
    return Image.fromarray(result.astype(np.uint8), "RGBA")


def _pull_push(colour: Values, weight: Values) -> Values:
    """colour: (h, w, 3) premultiplied by weight (h, w, 1). Returns straight colour for all pixels."""
    height, width = weight.shape[:2]
    own = colour / np.maximum(weight, 1e-6)
    if max(height, width) <= 1 or float(weight.min()) > 0:
        return own
    pad = ((0, height % 2), (0, width % 2), (0, 0))
    colour_half = _halved(np.pad(colour, pad))
    weight_half = _halved(np.pad(weight, pad))
    coarse = _pull_push(colour_half, weight_half)
    wide = coarse.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    share = np.minimum(weight * 4, 1.0)
    blended: Values = own * share + wide * (1 - share)
    return blended


def _halved(values: Values) -> Values:
    halved: Values = (values[0::2, 0::2] + values[1::2, 0::2] + values[0::2, 1::2] + values[1::2, 1::2]) / 4
    return halved
