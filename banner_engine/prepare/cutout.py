"""What a prepared picture is: its pixels' place and what was measured on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

Mode = Literal["auto", "no"]
Kind = Literal["cutout", "card"]

RECIPE = 1
"""Version of everything that turns a picture into a cut-out; part of the store's key."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured on a prepared picture; fractions are of its own width and height.

    ground: the contact line, from the top; 1.0 is the bottom edge. sole: the x extent of what touches
    the ground. area: sum of coverage ÷ (width × height). colours: '#RRGGBB' with shares, largest first.
    luminance: mean relative luminance (WCAG 2). plain_ground: the picture's ground was plain. quality: 0
    to 1, with `reasons`, words from `banner_engine.prepare.quality.REASONS`, for what lowers it.
    """

    kind: Kind
    ground: float
    sole: tuple[float, float]
    area: float
    colours: tuple[tuple[str, float], ...]
    luminance: float
    plain_ground: bool
    quality: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cutout:
    """A prepared picture in a store: `path` is an RGBA WebP trimmed to the ink; see `Measures`.

    digest: of the prepared pixels as the WebP decodes (for rendition fingerprints). picture: sha256 of
    the source picture's bytes (for the variant's identity). width, height: px.
    """

    digest: str
    picture: str
    kind: Kind
    path: Path
    width: int
    height: int
    ground: float
    sole: tuple[float, float]
    area: float
    colours: tuple[tuple[str, float], ...]
    luminance: float
    plain_ground: bool
    quality: float
    reasons: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """JSON-able values of all fields but `path`, which the store knows."""
        values = asdict(self)
        del values["path"]
        return values

    @classmethod
    def from_record(cls, values: dict[str, Any], path: Path) -> Cutout:
        """The reverse of `record`. Raises KeyError, TypeError or ValueError for a record that is not one."""
        names = [f.name for f in fields(cls) if f.name != "path"]
        parts = {name: values[name] for name in names}
        low, high = parts["sole"]
        parts["sole"] = (float(low), float(high))
        parts["colours"] = tuple((str(colour), float(share)) for colour, share in parts["colours"])
        parts["reasons"] = tuple(str(reason) for reason in parts["reasons"])
        return cls(path=path, **parts)
