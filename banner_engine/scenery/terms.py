"""The kinds of value that a recipe holds: how each is read from a file, and what it is on a stage.

A kind parses a value of a theme file into a canonical JSON value (so that `40` and `"40u"` are the same
recipe), and resolves it, for one palette and stage, into what a generator is called with. Generators
name their kinds in their signatures: `reach: Length`, `colour: Colour`, `at: Place`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Protocol

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.scenery.stage import Stage

Rgba = tuple[float, float, float, float]

_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))\s*(u|r|w|h)?")
HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_COLOUR = re.compile(r"(#[0-9A-Fa-f]{6}|[a-z][a-z0-9-]*)(?:/(\d*\.?\d+))?")


class Kind(Protocol):
    """parse raises ValueError with a message for the user; resolve trusts what parse returned."""

    def parse(self, value: object) -> Any: ...

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> Any: ...


@dataclass(frozen=True, slots=True)
class NumberKind:
    """A plain number within bounds; whole: an integer."""

    low: float
    high: float
    whole: bool = False

    def parse(self, value: object) -> float | int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"a number is wanted, not {value!r}")
        if self.whole and value != int(value):
            raise ValueError(f"a whole number is wanted, not {value!r}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{value} is not within {self.low:g} to {self.high:g}")
        return int(value) if self.whole else float(value)

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class FlagKind:
    """true or false."""

    def parse(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"true or false is wanted, not {value!r}")
        return value

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class LengthKind:
    """A number with a unit: u (the default; see Stage.unit), r (hero radii), w, h (of the canvas).

    positive: above 0.
    """

    positive: bool = False

    def parse(self, value: object) -> str:
        text = "" if isinstance(value, bool) else str(value)
        match = _LENGTH.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"a length such as 12, 1.2r, .5w or .3h is wanted, not {value!r}")
        if self.positive and float(match[1]) <= 0:
            raise ValueError(f"a length above 0 is wanted, not {value!r}")
        return f"{float(match[1]):g}{match[2] or 'u'}"

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> float:
        size = {"u": stage.unit, "r": stage.radius, "w": stage.width, "h": stage.height}[value[-1]]
        return float(value[:-1]) * size


@dataclass(frozen=True, slots=True)
class ColourKind:
    """A name of the palette, or `#RRGGBB`; with an opacity if wanted: `gold-1/.34`."""

    def parse(self, value: object) -> str:
        match = _COLOUR.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValueError(f"a palette name such as gold-1 or gold-1/.34 is wanted, not {value!r}")
        opacity = float(match[2]) if match[2] else 1.0
        if opacity > 1:
            raise ValueError(f"the opacity {match[2]} of {match[1]} is above 1")
        return match[1] if opacity == 1 else f"{match[1]}/{opacity:g}"

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> Rgba:
        name, _, opacity = value.partition("/")
        if not name.startswith("#") and name not in colours:
            raise BannerError(f"no colour '{name}' in the palette", hint=did_you_mean(name, colours))
        text = colours.get(name, name)
        if not HEX.fullmatch(text):
            raise BannerError(f"the palette's {name} is '{text}'", hint="a colour is written #RRGGBB")
        red, green, blue = bytes.fromhex(text[1:])
        return red / 255, green / 255, blue / 255, float(opacity or 1)


@dataclass(frozen=True, slots=True)
class ChoiceKind:
    """One of some words."""

    words: tuple[str, ...]

    def parse(self, value: object) -> str:
        if value not in self.words:
            raise ValueError(f"no '{value}'; {did_you_mean(str(value), self.words)}")
        return str(value)

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class FileKind:
    """A file beside the theme, by a relative path with `/`; suffixes: what it may end in."""

    suffixes: tuple[str, ...]

    def parse(self, value: object) -> str:
        if not isinstance(value, str) or not value.lower().endswith(self.suffixes):
            raise ValueError(f"a file ({', '.join(self.suffixes)}) is wanted, not {value!r}")
        return value

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> str:
        return str(value)


ANCHORS = {
    "top-left": (0.0, 0.0),
    "top": (0.5, 0.0),
    "top-right": (1.0, 0.0),
    "left": (0.0, 0.5),
    "middle": (0.5, 0.5),
    "right": (1.0, 0.5),
    "bottom-left": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottom-right": (1.0, 1.0),
}
COPY_CORNERS = {
    "copy-top": (0.0, 0.0),
    "copy-bottom": (0.0, 1.0),
    "far-top": (1.0, 0.0),
    "far-bottom": (1.0, 1.0),
}
STAGE_ANCHORS = ("hero", "ground", "outward", "quiet")


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """A point: an anchor, or `[anchor, dx, dy]` with two lengths.

    Anchors: hero (its centre), ground (below the hero's centre), quiet (middle of the first quiet box),
    and the canvas' corners, edges and middle. Some turn with the layout, as the copy may stand on either
    side: outward (the hero's centre, dx leading away from the copy), and the corners copy-top,
    copy-bottom, far-top and far-bottom (dx leading away from the copy).
    """

    def parse(self, value: object) -> list[str]:
        parts = list(value) if isinstance(value, list | tuple) else [value, 0, 0]
        known = [*STAGE_ANCHORS, *COPY_CORNERS, *ANCHORS]
        if len(parts) != 3 or not isinstance(parts[0], str):
            raise ValueError(f"an anchor or [anchor, dx, dy] is wanted, not {value!r}")
        if parts[0] not in known:
            raise ValueError(f"no anchor '{parts[0]}'; {did_you_mean(parts[0], known)}")
        return [parts[0], LengthKind().parse(parts[1]), LengthKind().parse(parts[2])]

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> tuple[float, float]:
        anchor = value[0]
        dx, dy = (LengthKind().resolve(part, colours, stage) for part in value[1:])
        if anchor in ("hero", "outward"):
            x, y = stage.centre
        elif anchor == "ground":
            x, y = stage.centre[0], stage.ground
        elif anchor in COPY_CORNERS:
            x, y = COPY_CORNERS[anchor][0] * stage.width, COPY_CORNERS[anchor][1] * stage.height
            x = x if stage.outward > 0 else stage.width - x
        elif anchor == "quiet":
            left, top, width, height = stage.quiet[0]
            x, y = left + width / 2, top + height / 2
        else:
            x, y = ANCHORS[anchor][0] * stage.width, ANCHORS[anchor][1] * stage.height
        turns = anchor == "outward" or anchor in COPY_CORNERS
        return x + dx * (stage.outward if turns else 1), y + dy


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list of one kind, not empty."""

    item: Kind

    def parse(self, value: object) -> list[Any]:
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"a list is wanted, not {value!r}")
        return [self.item.parse(item) for item in value]

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> tuple[Any, ...]:
        return tuple(self.item.resolve(item, colours, stage) for item in value)


@dataclass(frozen=True, slots=True)
class TupleKind:
    """A list of fixed length, each item of its own kind; names: what the items are, for messages."""

    items: tuple[Kind, ...]
    names: str

    def parse(self, value: object) -> list[Any]:
        if not isinstance(value, list | tuple) or len(value) != len(self.items):
            raise ValueError(f"[{self.names}] is wanted, not {value!r}")
        return [kind.parse(item) for kind, item in zip(self.items, value, strict=True)]

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> tuple[Any, ...]:
        return tuple(kind.resolve(item, colours, stage) for kind, item in zip(self.items, value, strict=True))


@dataclass(frozen=True, slots=True)
class StopsKind:
    """A gradient: `[[0, colour], [.45, colour], …]`, offsets rising from 0 to 1; or one colour alone."""

    def parse(self, value: object) -> list[list[Any]]:
        if isinstance(value, str):
            return [[0.0, ColourKind().parse(value)]]
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(f"a colour, or a list of [offset, colour], is wanted, not {value!r}")
        stops: list[list[Any]] = []
        for stop in value:
            if not isinstance(stop, list | tuple) or len(stop) != 2:
                raise ValueError(f"[offset, colour] is wanted, not {stop!r}")
            stops.append([NumberKind(0, 1).parse(stop[0]), ColourKind().parse(stop[1])])
        if any(before[0] > after[0] for before, after in pairwise(stops)):
            raise ValueError("the offsets of the stops do not rise")
        return stops

    def resolve(self, value: Any, colours: Mapping[str, str], stage: Stage) -> tuple[tuple[float, Rgba], ...]:
        return tuple((offset, ColourKind().resolve(colour, colours, stage)) for offset, colour in value)


Number = Annotated[float, NumberKind(-1000, 1000)]
Ratio = Annotated[float, NumberKind(0.02, 50)]
Lean = Annotated[float, NumberKind(-80, 80)]
Share = Annotated[float, NumberKind(0, 1)]
Count = Annotated[int, NumberKind(0, 1000, whole=True)]
Repeats = Annotated[int, NumberKind(1, 1000, whole=True)]
Angles = Annotated[tuple[float, ...], ListKind(NumberKind(0, 360))]
Flag = Annotated[bool, FlagKind()]
Length = Annotated[float, LengthKind()]
Size = Annotated[float, LengthKind(positive=True)]
Span = Annotated[tuple[float, float], TupleKind((LengthKind(), LengthKind()), "from, to")]
Colour = Annotated[Rgba, ColourKind()]
Colours = Annotated[tuple[Rgba, ...], ListKind(ColourKind())]
Place = Annotated[tuple[float, float], PlaceKind()]
Stops = Annotated[tuple[tuple[float, Rgba], ...], StopsKind()]
Strokes = Annotated[
    tuple[tuple[float, float, float], ...],
    ListKind(TupleKind((LengthKind(positive=True), LengthKind(), NumberKind(0, 1)), "width, blur, opacity")),
]
Bars = Annotated[
    tuple[tuple[float, float, Rgba], ...],
    ListKind(TupleKind((LengthKind(), LengthKind(positive=True), ColourKind()), "offset, width, colour")),
]
_TIER = TupleKind((LengthKind(positive=True),) * 3 + (LengthKind(),), "rx, ry, height, drop")
Tier = Annotated[tuple[float, float, float, float], _TIER]
Tiers = Annotated[tuple[tuple[float, float, float, float], ...], ListKind(_TIER)]
