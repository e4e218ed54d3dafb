"""Whole palettes: from one seed colour, turned around the wheel, or chosen to suit a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.scenery.oklch import apart, contrast, from_oklch, luminance, to_oklch
from banner_engine.scenery.terms import HEX

Ground = Literal["light", "dark"]
Palette = dict[str, str]

# Degrees from the seed's hue to the second one and to the accent.
HARMONIES: dict[str, tuple[float, float]] = {
    "analogous": (28, -42),
    "complement": (18, 180),
    "split": (-24, 152),
    "triad": (24, 120),
}
INK_CONTRAST = 7.0
TEXT_CONTRAST = 4.6
LABEL_CONTRAST = 4.6
BUTTON_CONTRAST = 1.6
STEP = 0.008

# Lightness, chroma over the seed's, and hue (0 the seed's, 1 the second, 2 the accent's) of what is drawn.
_LIGHT = {
    "ground": (0.968, 0.14, 0), "panel": (0.993, 0.03, 0),
    "sky-1": (0.984, 0.1, 0), "sky-2": (0.935, 0.3, 0), "sky-3": (0.885, 0.5, 1), "glow": (0.975, 0.28, 1),
    "shape-1": (0.88, 0.55, 0), "shape-2": (0.81, 0.72, 1), "line": (0.74, 0.6, 2),
    "floor-1": (0.975, 0.12, 0), "floor-2": (0.885, 0.34, 0),
    "badge": (0.915, 0.5, 2), "shadow": (0.3, 0.35, 0), "rim": (0.995, 0.02, 0), "rim-2": (0.88, 0.4, 1),
}  # fmt: skip
_DARK = {
    "ground": (0.215, 0.42, 0), "panel": (0.27, 0.42, 0),
    "sky-1": (0.335, 0.68, 0), "sky-2": (0.225, 0.5, 0), "sky-3": (0.15, 0.34, 1), "glow": (0.62, 1.0, 1),
    "shape-1": (0.38, 0.72, 0), "shape-2": (0.48, 0.9, 1), "line": (0.83, 0.55, 2),
    "floor-1": (0.27, 0.5, 0), "floor-2": (0.14, 0.32, 0),
    "badge": (0.3, 0.5, 2), "shadow": (0.1, 0.2, 0), "rim": (0.94, 0.25, 2), "rim-2": (0.7, 0.7, 1),
}  # fmt: skip


def palette_from(seed: str, ground: Ground = "light", harmony: str = "split") -> Palette:
    """A palette for a whole theme from one colour, all of it built in OKLCH.

    seed: '#RRGGBB', kept as `brand`; the button is that colour, made lighter or darker where its label
    would not read. ground: what the copy stands on. harmony: one of HARMONIES. The names are those of the
    base theme (see docs/themes.md) and, for scenery, sky-1 to sky-3, glow, shape-1, shape-2, floor-1,
    floor-2 and line. `ink` has 7 : 1 or more on ground, skies and panel, the other words 4.6 : 1. A grey
    seed gives a grey palette. Raises BannerError for what is no colour and for an unknown harmony.
    """
    if not HEX.fullmatch(seed):
        raise BannerError(f"'{seed}' is no colour", hint="a colour is written #RRGGBB")
    if harmony not in HARMONIES:
        raise BannerError(f"no harmony '{harmony}'", hint=did_you_mean(harmony, HARMONIES))
    lightness, chroma, hue = to_oklch(seed)
    # A pale or a screaming seed still gives a palette with some, and not too much, colour.
    strength = 0.0 if chroma < 0.02 else min(max(chroma, 0.07), 0.17)
    hues = (hue, hue + HARMONIES[harmony][0], hue + HARMONIES[harmony][1])
    dark = ground == "dark"
    word_hue = hues[2] if dark else _clear_hue(hues[2])
    table = _DARK if dark else _LIGHT
    out = {name: from_oklch(light, strength * share, hues[at]) for name, (light, share, at) in table.items()}
    under = [out[name] for name in ("ground", "panel", "sky-1", "sky-2", "sky-3")]
    start = 0.97 if dark else 0.26
    out["ink"] = legible((start, strength * (0.12 if dark else 0.4), hue), under, INK_CONTRAST)
    out["ink-2"] = legible(
        (0.86 if dark else 0.4, strength * (0.2 if dark else 0.4), hue), under, TEXT_CONTRAST
    )
    out["accent"] = legible(
        (0.82 if dark else 0.56, min(1.15 * strength, 0.19), word_hue), under, TEXT_CONTRAST
    )
    out["price"] = out["ink"] if dark else out["accent"]
    out["old-price"] = legible((0.74 if dark else 0.5, 0.2 * strength, hue), under, TEXT_CONTRAST)
    out["badge-ink"] = legible(
        (0.86 if dark else 0.38, 0.8 * strength, word_hue), [out["badge"]], TEXT_CONTRAST
    )
    out |= _button(lightness, chroma, hue, out["ground"])
    out["brand"] = seed.upper()
    return out


def palettes_from(seed: str, ground: Ground = "light") -> dict[str, Palette]:
    """A palette for each harmony, by its name: a start for a theme, of which a designer keeps three."""
    return {harmony: palette_from(seed, ground, harmony) for harmony in HARMONIES}


def turned(palette: Mapping[str, str], degrees: float) -> Palette:
    """The palette with all hues turned; lightness stays, and chroma as far as a screen has it."""
    out = {}
    for name, colour in palette.items():
        lightness, chroma, hue = to_oklch(colour)
        out[name] = from_oklch(lightness, chroma, hue + degrees)
    return out


def nearest_palette(palettes: Mapping[str, Mapping[str, str]], colours: Sequence[tuple[str, float]]) -> str:
    """The name of the palette that suits a product's own colours best; the first one of equals.

    colours: '#RRGGBB' and its share of the product. Each is compared with the nearest colour of a palette
    among those in which the palettes differ; what is grey counts little, since it goes with everything.
    """
    names = set.intersection(*(set(palette) for palette in palettes.values()))
    own = [name for name in sorted(names) if len({palette[name] for palette in palettes.values()}) > 1]
    points = [(to_oklch(colour), share) for colour, share in colours]

    def distance(palette: Mapping[str, str]) -> float:
        there = [to_oklch(palette[name]) for name in own]
        return sum(
            share * (0.02 + point[1]) * min((apart(point, other) for other in there), default=0.0)
            for point, share in points
        )

    return min(palettes, key=lambda name: round(distance(palettes[name]), 9))


def legible(lch: tuple[float, float, float], under: Sequence[str], ratio: float) -> str:
    """The colour itself, or the nearest lighter or darker one that has a contrast of `ratio` on all of these.

    The direction is away from what lies under it; black or white is the end.
    """
    lightness, chroma, hue = lch
    mean = sum(luminance(colour) for colour in under) / len(under)
    step = -STEP if mean > 0.18 else STEP
    while True:
        colour = from_oklch(lightness, chroma, hue)
        if all(contrast(colour, other) >= ratio for other in under) or not 0 < lightness < 1:
            return colour
        lightness = min(max(lightness + step, 0.0), 1.0)


def _clear_hue(hue: float) -> float:
    """The hue, out of the yellows, which are mud where they are dark enough to be read on a light ground."""
    hue %= 360
    if 50 < hue < 130:
        return 42.0 if hue < 92 else 145.0
    return hue


def _button(lightness: float, chroma: float, hue: float, ground: str) -> Palette:
    """The button: as near to the seed as its label and its edge allow."""
    for number in range(2 * round(1 / STEP)):
        # The seed's own lightness first, then farther and farther on both sides of it.
        light = lightness + (number + 1) // 2 * (STEP if number % 2 else -STEP)
        if not 0.16 <= light <= 0.95:
            continue
        shades = [from_oklch(light + lift, chroma, hue) for lift in (0.045, 0.0, -0.05)]
        if min(contrast(shade, ground) for shade in shades) < BUTTON_CONTRAST:
            continue
        for label in (from_oklch(0.99, min(chroma, 0.01), hue), from_oklch(0.2, min(chroma, 0.06), hue)):
            if min(contrast(label, shade) for shade in shades) >= LABEL_CONTRAST:
                return {"cta-ink": label} | dict(zip(("cta-1", "cta-2", "cta-3"), shades, strict=True))
    raise AssertionError("some lightness carries a white or a dark label on any ground")
