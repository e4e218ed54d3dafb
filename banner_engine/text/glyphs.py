"""Shaped runs, and pieces of them: HarfBuzz at one size, kept in em, so that any size is arithmetic."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import uharfbuzz as hb

from banner_engine.text.chars import UNTRACKED
from banner_engine.text.face import Box, Face, lean_of
from banner_engine.text.runs import Run
from banner_engine.text.style import Span

_UNSAFE = int(hb.GlyphFlags.UNSAFE_TO_BREAK)
STRIKE_THICKNESS = 0.07
STRIKE_OVERHANG = 0.03

Glyph = tuple[int, int, int, int, int]
"""(glyph id, cluster: index in the text, x offset, y offset, advance), in the face's units."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Glyphs of one run from left to right, in em of the block, y downwards, origin at the baseline's start.

    scale: × the block's size. lean: tangent of the skew. text: what is drawn, in logical order.
    strike: the bar (x0, y0, x1, y1) through them.
    """

    face: Face
    scale: float
    lean: float
    gids: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    advance: float
    ink: Box | None
    level: int
    text: str
    strike: Box | None


class ShapedRun:
    """One run with its glyphs, and the ways to cut it.

    breaks: the places inside of it where a line may end or start; only there HarfBuzz's flags are read.
    """

    __slots__ = (
        "_features",
        "_glyphs",
        "_unsafe",
        "gap",
        "lean",
        "locale",
        "run",
        "span",
        "text",
        "tracking",
    )

    def __init__(
        self, text: str, run: Run, span: Span, locale: str, *, first: bool, breaks: Collection[int]
    ) -> None:
        self.text = text
        self.run = run
        self.span = span
        self.locale = locale
        self.gap = span.gap if first else 0.0
        self.tracking = 0.0 if run.script in UNTRACKED else span.style.tracking * span.scale
        self.lean = lean_of(span.style.skew)
        self._features: dict[str, bool] = dict.fromkeys(span.style.features, True)
        if self.tracking:
            # A ligature would be the only letters without space between them.
            self._features.update(liga=False, clig=False)
        self._glyphs, self._unsafe = self._shaped(run.start, run.end, 0, len(text), breaks)

    @property
    def nbytes(self) -> int:
        return 600 + 200 * len(self._glyphs)

    def _shaped(
        self, start: int, end: int, context_start: int, context_end: int, breaks: Collection[int] = ()
    ) -> tuple[list[Glyph], frozenset[int]]:
        """The glyphs of text[start:end] seen within its context, and the unsafe ones among `breaks`."""
        buffer = hb.Buffer()
        buffer.add_str(self.text[context_start:context_end], start - context_start, end - start)
        buffer.direction = "rtl" if self.run.level % 2 else "ltr"
        buffer.script = self.run.script
        buffer.language = self.locale
        hb.shape(self.run.face.hb_font, buffer, self._features)
        infos = buffer.glyph_infos
        glyphs: list[Glyph] = []
        for info, position in zip(infos, buffer.glyph_positions, strict=True):
            x, y, advance, _ = position.position
            glyphs.append((info.codepoint, info.cluster + context_start, x, y, advance))
        unsafe: set[int] = set()
        if breaks:
            clusters: dict[int, int] = {}
            for info in infos:
                at = info.cluster + context_start
                if at in breaks:
                    clusters[at] = clusters.get(at, 0) | int(info.flags)
            unsafe = {at for at in breaks if clusters.get(at, _UNSAFE) & _UNSAFE}
        return glyphs, frozenset(unsafe)

    def is_safe(self, at: int) -> bool:
        """Whether a cut before character `at` leaves the glyphs on both sides as they are."""
        return at not in self._unsafe

    def piece(self, start: int, end: int, *, starts_line: bool, ends_line: bool) -> Glyphs:
        """The glyphs of characters start:end, shaped anew where the ends of the line demand it."""
        cut_start = starts_line and start in self._unsafe
        cut_end = ends_line and end in self._unsafe
        glyphs = self._glyphs
        if cut_start or cut_end:
            a, context_start = (start, start) if cut_start else (self.run.start, 0)
            b, context_end = (end, end) if cut_end else (self.run.end, len(self.text))
            glyphs, _ = self._shaped(a, b, context_start, context_end)
        gap = 0.0 if starts_line or start != self.run.start else self.gap
        return self._placed(glyphs, start, end, gap)

    def _placed(self, glyphs: list[Glyph], start: int, end: int, gap: float) -> Glyphs:
        face, scale, lean, tracking = self.run.face, self.span.scale, self.lean, self.tracking
        rtl = self.run.level % 2 == 1
        unit, rise, box_of = scale / face.units, self.span.rise, face.box
        gids: list[int] = []
        xs: list[float] = []
        ys: list[float] = []
        pen = 0.0 if rtl else gap
        x0 = y0 = float("inf")
        x1 = y1 = float("-inf")
        previous = -1
        for gid, cluster, dx, dy, advance in glyphs:
            if not start <= cluster < end:
                continue
            if tracking and gids and cluster != previous:
                pen += tracking
            previous = cluster
            x, y = pen + dx * unit, -dy * unit - rise
            box = box_of(gid, lean)
            if box is not None:
                x0, x1 = min(x0, x + box[0] * scale), max(x1, x + box[2] * scale)
                y0, y1 = min(y0, y + box[1] * scale), max(y1, y + box[3] * scale)
            gids.append(gid)
            xs.append(x)
            ys.append(y)
            pen += advance * unit
        ink: Box | None = (x0, y0, x1, y1) if x0 < x1 else None
        strike = None
        if self.span.strike and ink is not None:
            over, half = STRIKE_OVERHANG * scale, STRIKE_THICKNESS * scale / 2
            middle = -0.52 * face.x_height * scale - rise
            left = min(0.0 if rtl else gap, x0)
            strike = (left - over, middle - half, max(pen, x1) + over, middle + half)
            ink = union(ink, strike)
        pen += (tracking if gids else 0.0) + (gap if rtl else 0.0)
        text = self.text[start:end]
        return Glyphs(
            face, scale, lean, tuple(gids), tuple(xs), tuple(ys), pen, ink, self.run.level, text, strike
        )


def union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
