"""Shapes: the classes of canvas that a theme has layouts for."""

from __future__ import annotations

from typing import Literal, get_args

Shape = Literal[
    "skyscraper", "tall", "story", "square", "wide", "billboard", "leaderboard", "button", "ticket", "strip",
]  # fmt: skip
SHAPES: tuple[Shape, ...] = get_args(Shape)
KIN: dict[str, Shape] = {
    "story": "tall", "billboard": "wide", "button": "square", "ticket": "wide", "strip": "leaderboard",
}  # fmt: skip
"""Where a theme says nothing about a shape, it is treated as its kin is."""
SMALL: tuple[Shape, ...] = ("button", "ticket", "strip")
"""Shapes of small canvases, which show product, headline and call to action, and more only where it fits."""


def shape_of(width: int, height: int) -> Shape:
    """The shape of a size, px: by its aspect and, where there is room for little, by its sides."""
    aspect = width / height
    if aspect >= 3 and (height < 80 or (aspect >= 4.2 and width < 600)):
        return "strip"
    if aspect >= 4.2:
        return "leaderboard"
    small = width < 200 or height < 200
    if aspect >= 1.45 and width >= 480 and height >= 150:
        return "billboard" if aspect >= 3 else "wide"
    if aspect >= 1.45 or (aspect >= 1.15 and small):
        return "ticket" if width >= 160 else "button"
    if aspect >= 0.72:
        return "button" if small else "square"
    if aspect >= 0.4:
        # a phone's whole screen, whose edges the platform's own buttons cover
        return "story" if width >= 600 else "button" if height < 340 else "tall"
    return "button" if width < 100 or height < 300 else "skyscraper"
