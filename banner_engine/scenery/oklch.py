"""OKLab and OKLCH (Ottosson 2020): colours by what the eye sees, as CSS Color 4 has them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from banner_engine.scenery.easel import Array

LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
FROM_LMS, FROM_LAB = np.linalg.inv(LMS), np.linalg.inv(LAB)
CHROMA_STEPS = 24


def to_oklab(srgb: Array) -> Array:
    """OKLab of sRGB values 0 to 1; the first axis of both holds the three channels."""
    light = np.where(srgb <= 0.04045, srgb / 12.92, ((np.maximum(srgb, 0) + 0.055) / 1.055) ** 2.4)
    out: Array = np.tensordot(LAB, np.cbrt(np.tensordot(LMS, light, 1)), 1)
    return out


def from_oklab(lab: Array) -> Array:
    """sRGB of OKLab, not clipped: values outside of 0 to 1 are not on a screen."""
    light = np.tensordot(FROM_LMS, np.tensordot(FROM_LAB, lab, 1) ** 3, 1)
    bright = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    out: Array = np.where(light <= 0.0031308, 12.92 * light, bright)
    return out


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma 0 to about .37, and hue in degrees of '#RRGGBB'."""
    lightness, a, b = to_oklab(np.array([part / 255 for part in bytes.fromhex(colour[1:])])).tolist()
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """'#RRGGBB' of a colour; its chroma is lowered as far as a screen needs (hue and lightness stay)."""
    low, high = 0.0, chroma
    if not _on_screen(lightness, chroma, hue):
        for _ in range(CHROMA_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if _on_screen(lightness, middle, hue) else (low, middle)
        chroma = low
    light = _linear(lightness, chroma, hue)
    parts = [
        12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in light.tolist()
    ]
    return "#" + "".join(f"{min(max(round(part * 255), 0), 255):02X}" for part in parts)


def luminance(colour: str) -> float:
    """Relative luminance of '#RRGGBB' (WCAG 2.2)."""
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def apart(one: Sequence[float], other: Sequence[float]) -> float:
    """Distance of two OKLCH colours in OKLab, hue and chroma twice as dear as lightness (HyAB's spirit)."""
    (l1, c1, h1), (l2, c2, h2) = one, other
    angle = math.radians(h1 - h2)
    return abs(l1 - l2) + 2 * math.sqrt(max(0.0, c1 * c1 + c2 * c2 - 2 * c1 * c2 * math.cos(angle)))


def _linear(lightness: float, chroma: float, hue: float) -> Array:
    """Linear sRGB, not clipped."""
    angle = math.radians(hue)
    lab = np.array([lightness, chroma * math.cos(angle), chroma * math.sin(angle)])
    out: Array = FROM_LMS @ (FROM_LAB @ lab) ** 3
    return out


def _on_screen(lightness: float, chroma: float, hue: float) -> bool:
    parts = _linear(lightness, chroma, hue)
    return bool(parts.min() >= -1e-4 and parts.max() <= 1 + 1e-4)
