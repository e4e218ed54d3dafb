"""Shaped runs, and pieces of them: HarfBuzz at one size, kept in em, so that any size is arithmetic."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import uharfbuzz as hb

from banner_engine.text.chars import CJK_SCRIPTS, UNTRACKED
from banner_engine.text.face import Box, Face, lean_of
from banner_engine.text.runs import Run
from banner_engine.text.style import Span

_UNSAFE = int(hb.GlyphFlags.UNSAFE_TO_BREAK)
STRIKE_THICKNESS = 0.07
STRIKE_OVERHANG = 0.03
_JOINED = frozenset("_＿—―─━…‥")
"""Signs that touch the next one of their kind."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Glyphs of one run from left to right, in em of the block, y downwards, origin at the baseline's start.

    scale: × the block's size. lean: tangent of the skew. text: what is drawn, in logical order.
    strike: the bar (x0, y0, x1, y1) through them. joined: neighbours touch, and must be drawn as one.
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
    joined: bool


class _Placed:
    """Glyphs in a row, from left to right, in em of the block from the row's left end.

    pens: where each glyph's advance starts, and the end of the last one. x0s … y1s: the ink of each glyph,
    (inf, inf, -inf, -inf) for a blank one. keys: the clusters, rising (negative where right to left).
    """

    __slots__ = ("gids", "keys", "pens", "x0s", "x1s", "xs", "y0s", "y1s", "ys")

    def __init__(
        self, buffer: Any, shift: int, face: Face, scale: float, rise: float, lean: float, tracking: float
    ) -> None:
        unit = scale / face.units
        self.gids: list[int] = []
        self.xs: list[float] = []
        self.ys: list[float] = []
        self.pens: list[float] = []
        self.x0s: list[float] = []
        self.x1s: list[float] = []
        self.y0s: list[float] = []
        self.y1s: list[float] = []
        clusters: list[int] = []
        boxes = face.boxes(lean)
        pen, previous = 0.0, -1
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            dx, dy, advance, _ = position.position
            gid, cluster = info.codepoint, info.cluster
            if tracking and clusters and cluster != previous:
                pen += tracking
            previous = cluster
            x, y = pen + dx * unit, -dy * unit - rise
            x0, y0, x1, y1 = boxes[gid] if gid in boxes else face.box(gid, lean)
            self.gids.append(gid)
            self.xs.append(x)
            self.ys.append(y)
            self.pens.append(pen)
            self.x0s.append(x + x0 * scale)
            self.y0s.append(y + y0 * scale)
            self.x1s.append(x + x1 * scale)
            self.y1s.append(y + y1 * scale)
            clusters.append(cluster + shift)
            pen += advance * unit
        self.pens.append(pen + tracking if clusters else pen)
        falling = len(clusters) > 1 and clusters[0] > clusters[-1]
        self.keys = [-cluster for cluster in clusters] if falling else clusters

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The glyphs of characters start:end."""
        keys = self.keys
        if keys and keys[0] < 0:
            return bisect_left(keys, 1 - end), bisect_left(keys, 1 - start)
        return bisect_left(keys, start), bisect_left(keys, end)


class ShapedRun:
    """One run with its glyphs, and the ways to cut it."""

    __slots__ = (
        "_features",
        "_placed",
        "_unsafe",
        "gap",
        "lean",
        "locale",
        "rise",
        "run",
        "span",
        "text",
        "tracking",
    )

    def __init__(self, text: str, run: Run, span: Span, locale: str, *, first: bool) -> None:
        self.text = text
        self.run = run
        self.span = span
        self.locale = locale
        self.gap = span.gap if first else 0.0
        self.tracking = 0.0 if run.script in UNTRACKED else span.style.tracking * span.scale
        self.lean = lean_of(span.style.skew)
        self.rise = span.rise
        self._features: dict[str, bool] = dict.fromkeys(span.style.features, True)
        if self.tracking:
            # A ligature would be the only letters without space between them.
            self._features.update(liga=False, clig=False)
        buffer = self._buffer(run.start, run.end, 0, len(text))
        self._placed = self._laid(buffer, 0)
        if span.stand and run.script in CJK_SCRIPTS:
            self.rise += max(0.0, span.rise + max(self._placed.y1s))
            self._placed = self._laid(buffer, 0)
        self._unsafe: frozenset[int] = frozenset()

    def find_unsafe(self, breaks: list[int]) -> None:
        """Learn at which of the places inside of it where lines may end a cut changes glyphs."""
        if breaks:
            buffer = self._buffer(self.run.start, self.run.end, 0, len(self.text))
            self._unsafe = _unsafe(buffer, self._placed, breaks)

    @property
    def nbytes(self) -> int:
        return 900 + 200 * len(self._placed.gids)

    @property
    def bearing(self) -> float:
        """The widest blank that a glyph's advance has beside its ink, in em of the block."""
        placed = self._placed
        sides = [
            max(x0 - start, end - x1)
            for x0, x1, start, end in zip(placed.x0s, placed.x1s, placed.pens, placed.pens[1:], strict=False)
            if x0 < x1
        ]
        return max(sides, default=0.0) + self.gap

    @property
    def gids(self) -> tuple[int, ...]:
        return tuple(self._placed.gids)

    def _buffer(self, start: int, end: int, context_start: int, context_end: int) -> Any:
        """text[start:end] shaped within its context; clusters count from context_start."""
        buffer = hb.Buffer()
        buffer.add_str(self.text[context_start:context_end], start - context_start, end - start)
        buffer.direction = "rtl" if self.run.level % 2 else "ltr"
        buffer.script = self.run.script
        buffer.language = self.locale
        hb.shape(self.run.face.hb_font, buffer, self._features)
        return buffer

    def _laid(self, buffer: Any, shift: int) -> _Placed:
        span = self.span
        return _Placed(buffer, shift, self.run.face, span.scale, self.rise, self.lean, self.tracking)

    @property
    def unsafe(self) -> frozenset[int]:
        """The breaks before which a cut changes glyphs on one of its sides."""
        return self._unsafe

    def _cut(self, start: int, end: int, starts_line: bool, ends_line: bool) -> tuple[_Placed, int, int]:
        """The glyphs of characters start:end, shaped anew where the ends of the line demand it."""
        placed = self._placed
        if self._unsafe:
            cut_start = starts_line and start in self._unsafe
            cut_end = ends_line and end in self._unsafe
            if cut_start or cut_end:
                a, context_start = (start, start) if cut_start else (self.run.start, 0)
                b, context_end = (end, end) if cut_end else (self.run.end, len(self.text))
                placed = self._laid(self._buffer(a, b, context_start, context_end), context_start)
        return (placed, *placed.within(start, end))

    def extent(self, start: int, end: int, *, starts_line: bool, ends_line: bool) -> tuple[float, Box | None]:
        """(advance, ink) of characters start:end."""
        placed, i, j = self._cut(start, end, starts_line, ends_line)
        advance, ink, _ = self._extent(placed, i, j, self._lead(start, starts_line))
        return advance, ink

    def _lead(self, start: int, starts_line: bool) -> float:
        return 0.0 if starts_line or start != self.run.start else self.gap

    def _extent(self, placed: _Placed, i: int, j: int, lead: float) -> tuple[float, Box | None, Box | None]:
        """(advance, ink, bar through them) of glyphs i … j − 1 after `lead` em."""
        if i == j:
            return 0.0, None, None
        left = 0.0 if self.run.level % 2 else lead
        base = placed.pens[i] - left
        advance = placed.pens[j] - placed.pens[i] + lead
        x0, x1 = min(placed.x0s[i:j]) - base, max(placed.x1s[i:j]) - base
        if x0 > x1:
            return advance, None, None
        ink = (x0, min(placed.y0s[i:j]), x1, max(placed.y1s[i:j]))
        if not self.span.strike:
            return advance, ink, None
        scale = self.span.scale
        over, half = STRIKE_OVERHANG * scale, STRIKE_THICKNESS * scale / 2
        middle = -0.52 * self.run.face.x_height * scale - self.rise
        # From end to end of the advance, so that the bars of neighbouring runs join.
        bar = (min(left, x0) - over, middle - half, max(advance, x1) + over, middle + half)
        return advance, union(ink, bar), bar

    def piece(self, start: int, end: int, *, starts_line: bool, ends_line: bool) -> Glyphs:
        """The glyphs of characters start:end."""
        placed, i, j = self._cut(start, end, starts_line, ends_line)
        lead = self._lead(start, starts_line)
        advance, ink, strike = self._extent(placed, i, j, lead)
        base = placed.pens[i] - (0.0 if self.run.level % 2 else lead)
        xs = placed.xs[i:j]
        return Glyphs(
            face=self.run.face,
            scale=self.span.scale,
            lean=self.lean,
            gids=tuple(placed.gids[i:j]),
            xs=tuple([x - base for x in xs]) if base else tuple(xs),
            ys=tuple(placed.ys[i:j]),
            advance=advance,
            ink=ink,
            level=self.run.level,
            text=self.text[start:end],
            strike=strike,
            joined=self.run.script in UNTRACKED or not _JOINED.isdisjoint(self.text[start:end]),
        )


def _unsafe(buffer: Any, laid: _Placed, breaks: Collection[int]) -> frozenset[int]:
    """Those of `breaks` before which HarfBuzz says that a cut needs shaping anew, or finds no glyph."""
    infos = buffer.glyph_infos
    found = set()
    for at in breaks:
        i, j = laid.within(at, at + 1)
        if i == j or any(int(info.flags) & _UNSAFE for info in infos[i:j]):
            found.add(at)
    return frozenset(found)


def union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
