"""PNG, WebP and AVIF at the first quality of a ladder that fits a budget."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from banner_engine.errors import BannerError

FORMATS = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif"}
"""Format names and their file endings."""
PNG_STEPS = (0, 256, 128, 64, 32)
"""Colours of a palette, 0 for full colour."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """quality: the step of the ladder that fitted; for PNG the palette's colours, 0 for full colour."""

    data: bytes
    quality: int


def _png(image: Image.Image, colours: int) -> bytes:
    out = io.BytesIO()
    if colours:
        image = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _avif(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    # one thread: the bytes of several would depend on the machine's core count
    image.save(out, "AVIF", quality=quality, speed=8, max_threads=1)
    return out.getvalue()


def steps_of(format: str, ladder: Sequence[int]) -> tuple[int, ...]:
    """The steps that a format's budget is tried at: PNG has no quality, but colours."""
    return PNG_STEPS if format == "png" else tuple(ladder)


def encode(image: Image.Image, format: str, steps: Sequence[int], budget: int) -> Encoded:
    """PNG, WebP or AVIF at the first of the steps at or under `budget` bytes (JPEG is assembled).

    Raises BannerError (kind "budget") when no step fits: such a variant is refused, never shipped.
    """
    make = {"png": _png, "webp": _webp, "avif": _avif}[format]
    data = b""
    for step in steps:
        data = make(image, step)
        if len(data) <= budget:
            return Encoded(data, step)
    raise over_budget(len(data), steps[-1], budget)


def over_budget(size: int, step: int, budget: int) -> BannerError:
    """Why a variant is refused: it fits the byte budget at no step of the ladder."""
    return BannerError(
        f"{size:,} bytes at the last step ({step}) of the ladder, the budget is {budget:,}",
        field="byte_budget",
        hint="raise the placement's byte_budget, or add lower qualities to the campaign's ladder",
        kind="budget",
    )
