"""Surfaces: what a plain ground is made of."""

from __future__ import annotations

import numpy as np

from banner_engine.scenery.easel import Array, Easel, Grid, Patch
from banner_engine.scenery.noise import key_of, layered_noise, normal, smooth_noise
from banner_engine.scenery.registry import glaze
from banner_engine.scenery.terms import Colour, Flag, Share, Size

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


@glaze
def paper(
    easel: Easel, backdrop: Array, *, amount: Share = 0.017, size: Size = 3.2, fibres: Share = 0.4
) -> Patch:
    """Paper's tooth: small bumps lit from the upper left, with fibres in all directions.

    amount: how strongly light and shade move the colour behind; size: of the bumps.
    """
    grid, key = easel.canvas(), key_of(easel)
    height = layered_noise(easel, grid, key, size, 3, 0.6)
    for number, (across, down) in enumerate(((9, 1.1), (1.1, 9), (16, 2))):
        height = height + fibres * 0.5 * smooth_noise(
            easel, grid, key + 7 + number, size * across / 5, size * down / 5
        )
    broad = smooth_noise(easel, grid, key + 99, 40 * size)
    return _lit(grid, backdrop, (_slope(height) + 0.25 * broad) * amount)


@glaze
def fabric(
    easel: Easel, backdrop: Array, *, amount: Share = 0.05, pitch: Size = 5, slub: Share = 0.3
) -> Patch:
    """Linen: threads across and down that go over and under each other, none as thick as the next.

    amount: how strongly light and shade move the colour behind; pitch: from thread to thread, 3 output px
    at least; slub: how uneven the threads are.
    """
    grid, key, scale = easel.canvas(), key_of(easel), easel.stage.scale
    pitch = max(pitch, 3 / scale)
    u, v = grid.x / pitch, grid.y / pitch
    over = np.cos(np.pi * u) * np.cos(np.pi * v)
    warp, weft = np.abs(np.sin(np.pi * u)), np.abs(np.sin(np.pi * v))
    woven = np.where(over > 0, warp * (0.6 + 0.4 * np.abs(over)), weft * (0.6 + 0.4 * np.abs(over))) - 0.5
    # A weave of three or four pixels is seen as threads, not as a checkerboard.
    clear = float(np.clip((pitch * scale - 2) / 3, 0.3, 1))
    thread = 0.5 * pitch
    uneven = smooth_noise(easel, grid, key, 16 * pitch, thread)
    uneven += smooth_noise(easel, grid, key + 1, thread, 16 * pitch)
    return _lit(grid, backdrop, (2.2 * clear * woven + slub * uneven) * amount)


@glaze
def brushed(
    easel: Easel,
    backdrop: Array,
    *,
    amount: Share = 0.04,
    length: Size = 260,
    upright: Flag = False,
) -> Patch:
    """Brushed metal: fine scratches of about `length` px, level or upright, over what is drawn so far.

    Give it a gradient with several bright bands to lie on.
    """
    grid, key = easel.canvas(), key_of(easel)
    total = np.zeros((grid.y.shape[0], grid.x.shape[1]), np.float32)
    for number, (long, thin, strength) in enumerate(
        ((1, 1.1, 1), (0.4, 1.1, 0.7), (1.6, 3.5, 0.6), (3, 26, 0.5))
    ):
        across, down = length * long, thin * easel.stage.unit
        across, down = (down, across) if upright else (across, down)
        total += strength * smooth_noise(easel, grid, key + number, across, down)
    return _lit(grid, backdrop, total * (amount / 1.45))


def _slope(height: Array) -> Array:
    """How far a surface turns to the light from the upper left; deviation 1."""
    padded = np.pad(height, ((1, 0), (1, 0)), mode="edge")
    rise = padded[1:, 1:] - padded[:-1, :-1]
    out: Array = rise / max(float(rise.std()), 1e-6)
    return out


def _lit(grid: Grid, backdrop: Array, light: Array) -> Patch:
    """The backdrop, brighter or darker by a share of itself, and by a little where it is black."""
    colour = backdrop + light * (0.12 + 0.88 * backdrop)
    return grid.patch(np.clip(colour, 0, 1).astype(np.float32), np.ones((1, 1), np.float32))
