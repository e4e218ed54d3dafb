"""JPEG with restart markers, PNG, WebP and AVIF, each at the first quality of a ladder that fits a budget."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from banner_engine.errors import BannerError

FORMATS = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif"}
"""Format names and their file endings."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """quality: the step of the ladder that fitted; for PNG the palette's colours, 0 for full colour."""

    data: bytes
    quality: int


def jpeg(image: Image.Image, quality: int, restart_blocks: int) -> bytes:
    """Baseline JPEG, 4:2:0, the fixed Huffman tables of ITU-T T.81 Annex K, a restart marker every
    `restart_blocks` MCUs, no metadata. These settings make the bytes of a segment depend on its own
    pixels only, which segment assembly rests on.
    """
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=quality,
        subsampling="4:2:0",
        optimize=False,
        progressive=False,
        restart_marker_blocks=restart_blocks,
    )
    return out.getvalue()


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


def encode(
    image: Image.Image, format: str, ladder: Sequence[int], budget: int, restart_blocks: int
) -> Encoded:
    """The first step of the ladder at or under `budget` bytes.

    Raises BannerError (kind "budget") when no step fits: such a variant is refused, never shipped.
    """
    steps = (0, 256, 128, 64, 32) if format == "png" else tuple(ladder)
    data = b""
    for step in steps:
        if format == "jpeg":
            data = jpeg(image, step, restart_blocks)
        elif format == "png":
            data = _png(image, step)
        elif format == "webp":
            data = _webp(image, step)
        else:
            data = _avif(image, step)
        if len(data) <= budget:
            return Encoded(data, step)
    raise BannerError(
        f"{len(data):,} bytes at the last step ({steps[-1]}) of the ladder, the budget is {budget:,}",
        field="byte_budget",
        hint="raise the placement's byte_budget, or add lower qualities to the campaign's ladder",
        kind="budget",
    )
