from __future__ import annotations

from collections.abc import Callable

import pytest

from banner_engine.scenery import Stage

# Fractions of the canvas: centre, radius (of the shorter side), ground, quiet boxes.
GEOMETRY = {
    "wide": ((0.737, 0.45), 0.36, 0.79, [(0, 0, 0.5, 1)]),
    "square": ((0.735, 0.37), 0.29, 0.65, [(0, 0, 0.47, 1)]),
    "tall": ((0.5, 0.53), 0.35, 0.685, [(0, 0, 1, 0.33), (0, 0.8, 1, 0.2)]),
    "skyscraper": ((0.5, 0.525), 0.42, 0.665, [(0, 0, 1, 0.37), (0, 0.77, 1, 0.23)]),
    "leaderboard": ((0.145, 0.5), 0.62, 0.9, [(0.29, 0, 0.71, 1)]),
    "story": ((0.5, 0.752), 0.33, 0.89, [(0, 0, 1, 0.57)]),
    "billboard": ((0.165, 0.46), 0.4, 0.86, [(0.32, 0, 0.68, 1)]),
    "strip": ((0.12, 0.5), 0.62, 0.92, [(0.24, 0, 0.76, 1)]),
    "ticket": ((0.785, 0.44), 0.42, 0.83, [(0, 0, 0.57, 1)]),
    "button": ((0.5, 0.29), 0.27, 0.44, [(0, 0.5, 1, 0.5)]),
}
SIZES = {
    "wide": (600, 314),
    "square": (300, 250),
    "tall": (300, 600),
    "skyscraper": (160, 600),
    "leaderboard": (728, 90),
    "story": (540, 960),
    "billboard": (970, 250),
    "strip": (320, 50),
    "ticket": (240, 120),
    "button": (120, 120),
}


@pytest.fixture
def make_stage() -> Callable[..., Stage]:
    def make(shape: str = "wide", scale: float = 1, *, mirrored: bool = False) -> Stage:
        width, height = SIZES[shape]
        (x, y), radius, ground, quiet = GEOMETRY[shape]
        if mirrored:
            x, quiet = 1 - x, [(1 - left - w, top, w, h) for left, top, w, h in quiet]
        return Stage(
            width=width,
            height=height,
            scale=scale,
            centre=(x * width, y * height),
            radius=radius * min(width, height),
            ground=ground * height,
            quiet=tuple((a * width, b * height, c * width, d * height) for a, b, c, d in quiet),
            shape=shape,
        )

    return make
