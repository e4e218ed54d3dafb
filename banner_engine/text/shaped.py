"""A text shaped once, at no size: its runs, where it may break, and what each possible line would measure."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from banner_engine.cache import Cache, shared
from banner_engine.errors import BannerError
from banner_engine.text.breaks import NEWLINES, SOFT_HYPHEN, line_breaks, visible_end
from banner_engine.text.chars import clusters, font_for, mirrored, visual_order
from banner_engine.text.face import BLANK, Box, Face
from banner_engine.text.fonts import FontBook
from banner_engine.text.glue import ends_weakly
from banner_engine.text.glyphs import Glyphs, ShapedRun, union
from banner_engine.text.runs import itemise
from banner_engine.text.style import Span, TextStyle

if TYPE_CHECKING:
    from banner_engine.text.measure import Measures

NO_INK: Box = (0.0, 0.0, 0.0, 0.0)
KEPT_LINES = 32
"""Lines that a shaped text keeps: enough for those of one fit."""


class Segment(NamedTuple):
    """Characters between two breaks. visible: where the ink ends if a line ends here.

    hyphen: a soft hyphen shows if a line ends here. weak: its last word belongs to the next line.
    """

    start: int
    end: int
    visible: int
    mandatory: bool
    inner: bool
    hyphen: bool
    weak: bool


@dataclass(frozen=True, slots=True)
class LineShape:
    """A line in em of the block: (x, glyphs) from left to right; ink is None for an empty line."""

    pieces: tuple[tuple[float, Glyphs], ...]
    advance: float
    ink: Box | None

    @property
    def text(self) -> str:
        """The characters in visual order, mirrored as they are drawn."""
        return "".join(_visual(glyphs) for _, glyphs in self.pieces)


def _visual(glyphs: Glyphs) -> str:
    text = glyphs.text.replace(SOFT_HYPHEN, "")
    if glyphs.level % 2 == 0:
        return text
    return "".join(mirrored(text[a:b]) if b - a == 1 else text[a:b] for a, b in reversed(clusters(text)))


class Shaped:
    """The result of `shape_text`. `missing`: characters that no font has; such a text can't be set."""

    def __init__(
        self, spans: tuple[Span, ...], locale: str, rtl: bool, text: str, runs: list[ShapedRun],
        missing: tuple[str, ...], face: Face,
    ) -> None:  # fmt: skip
        self.spans = spans
        self.locale = locale
        self.rtl = rtl
        self.text = text
        self.runs = runs
        self.missing = missing
        self.face = face
        """The face that a letter without a peculiarity is set in: the first of the first span."""
        self.leading = spans[0].style.leading if spans else 1.0
        self.uniform = len({run.run.level for run in runs}) <= 1
        self._run_ends = [run.run.end for run in runs]
        self.measures: dict[bool, Measures] = {}
        self._lines: dict[tuple[int, int], LineShape] = {}

    @property
    def nbytes(self) -> int:
        # With what fits leave behind: lines that hold their glyphs once more, rows of possible lines.
        count = 1 + len(self.text) // 4
        rows = count * min(count, 40) * 30
        return 3500 + 6 * len(self.text) + 450 * count + rows + 2 * sum(run.nbytes for run in self.runs)

    @cached_property
    def digest(self) -> str:
        """What the ink of this text depends on: the spans, the locale, the direction and the fonts."""
        fonts = [run.run.face.digest for run in self.runs]
        parts = [self.locale, "rtl" if self.rtl else "ltr", *fonts]
        for span in self.spans:
            parts += (span.text, _told(span.style))
            if span.scale != 1 or span.rise or span.strike or span.gap or span.stand:
                parts.append(f"{span.scale} {span.rise} {span.strike} {span.gap} {span.stand}")
        return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @property
    def fonts(self) -> tuple[str, ...]:
        """Names of the faces in use, in the order in which they appear."""
        return tuple(dict.fromkeys(run.run.face.name for run in self.runs))

    def need_all(self) -> None:
        """Raise BannerError (kind "font") if a character has no glyph: tofu is never drawn."""
        if self.missing:
            shown = ", ".join(f"'{c}' (U+{ord(c):04X})" for c in self.missing[:5])
            raise BannerError(
                f"no font has {shown} of '{self.text[:40]}'",
                hint=f"add one that has it to the theme's fonts, such as {font_for(self.missing[0])}, "
                "or change the text",
                kind="font",
            )

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The text between its breaks. Found when a line must end within: most texts are one line."""
        text, start = self.text, 0
        out: list[Segment] = []
        for end, mandatory, inner in line_breaks(text, self.locale):
            visible = visible_end(text, start, end)
            hyphen = visible > start and text[end - 1] == SOFT_HYPHEN
            weak = ends_weakly(text[start:visible])
            out.append(Segment(start, end, visible, mandatory, inner, hyphen, weak))
            start = end
        cuts = {at for segment in out for at in (segment.end, segment.visible)}
        for run in self.runs:
            run.find_unsafe([at for at in cuts if run.run.start < at < run.run.end])
        return tuple(out)

    @cached_property
    def whole(self) -> LineShape | None:
        """All of it in one line, where no obligatory break forbids it."""
        text = self.text
        if not text or (not text.isprintable() and any(char in NEWLINES for char in text[:-1])):
            return None
        if visible_end(text, 0, len(text)) < len(text):
            return self.line(0, len(self.segments))
        return self._set(0, len(text), starts_line=True, ends_line=True, hyphen=False)

    @property
    def ink(self) -> Box:
        """Of all of it in one line, in em; empty where it has no ink, or can't be one line."""
        return (self.whole and self.whole.ink) or NO_INK

    def line(self, first: int, last: int) -> LineShape:
        """Segments first … last − 1 set as one line."""
        key = (first, last)
        found = self._lines.get(key)
        if found is None:
            start, tail = self.segments[first].start, self.segments[last - 1]
            end = max(start, tail.visible)
            found = self._set(start, end, starts_line=True, ends_line=True, hyphen=tail.hyphen)
            if len(self._lines) >= KEPT_LINES:
                self._lines.clear()
            self._lines[key] = found
        return found

    def extent(
        self, start: int, end: int, *, starts_line: bool = False, ends_line: bool = False
    ) -> tuple[float, Box | None]:
        """(advance, ink) of characters start:end of a text of one direction, from their start.

        They start a line, end one (a soft hyphen after them shows), or stand within.
        """
        pen, ink = 0.0, None
        for run in self.runs[bisect_right(self._run_ends, start) :]:
            a, b = max(run.run.start, start), min(run.run.end, end)
            if a >= b:
                break
            parts = [
                run.extent(a, b, starts_line=starts_line and a == start, ends_line=ends_line and b == end)
            ]
            if ends_line and b == end and self.text[end : end + 1] == SOFT_HYPHEN:
                hyphen = _hyphen(run)
                parts.append((hyphen.advance, hyphen.ink))
            for advance, box in parts:
                if box is not None:
                    left = -pen - advance if self.rightward else pen
                    box = (left + box[0], box[1], left + box[2], box[3])
                    ink = box if ink is None else union(ink, box)
                pen += advance
        return pen, ink

    @cached_property
    def rightward(self) -> bool:
        """All of the text runs from right to left."""
        return self.uniform and bool(self.runs) and self.runs[0].run.level % 2 == 1

    @cached_property
    def table(self) -> SegmentTable:
        return SegmentTable(self)

    def _set(self, start: int, end: int, *, starts_line: bool, ends_line: bool, hyphen: bool) -> LineShape:
        pieces: list[Glyphs] = []
        tracking = 0.0
        for run in self.runs:
            a, b = max(run.run.start, start), min(run.run.end, end)
            if a < b:
                pieces.append(
                    run.piece(a, b, starts_line=starts_line and a == start, ends_line=ends_line and b == end)
                )
                tracking = run.tracking
                if hyphen and b == end:
                    pieces.append(_hyphen(run))
        pen, ink, placed = 0.0, None, []
        for index in visual_order([glyphs.level for glyphs in pieces]):
            glyphs = pieces[index]
            placed.append((pen, glyphs))
            if glyphs.ink is not None:
                x0, y0, x1, y1 = glyphs.ink
                box = (x0 + pen, y0, x1 + pen, y1)
                ink = box if ink is None else union(ink, box)
            pen += glyphs.advance
        # Space between letters stands between letters: not after the last one of a line.
        return LineShape(tuple(placed), pen - tracking if ends_line else pen, ink)


class SegmentTable:
    """What each segment of a text of one direction measures within a line, in em: parallel lists.

    advances include the blanks after a segment. boxes count from the segment's start, to the right;
    BLANK where there is no ink. safe_starts, safe_ends: cuts that change no glyph (a soft hyphen does).
    """

    __slots__ = ("advances", "boxes", "safe_ends", "safe_starts")

    def __init__(self, shaped: Shaped) -> None:
        unsafe: frozenset[int] = frozenset().union(*(run.unsafe for run in shaped.runs))
        self.advances: list[float] = []
        self.boxes: list[Box] = []
        self.safe_starts: list[bool] = []
        self.safe_ends: list[bool] = []
        for segment in shaped.segments:
            advance, ink = shaped.extent(segment.start, segment.end)
            self.advances.append(advance)
            self.boxes.append(ink or BLANK)
            self.safe_starts.append(segment.start not in unsafe)
            self.safe_ends.append(segment.visible not in unsafe and not segment.hyphen)


def _hyphen(run: ShapedRun) -> Glyphs:
    mark = "\u2010" if run.run.face.glyph(0x2010) else "-"
    alone = ShapedRun(
        mark, run.run._replace(start=0, end=1), replace(run.span, gap=0.0), run.locale, first=False
    )
    return alone.piece(0, 1, starts_line=True, ends_line=True)


@lru_cache(maxsize=1024)
def _told(style: TextStyle) -> str:
    """A style as a text, to be hashed."""
    return repr(style)


_shaped: Cache[Shaped] = Cache(shared, "shaped text", lambda shaped: shaped.nbytes)


def shape_text(book: FontBook, spans: tuple[Span, ...], locale: str, rtl: bool) -> Shaped:
    """Shape a text; what was shaped before is found by content.

    locale: BCP 47; it decides case, breaks, Han glyphs and the letters of a language. rtl: the
    direction of the whole text (its lines start at the right). Raises BannerError for an unknown family.
    """
    return _shaped.get((book, spans, locale, rtl), lambda: _shape(book, spans, locale, rtl))


def _shape(book: FontBook, spans: tuple[Span, ...], locale: str, rtl: bool) -> Shaped:
    items = itemise(book, spans, locale, rtl)
    text = items.text
    runs: list[ShapedRun] = []
    seen: set[int] = set()
    for run in items.runs:
        first = run.span not in seen
        seen.add(run.span)
        runs.append(ShapedRun(text, run, spans[run.span], locale, first=first))
    style = spans[0].style if spans else None
    face = book.faces(style.families, style.weight, style.italic, locale)[0] if style else runs[0].run.face
    return Shaped(spans, locale, rtl, text, runs, items.missing, face)
