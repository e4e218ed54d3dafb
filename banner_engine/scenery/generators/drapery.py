"""Cloth: curtains and ribbons."""

from __future__ import annotations

import numpy as np

from banner_engine.scenery import svg
from banner_engine.scenery.easel import Easel, Patch, normal_cdf
from banner_engine.scenery.registry import field, vector
from banner_engine.scenery.terms import Colour, Length, Number, Place, Size, Span, Stops


@field
def curtain(
    easel: Easel,
    *,
    light: Colour,
    dark: Colour,
    pitch: Size = 46,
    jitter: Length = 8,
    bar: Span = (9, 20),
    blur: Length = 8,
) -> Patch | None:
    """Folds from edge to edge: soft vertical bars, light and dark in turn, every `pitch` px or so."""
    grid = easel.canvas()
    x, blur = grid.x[0], max(blur, 0.4)
    lit, cover = np.zeros_like(x), np.zeros_like(x)
    bars = int(np.ceil(easel.stage.width / pitch)) + 1
    dice = easel.rng.random((bars, 2))
    for number, (place, thickness) in enumerate(dice):
        middle = number * pitch + (2 * place - 1) * jitter
        half = (bar[0] + (bar[1] - bar[0]) * thickness) / 2
        colour = dark if number % 2 else light
        fold = (normal_cdf((x - middle + half) / blur) - normal_cdf((x - middle - half) / blur)) * colour[3]
        lit = lit * (1 - fold) + (0 if number % 2 else fold)
        cover += fold * (1 - cover)
    share = lit / np.maximum(cover, 1e-6)
    tone = np.asarray(dark[:3], np.float32)[:, None] * (1 - share)
    tone += np.asarray(light[:3], np.float32)[:, None] * share
    return grid.patch(tone[:, None, :].astype(np.float32), cover[None, :].astype(np.float32))


@vector
def ribbon(
    easel: Easel,
    *,
    stops: Stops,
    start: Place,
    end: Place,
    width: Span,
    bend: Length = 120,
    sway: Number = 0.15,
) -> str:
    """A band along an S from `start` to `end`, `width` px wide at its two ends, with folds as stops.

    bend: how far the S leaves the straight line. The seed changes bend and ends by up to `sway`.
    """
    dice = 1 + sway * easel.rng.uniform(-1, 1, 4)
    (x0, y0), (x1, y1) = start, end
    along = np.array([x1 - x0, y1 - y0])
    across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6)
    bend_1, bend_2 = bend * dice[0], bend * dice[1]
    control = np.array([
        [x0, y0],
        np.array([x0, y0]) + along * 0.34 * dice[2] + across * bend_1,
        np.array([x0, y0]) + along * 0.66 * dice[3] - across * bend_2,
        [x1, y1],
    ])  # fmt: skip
    t = np.linspace(0, 1, 13)[:, None]
    middle = (
        (1 - t) ** 3 * control[0]
        + 3 * t * (1 - t) ** 2 * control[1]
        + 3 * t * t * (1 - t) * control[2]
        + t**3 * control[3]
    )
    tangent = np.gradient(middle, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / np.maximum(np.hypot(*tangent.T), 1e-6)[:, None]
    half = (width[0] + (width[1] - width[0]) * t) / 2
    left, right = middle + normal * half, (middle - normal * half)[::-1]
    name = f"{easel.prefix}ribbon"
    d = (
        f"M{svg.points(*left[0])}{svg.curve(list(map(tuple, left)))}"
        f"L{svg.points(*right[0])}{svg.curve(list(map(tuple, right)))}Z"
    )
    return svg.linear(name, stops, x0, y0, x1, y1) + svg.path(d, f'fill="url(#{name})"')
