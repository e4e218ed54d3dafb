"""Which part of a picture is shown on a canvas of another shape."""

from __future__ import annotations

import numpy as np
from PIL import Image

from banner_engine.scenery.easel import Array
from banner_engine.scenery.filters import blurred

LOOK = 160
CENTRE_PULL = 0.6

Window = tuple[float, float, float, float]


def window_around(
    size: tuple[int, int], aspect: float, focus: tuple[float, float], stand: tuple[float, float]
) -> Window:
    """The largest part (x0, y0, x1, y1; px) of that width over height in which `focus` comes to stand.

    focus: fractions of the picture; stand: fractions of the part; as near to it as the picture's edges allow.
    """
    width, height = size
    wide, high = min(width, height * aspect), min(height, width / aspect)
    left = min(max(focus[0] * width - stand[0] * wide, 0), width - wide)
    top = min(max(focus[1] * height - stand[1] * high, 0), height - high)
    return left, top, left + wide, top + high


def salient_window(picture: Image.Image, aspect: float) -> Window:
    """The largest part of that width over height that keeps most of what draws the eye.

    That is measured by the energy of the gradient, of lightness and colour, at a small size (Avidan and
    Shamir 2007), softened, with a pull to where the middle of it all is: a narrow strip shows the thing's
    middle rather than its busiest edge, and an even picture is cut evenly.
    """
    width, height = picture.size
    small = picture.convert("RGB")
    small.thumbnail((LOOK, LOOK), Image.Resampling.BOX)
    energy = saliency(np.asarray(small, np.float32) / 255)
    wide, high = min(width, height * aspect), min(height, width / aspect)
    across = wide < width
    profile = energy.sum(axis=0 if across else 1).astype(np.float64)
    share = (wide / width) if across else (high / height)
    best = _best_start(profile, share)
    left, top = (best * (width - wide), 0.0) if across else (0.0, best * (height - high))
    return left, top, left + wide, top + high


def saliency(pixels: Array) -> Array:
    """How much each pixel of (h, w, 3) draws the eye, (h, w), summing to 1."""
    planes = blurred(pixels.transpose(2, 0, 1), 1.0)
    down, across = np.gradient(planes, axis=(1, 2))
    energy = np.sqrt((down**2 + across**2).sum(axis=0))
    # An edge draws the eye to what it encloses, not only to itself.
    soft: Array = blurred(energy[None], 0.03 * max(energy.shape))[0] + 0.3 * energy
    return soft / max(float(soft.sum()), 1e-9)


def _best_start(profile: Array, share: float) -> float:
    """Where, from 0 to 1 of its play, a window of `share` of the profile holds most of it."""
    count = len(profile)
    span = max(1, min(count, round(share * count)))
    sums = np.concatenate([[0.0], np.cumsum(profile)])
    held = sums[span:] - sums[:-span]
    if len(held) == 1:
        return 0.5
    total = float(sums[-1])
    if total < 1e-9:
        return 0.5
    middle = float((profile * (np.arange(count) + 0.5)).sum()) / total
    away = (np.arange(len(held)) + span / 2 - middle) / count
    best = int(np.argmax(np.round(held / total - CENTRE_PULL * (1 - share) * away**2, 9)))
    return best / (len(held) - 1)
