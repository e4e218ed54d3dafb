"""What generators draw with: pixel grids, gradients, soft edges, and masks around the copy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from banner_engine.scenery.stage import Box, Stage
from banner_engine.scenery.terms import Rgba

# Pixels are float32 throughout: NumPy keeps that when a Python float joins in.
Array = npt.NDArray[np.floating[Any]]
RAMP_STEPS = 2048


@dataclass(frozen=True, slots=True)
class Patch:
    """Colour and coverage at output pixels.

    left, top: output px. colour: (3,) or three planes (3, h, w); alpha: (h, w); both 0 to 1, float32.
    """

    left: int
    top: int
    colour: Array
    alpha: Array


@dataclass(frozen=True, slots=True)
class Grid:
    """Centres of output pixels in px at scale 1. x: (1, w), y: (h, 1); left, top: output px."""

    left: int
    top: int
    x: Array
    y: Array

    def patch(self, colour: Array, alpha: Array) -> Patch:
        shape = (self.y.shape[0], self.x.shape[1])
        if colour.ndim == 3:
            colour = np.broadcast_to(colour, (3, *shape))
        return Patch(self.left, self.top, colour, np.broadcast_to(alpha, shape))


@dataclass(frozen=True, slots=True)
class Easel:
    """The stage, the layer's own random numbers, and the prefix of its ids in the SVG.

    folder: where files are looked up; palette: name to '#RRGGBB', for what is coloured by its own classes.
    """

    stage: Stage
    rng: np.random.Generator
    prefix: str
    folder: Path = Path()
    palette: Mapping[str, str] = field(default_factory=dict)

    def canvas(self) -> Grid:
        """All pixels."""
        return self._grid(0, 0, *self.stage.pixels)

    def grid(self, box: Box) -> Grid | None:
        """The pixels of a box (x0, y0, x1, y1; px at scale 1), or None where all of it is off the canvas."""
        (width, height), scale = self.stage.pixels, self.stage.scale
        x0, y0 = max(0, math.floor(box[0] * scale)), max(0, math.floor(box[1] * scale))
        x1, y1 = min(width, math.ceil(box[2] * scale)), min(height, math.ceil(box[3] * scale))
        return self._grid(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def under(self, patch: Patch) -> Grid:
        """The pixels of a patch."""
        height, width = patch.alpha.shape
        return self._grid(patch.left, patch.top, patch.left + width, patch.top + height)

    def coarse(self, step: int) -> Grid:
        """The canvas by squares of `step` output px, for what is so smooth that it may be enlarged."""
        width, height = self.stage.pixels
        x = (np.arange(-(-width // step), dtype=np.float32)[None, :] + 0.5) * (step / self.stage.scale)
        y = (np.arange(-(-height // step), dtype=np.float32)[:, None] + 0.5) * (step / self.stage.scale)
        return Grid(0, 0, x, y)

    def _grid(self, x0: int, y0: int, x1: int, y1: int) -> Grid:
        x = (np.arange(x0, x1, dtype=np.float32)[None, :] + 0.5) / self.stage.scale
        y = (np.arange(y0, y1, dtype=np.float32)[:, None] + 0.5) / self.stage.scale
        return Grid(x0, y0, x, y)

    def inside(self, distance: Array, blur: float = 0.0) -> Array:
        """Coverage of a shape from the signed distance to its edge (px, negative inside).

        blur: sigma of a Gaussian, px; the edge is taken as straight at that scale.
        """
        scale = self.stage.scale
        if blur * scale < 0.45:
            sharp: Array = np.clip(0.5 - distance * scale, 0, 1)
            return sharp
        return normal_cdf(-distance / blur)

    def stroke(self, distance: Array, width: float, blur: float = 0.0) -> Array:
        """Coverage of a line from the distance to its middle (px, either sign)."""
        half = width / 2
        scale = self.stage.scale
        if blur * scale < 0.45:
            # A line thinner than a pixel keeps its weight instead of its opacity.
            reach = max(half, 0.5 / scale)
            cover: Array = np.clip((reach - np.abs(distance)) * scale + 0.5, 0, 1)
            return cover * (half / reach)
        inner = normal_cdf((half - distance) / blur)
        return inner - normal_cdf((-half - distance) / blur)

    def away(self, grid: Grid, calm: float, soft: float) -> Array:
        """1 far from the copy, 1 - calm within the quiet boxes, rising over `soft` px outside of them."""
        mask = np.ones((grid.y.shape[0], grid.x.shape[1]), np.float32)
        for left, top, width, height in self.stage.quiet:
            dx = np.maximum(left - grid.x, grid.x - (left + width))
            dy = np.maximum(top - grid.y, grid.y - (top + height))
            mask *= smooth(np.maximum(dx, dy) / max(soft, 1e-3))
        return 1 - calm + calm * mask

    def is_quiet(self, x: float, y: float, margin: float) -> bool:
        """Whether a point lies within `margin` px of the copy."""
        return any(
            left - margin < x < left + width + margin and top - margin < y < top + height + margin
            for left, top, width, height in self.stage.quiet
        )


def smooth(t: Array) -> Array:
    """0 below 0, 1 above 1, and the cubic 3t^2 - 2t^3 between."""
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def normal_cdf(x: Array) -> Array:
    """The normal distribution function within 3e-4, by tanh (Page 1977, Appl. Statist. 26)."""
    inner = 0.7978846 * x * (1 + 0.044715 * x * x)
    return 0.5 + 0.5 * np.tanh(inner)


def stacked(layers: Iterable[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Layers over each other, the lowest first, as one: straight colour (3, h, w), and alpha (h, w).

    layers: colour, (3,) or (3, h, w), and alpha (h, w).
    """
    light, cover = np.zeros(0, np.float32), np.zeros(0, np.float32)
    for colour, alpha in layers:
        if not cover.size:
            light, cover = np.zeros((3, *alpha.shape), np.float32), np.zeros(alpha.shape, np.float32)
        tone = colour[:, None, None] if colour.ndim == 1 else colour
        light += alpha * (tone - light)
        cover += alpha * (1 - cover)
    return light / np.maximum(cover, 1e-6), cover


def ramp(stops: tuple[tuple[float, Rgba], ...], t: Array) -> tuple[Array, Array]:
    """Colours and opacities of a gradient at t (clipped to 0..1), interpolated in sRGB as SVG does.

    Returns colour, (3,) where all stops have one colour, else (3, *t.shape), and alpha (*t.shape).
    """
    offsets = [offset for offset, _ in stops]
    steps = np.linspace(0, 1, RAMP_STEPS)
    table = [
        np.interp(steps, offsets, [colour[channel] for _, colour in stops]).astype(np.float32)
        for channel in range(4)
    ]
    index = (np.clip(t, 0, 1) * RAMP_STEPS - 1 + 0.5).astype(np.int32)
    alpha = table[3].take(index)
    if len({colour[:3] for _, colour in stops}) == 1:
        return np.asarray(stops[0][1][:3], np.float32), alpha
    return np.stack([plane.take(index) for plane in table[:3]]), alpha


def eased(stops: tuple[tuple[float, Rgba], ...]) -> tuple[tuple[float, Rgba], ...]:
    """The same stops, joined by curves instead of straight lines, so that no stop shows as a crease."""
    out = [stops[0]]
    for (start, one), (end, other) in pairwise(stops):
        for step in range(1, 9):
            share = step / 8
            bend = share * share * (3 - 2 * share)
            red, green, blue, alpha = (a + (b - a) * bend for a, b in zip(one, other, strict=True))
            out.append((start + (end - start) * share, (red, green, blue, alpha)))
    return tuple(out)
