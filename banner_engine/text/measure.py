"""What the lines of a text would measure: widths and heights of ink of every range of segments."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from math import inf
from typing import NamedTuple

from banner_engine.text.face import BLANK, Box
from banner_engine.text.shaped import NO_INK, Shaped

SLACK = 0.5
"""Em by which the ink of a line may differ from what its segments say: kerning at its ends, overhangs."""


class Row(NamedTuple):
    """A line up to segment end − 1, in em of the block: its ink's width, top (negative: up) and bottom."""

    end: int
    width: float
    top: float
    bottom: float


class Measures:
    """Possible lines of a shaped text. Rows are made when asked for.

    inner: lines may end inside words, too.
    """

    def __init__(self, shaped: Shaped, inner: bool) -> None:
        self.shaped = shaped
        segments = shaped.segments
        self.ends = [i + 1 for i, s in enumerate(segments) if inner or not s.inner]
        """Where a line may end, as numbers of segments; the last one is the end of the text."""
        self.count = len(segments)
        self.pieces = len(self.ends)
        self._likely = 0.0
        self._ends = frozenset(self.ends)
        self._rows: dict[int, tuple[float, list[Row]]] = {}
        self._tails: dict[int, Row] = {}
        self._free_from = max((i + 1 for i, s in enumerate(segments) if s.mandatory), default=0)

    @classmethod
    def of(cls, shaped: Shaped, inner: bool, likely: float) -> Measures:
        """The measures of a text, kept with it. likely: a width in em that will be asked for."""
        found = shaped.measures.get(inner)
        if found is None:
            found = shaped.measures[inner] = cls(shaped, inner)
        found._likely = max(found._likely, likely * (1 + 1e-6))
        return found

    @cached_property
    def whole(self) -> Row | None:
        """All of the text in one line, where no obligatory break forbids it."""
        if self.shaped.whole is None:
            return None
        ink = self.shaped.ink
        return Row(self.count, ink[2] - ink[0], ink[1], ink[3])

    @cached_property
    def _widths(self) -> list[float]:
        """How wide the ink from each segment on is in one line."""
        return [max(0.0, box[2] - box[0]) for box in self._suffixes]

    @cached_property
    def _blank(self) -> float:
        """The widest blank between the ink of two neighbouring segments."""
        table, widest, blank = self.shaped.table, 0.0, 0.0
        for advance, box in zip(table.advances, table.boxes, strict=True):
            if box is BLANK:
                blank += advance
                continue
            before, after = box[0], advance - box[2]
            if self.shaped.rightward:
                before, after = -box[2], advance + box[0]
            widest = max(widest, blank + before)
            blank = after
        return widest

    @cached_property
    def _advances(self) -> list[float]:
        """The advance from each segment to the end of the text."""
        return [*accumulate(reversed(self.shaped.table.advances), initial=0.0)][::-1]

    @cached_property
    def _rim(self) -> float:
        """The most of a line's advance that holds no ink at its two ends, whatever stands there."""
        shaped = self.shaped
        widest = blank = 0.0
        for segment, advance in zip(shaped.segments, shaped.table.advances, strict=True):
            trailing = shaped.extent(segment.visible, segment.end)[0]
            # Segments of blanks only add to those at the end of the one before.
            blank = blank + advance if segment.visible == segment.start else trailing
            widest = max(widest, blank)
        return 2 * (widest + max((run.bearing for run in shaped.runs), default=0.0))

    @cached_property
    def _longest(self) -> float:
        """The advance of the longest piece between two breaks."""
        longest = piece = 0.0
        for number, advance in enumerate(self.shaped.table.advances, 1):
            piece += advance
            if number in self._ends:
                longest, piece = max(longest, piece), 0.0
        return longest

    def can_hold(self, start: int, lines: int, width: float) -> bool:
        """False where the text from segment `start` on is surely too long for so many lines of `width` em.

        As one line it would be as wide as all lines together and the blanks between them. In a text of mixed
        directions the ends of its lines are not where the text ends, so that blank may be at every end.
        """
        if self.shaped.uniform:
            return self._widths[start] <= lines * width + (lines - 1) * self._blank + SLACK
        return self._advances[start] <= lines * (width + self._rim) + SLACK

    def enough(self, lines: int) -> float:
        """A width in em at which the text can surely be set in so many lines, if it has no obligatory breaks.

        Filling lines up to the mean and one piece more never needs another line.
        """
        return sum(self.shaped.table.advances) / lines + self._longest + SLACK

    @cached_property
    def tops(self) -> list[float]:
        """How high the first line's ink may rise: the different values, highest first."""
        rising = accumulate((-box[1] for box in self.shaped.table.boxes), max)
        return sorted(set(rising), reverse=True)

    @cached_property
    def bottoms(self) -> list[float]:
        """How low the last line's ink may fall: the different values, lowest first."""
        falling = accumulate((box[3] for box in reversed(self.shaped.table.boxes)), max)
        return sorted(set(falling), reverse=True)

    def rows(self, start: int, limit: float) -> list[Row]:
        """The lines from segment `start` on that are at most `limit` em wide, shortest first."""
        known = self._rows.get(start)
        if known is None or known[0] < limit:
            far = max(limit, self._likely)
            made = self._accumulated(start, far) if self.shaped.uniform else self._ordered(start, far)
            known = self._rows[start] = (far, made)
        far, made = known
        if far == limit or not made or made[-1].width <= limit:
            return made
        return [row for row in made if row.width <= limit]

    def tail(self, start: int) -> Row | None:
        """The line from segment `start` to the end of the text, unless an obligatory break is within."""
        if start < self._free_from:
            return None
        found = self._tails.get(start)
        if found is None:
            found = self._tails[start] = self._tail(start)
        return found

    def _tail(self, start: int) -> Row:
        shaped = self.shaped
        if not shaped.uniform:
            ink = shaped.line(start, self.count).ink or NO_INK
            return Row(self.count, ink[2] - ink[0], ink[1], ink[3])
        advance, box = self._starting(start)
        if start + 1 == self.count and not shaped.table.safe_ends[start]:
            box = self._alone(start)
        step = -advance if shaped.rightward else advance
        x0, y0, x1, y1 = self._suffixes[start + 1]
        x0, x1 = min(box[0], x0 + step), max(box[2], x1 + step)
        if x0 > x1:
            return Row(self.count, 0.0, 0.0, 0.0)
        return Row(self.count, x1 - x0, min(box[1], y0), max(box[3], y1))

    @cached_property
    def _suffixes(self) -> list[Box]:
        """The ink from each segment to the end of the text, from the segment's start, within a line."""
        table, side = self.shaped.table, -1.0 if self.shaped.rightward else 1.0
        box = BLANK
        out = [box]
        for index in range(self.count - 1, -1, -1):
            here = table.boxes[index]
            if index == self.count - 1 and not table.safe_ends[index]:
                here = self._ending(index)
            step = side * table.advances[index]
            box = (
                min(here[0], box[0] + step),
                min(here[1], box[1]),
                max(here[2], box[2] + step),
                max(here[3], box[3]),
            )
            out.append(box)
        out.reverse()
        return out

    def _starting(self, index: int) -> tuple[float, Box]:
        """(advance, ink) of a segment at the start of a line that goes on after it."""
        if self.shaped.table.safe_starts[index]:
            return self.shaped.table.advances[index], self.shaped.table.boxes[index]
        segment = self.shaped.segments[index]
        advance, ink = self.shaped.extent(segment.start, segment.end, starts_line=True)
        return advance, ink or BLANK

    def _alone(self, index: int) -> Box:
        segment = self.shaped.segments[index]
        ink = self.shaped.extent(segment.start, segment.visible, starts_line=True, ends_line=True)[1]
        return ink or BLANK

    def _ending(self, index: int) -> Box:
        segment = self.shaped.segments[index]
        return self.shaped.extent(segment.start, segment.visible, ends_line=True)[1] or BLANK

    def is_one_piece(self, start: int) -> bool:
        """Whether no line may end between segment `start` and the end of the text."""
        return self.pieces < 2 or self.ends[-2] <= start

    def _ordered(self, start: int, limit: float) -> list[Row]:
        """Lines of mixed directions: each one has an order of its own."""
        out = []
        for end in self.ends:
            if end <= start:
                continue
            ink = self.shaped.line(start, end).ink or NO_INK
            row = Row(end, ink[2] - ink[0], ink[1], ink[3])
            if row.width <= limit:
                out.append(row)
            elif row.width > limit + SLACK:
                # Not at once: what follows may be narrower than a hyphen that shows only here.
                break
            if self.shaped.segments[end - 1].mandatory:
                break
        return out

    def _accumulated(self, start: int, limit: float) -> list[Row]:
        """All lines from `start` in one pass: the boxes of their segments side by side."""
        shaped, table, ends = self.shaped, self.shaped.table, self._ends
        segments, side = shaped.segments, -1.0 if shaped.rightward else 1.0
        out: list[Row] = []
        pen = 0.0
        x0 = y0 = inf
        x1 = y1 = -inf
        for index in range(start, self.count):
            segment = segments[index]
            advance = table.advances[index]
            box = table.boxes[index]
            if index == start and not table.safe_starts[index]:
                advance, box = self._starting(index)
            if index + 1 in ends:
                last = box
                if not table.safe_ends[index]:
                    last = self._alone(index) if index == start else self._ending(index)
                left, right = min(x0, side * pen + last[0]), max(x1, side * pen + last[2])
                if left > right:
                    out.append(Row(index + 1, 0.0, 0.0, 0.0))
                elif right - left <= limit:
                    out.append(Row(index + 1, right - left, min(y0, last[1]), max(y1, last[3])))
            x0, x1 = min(x0, side * pen + box[0]), max(x1, side * pen + box[2])
            y0, y1 = min(y0, box[1]), max(y1, box[3])
            pen += advance
            if segment.mandatory or x1 - x0 > limit:
                break
        return out
