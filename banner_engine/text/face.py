"""One font file, and one face of it (a weight of a variable file is a face of its own).

Nothing is read before it is needed; what HarfBuzz or FreeType says of a glyph is asked once.
"""

from __future__ import annotations

import hashlib
import io
import math
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from banner_engine.errors import BannerError

FINE = 16
"""HarfBuzz rounds to integers: asked in 1/16 of the font's unit, variable weights stay smooth."""

Box = tuple[float, float, float, float]
"""(x0, y0, x1, y1), y downwards."""
BLANK: Box = (math.inf, math.inf, -math.inf, -math.inf)
"""The box of no ink: any union with it is the other box."""


class FontFile:
    """A TTF, OTF or WOFF2 on disk. weights: (lightest, heaviest), equal for a static file."""

    def __init__(
        self, path: Path, family: str, weights: tuple[int, int], italic: bool, locales: tuple[str, ...]
    ) -> None:
        self.path = path
        self.family = family
        self.weights = weights
        self.italic = italic
        self.locales = locales

    @cached_property
    def _data(self) -> bytes:
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise BannerError(f"can't be read: {error.strerror}", file=self.path) from None
        return _unpacked(data, self.path) if data[:4] in (b"wOF2", b"wOFF") else data

    @cached_property
    def digest(self) -> str:
        """BLAKE2b of the bytes on disk, 32 hex digits."""
        return hashlib.blake2b(self.path.read_bytes(), digest_size=16).hexdigest()

    @cached_property
    def hb_face(self) -> Any:
        face = hb.Face(hb.Blob(self._data))
        if not face.glyph_count or not face.table_tags:
            raise BannerError("is not a font", file=self.path, hint="use TTF, OTF or WOFF2")
        return face

    def ft_face(self, weight: int) -> Any:
        """A FreeType face of its own (FreeType's faces hold state)."""
        import freetype

        face = freetype.Face(io.BytesIO(self._data))
        axes = self.hb_face.axis_infos
        if axes:
            face.set_var_design_coords([weight if a.tag == "wght" else a.default_value for a in axes])
        return face


def _unpacked(data: bytes, path: Path) -> bytes:
    """The SFNT inside a web font."""
    from fontTools.ttLib import TTFont, TTLibError

    out = io.BytesIO()
    try:
        font = TTFont(io.BytesIO(data))
        font.flavor = None
        font.save(out)
    except ImportError:
        raise BannerError("is WOFF2", file=path, hint="save it as TTF, or install brotli") from None
    except (TTLibError, OSError, ValueError) as error:
        raise BannerError(f"is a broken web font: {error}", file=path) from None
    return out.getvalue()


class Face:
    """A font file at one weight. Lengths come in em, y downwards."""

    def __init__(self, file: FontFile, weight: int) -> None:
        self.file = file
        self.weight = min(max(weight, file.weights[0]), file.weights[1])
        self._glyphs: dict[int, int] = {}
        self._boxes: dict[float, dict[int, Box]] = {}
        self.ft_lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Face {self.name}>"

    @property
    def name(self) -> str:
        """Such as "Playfair Display 400 italic"."""
        return f"{self.file.family} {self.weight}{' italic' if self.file.italic else ''}"

    @cached_property
    def digest(self) -> str:
        """The file's digest; with the weight where the file holds many."""
        low, high = self.file.weights
        return self.file.digest if low == high else f"{self.file.digest}@{self.weight}"

    @cached_property
    def hb_font(self) -> Any:
        font = hb.Font(self.file.hb_face)
        font.scale = (self.units, self.units)
        if self.file.weights[0] != self.file.weights[1]:
            font.set_variations({"wght": self.weight})
        return font

    @cached_property
    def ft_face(self) -> Any:
        return self.file.ft_face(self.weight)

    @cached_property
    def units(self) -> int:
        """HarfBuzz units in an em."""
        return int(self.file.hb_face.upem) * FINE

    @cached_property
    def has_colour(self) -> bool:
        return bool(self.file.hb_face.has_color_paint or self.file.hb_face.has_color_layers)

    def glyph(self, codepoint: int) -> int:
        """The glyph id of a character, 0 where the font has none."""
        found = self._glyphs.get(codepoint)
        if found is None:
            found = self._glyphs[codepoint] = int(self.hb_font.get_nominal_glyph(codepoint) or 0)
        return found

    def box(self, gid: int, lean: float = 0.0) -> Box:
        """The ink of a glyph in em, sheared by `lean` (tangent of the skew); BLANK where there is none."""
        boxes = self.boxes(lean)
        found = boxes.get(gid)
        if found is None:
            found = boxes[gid] = self._measured(gid, lean)
        return found

    def boxes(self, lean: float) -> dict[int, Box]:
        """The boxes that were measured so far."""
        return self._boxes.setdefault(lean, {})

    def _measured(self, gid: int, lean: float) -> Box:
        box = self.hb_font.get_glyph_extents(gid)
        if box is None or not box.width or not box.height:
            return BLANK
        u = self.units
        x0, x1 = box.x_bearing / u, (box.x_bearing + box.width) / u
        y0, y1 = -box.y_bearing / u, -(box.y_bearing + box.height) / u
        if lean:
            x0, x1 = self._sheared(gid, lean)
        return x0, y0, x1, y1

    def _sheared(self, gid: int, lean: float) -> tuple[float, float]:
        """The horizontal ink of a sheared glyph: the sheared corners of its box would say too much."""
        from freetype import FT_LOAD_NO_SCALE, FT_Vector

        with self.ft_lock:
            self.ft_face.load_glyph(gid, FT_LOAD_NO_SCALE)
            outline = self.ft_face.glyph.outline
            raw = outline._FT_Outline
            for i in range(raw.n_points):
                point: FT_Vector = raw.points[i]
                # Eighths of a unit, so that rounding of the shear does not matter.
                x, y = point.x * 8, point.y * 8
                point.x, point.y = x + round(y * lean), y
            box = outline.get_bbox()
        upem = 8 * self.units / FINE
        return box.xMin / upem, box.xMax / upem

    @cached_property
    def cap_height(self) -> float:
        return self._metric("CAP_HEIGHT", "H")

    @cached_property
    def x_height(self) -> float:
        return self._metric("X_HEIGHT", "x")

    @cached_property
    def ascent(self) -> float:
        return float(self.hb_font.get_font_extents("ltr").ascender) / self.units

    @cached_property
    def descent(self) -> float:
        """Below the baseline, positive."""
        return -float(self.hb_font.get_font_extents("ltr").descender) / self.units

    def _metric(self, tag: str, letter: str) -> float:
        value = self.hb_font.get_metric_position(hb.OTMetricsTag[tag])
        if value:
            return float(value) / self.units
        height = -self.box(self.glyph(ord(letter)))[1] if self.glyph(ord(letter)) else 0.0
        return height if math.isfinite(height) and height > 0 else self.ascent * 0.75


def lean_of(skew: float) -> float:
    """The tangent of a skew in degrees."""
    return math.tan(math.radians(skew)) if skew else 0.0
