"""Palette names to colours, and the colour of type by its contrast with the pixels really beneath."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.load.theme import Theme
from banner_engine.plan.items import Box, Rgb, Tint

LARGE_TYPE = 24.0
"""px at scale 1 from which WCAG 2.2 (1.4.3) asks for 3 : 1 instead of 4.5 : 1."""
WORST_SHARE = 5.0
"""Percent of the pixels beneath that may be worse than the contrast asked for."""
SAMPLES = 2400
"""Pixels that are looked at under a text, about; scenery under copy changes slowly."""


def tint(theme: Theme, palette: str, colour: str) -> Tint:
    """`name` or `#RRGGBB`, with an optional `/opacity`. Raises BannerError for a name the palette lacks."""
    name, _, opacity = colour.partition("/")
    if not name.startswith("#"):
        colours = theme.palettes[palette]
        if name not in colours:
            raise BannerError(
                f"palette '{palette}' has no colour '{name}'",
                file=theme.folder / "theme.yaml",
                hint=did_you_mean(name, colours),
                kind="config",
            )
        name = colours[name]
    return hex_rgb(name), float(opacity) if opacity else 1.0


def hex_rgb(text: str) -> Rgb:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def rgb_hex(rgb: Rgb) -> str:
    return "#{:02X}{:02X}{:02X}".format(*rgb)


@lru_cache(maxsize=4096)
def relative_luminance(rgb: Rgb) -> float:
    """WCAG 2.2 relative luminance, 0 to 1."""
    parts = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast_ratio(a: float, b: float) -> float:
    """WCAG 2.2 contrast of two relative luminances, 1 to 21."""
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


@dataclass(frozen=True)
class Ground:
    """The luminances beneath a text, sorted up once, for any number of colours."""

    pixels: npt.NDArray[np.float32]

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The luminances that all but the darkest, and all but the lightest 5 % of the pixels keep inside."""
        worst = int(self.pixels.size * WORST_SHARE / 100)
        parted = np.partition(self.pixels.ravel(), (worst, self.pixels.size - 1 - worst))
        return float(parted[worst]), float(parted[-1 - worst])

    def contrast(self, colour: Rgb) -> float:
        """The contrast that all but the worst 5 % of the pixels reach; 21 where there are none."""
        if self.pixels.size == 0:
            return 21.0
        own = relative_luminance(colour)
        dark, light = self.ends
        # a colour lighter than (nearly) all pixels reads worst on the lightest of them, and the reverse
        if own >= light:
            return contrast_ratio(own, light)
        if own <= dark:
            return contrast_ratio(own, dark)
        ratios = (np.maximum(self.pixels, own) + 0.05) / (np.minimum(self.pixels, own) + 0.05)
        return float(np.percentile(ratios, WORST_SHARE))


def worst_contrast(colour: Rgb, beneath: npt.NDArray[np.float32]) -> float:
    """The contrast that all but the worst 5 % of the pixels beneath reach; 21 where there are none."""
    return Ground(beneath).contrast(colour)


def beneath(luminance: npt.NDArray[np.float32], box: Box) -> npt.NDArray[np.float32]:
    """The luminances under a box (px), clipped to the canvas; of a large box, an even lattice of them."""
    x, y, w, h = box
    height, width = luminance.shape
    x0, y0 = max(int(x), 0), max(int(y), 0)
    step = max(1, math.isqrt(int(w * h / SAMPLES)))
    return luminance[y0 : min(int(y + h) + 1, height) : step, x0 : min(int(x + w) + 1, width) : step]


def over(laid: Tint, ground: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The luminances of grounds with a tint over them. Painting mixes encoded values (sRGB, IEC 61966-2-1),
    which comes out darker than a mix of light; the colours count as greys.
    """
    colour, opacity = laid
    own = np.float32(relative_luminance(colour))
    mixed = np.float32(opacity) * _encoded(own) + np.float32(1 - opacity) * _encoded(ground)
    out = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    return out.astype(np.float32)


def _encoded(luminance: npt.NDArray[np.float32] | np.float32) -> npt.NDArray[np.float32]:
    out = np.where(
        luminance <= 0.0031308, 12.92 * luminance, 1.055 * np.maximum(luminance, 0) ** (1 / 2.4) - 0.055
    )
    return out.astype(np.float32)


def required(size: float, scale: int) -> float:
    """The contrast that type of a size (px) must reach."""
    return 3.0 if size / scale > LARGE_TYPE else 4.5
