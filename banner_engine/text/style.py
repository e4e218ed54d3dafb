"""What is asked of type: the style of a text, its spans, and how its ink is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Case = Literal["none", "upper"]
Align = Literal["start", "center", "end"]
Side = Literal["left", "center", "right"]
Fill = str | tuple[tuple[float, str], ...]
"""'#RRGGBB', or a vertical gradient: (offset 0 top … 1 bottom of each line's ink, '#RRGGBB'), in order."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How letters look, without size and colour.

    families: in order of preference. weight: 1 … 1000. tracking: em between letters (not within
    joined scripts). leading: baseline to baseline, × size. skew: degrees that verticals lean to the
    right. features: OpenType tags to switch on, such as "tnum" (tabular) or "lnum" (lining figures).
    """

    families: tuple[str, ...]
    weight: int = 400
    italic: bool = False
    tracking: float = 0.0
    leading: float = 1.15
    case: Case = "none"
    skew: float = 0.0
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with one style; several make a block with one baseline a line.

    scale: × the block's size. rise: em of the block, upwards. strike: a bar through the digits, in
    the text's colour. gap: em of the block, space before the span. stand: hanzi, kana and hangul have their
    lowest ink on the baseline (and not below it, as their fonts draw them), as beside large figures.
    Line breaks are "\\n" in `text`.
    """

    text: str
    style: TextStyle
    scale: float = 1.0
    rise: float = 0.0
    strike: bool = False
    gap: float = 0.0
    stand: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A stroke behind the face. width: em, centred on the contour, so half of it shows; round joins."""

    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Extrude:
    """`steps` copies behind the face (and its outline), each (dx, dy) em further than the last."""

    steps: int
    dx: float
    dy: float
    colour: str


@dataclass(frozen=True, slots=True)
class Glow:
    """The silhouette, blurred. blur: Gaussian sigma, em. alpha: 0 … 1."""

    blur: float
    colour: str
    alpha: float


@dataclass(frozen=True, slots=True)
class Shadow:
    """The silhouette, moved by (dx, dy) em and blurred (Gaussian sigma, em). alpha: 0 … 1."""

    dx: float
    dy: float
    blur: float
    colour: str
    alpha: float


@dataclass(frozen=True, slots=True)
class TextPaint:
    """Colours and effects, drawn in the order glow, shadow, extrude, outline, face. em = the block's size."""

    fill: Fill
    outline: Outline | None = None
    extrude: Extrude | None = None
    glow: Glow | None = None
    shadow: Shadow | None = None

    @property
    def flat(self) -> bool:
        """One colour and no effect: the raster is a colour and a mask."""
        return isinstance(self.fill, str) and not (self.outline or self.extrude or self.glow or self.shadow)
