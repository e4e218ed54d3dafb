"""What the lines of a text would measure: widths and heights of ink of every range of segments."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from math import inf
from typing import NamedTuple

from banner_engine.text.face import Box
from banner_engine.text.shaped import Shaped

EMPTY: Box = (0.0, 0.0, 0.0, 0.0)
SLACK = 1.0
"""Em by which the ink of a line may be narrower than its advance: blanks at its end, bearings."""


class Row(NamedTuple):
    """A line up to segment end − 1, in em of the block: its ink's width, top (negative: up) and bottom."""

    end: int
    width: float
    top: float
    bottom: float


class Measures:
    """Possible lines of a shaped text; `inner` allows breaks inside words. Rows are made when asked for."""

    def __init__(self, shaped: Shaped, inner: bool) -> None:
        self.shaped = shaped
        segments = shaped.segments
        self.ends = [i + 1 for i, s in enumerate(segments) if inner or not s.inner]
        """Where a line may end, as numbers of segments; the last one is the end of the text."""
        self.count = len(segments)
        self.pieces = len(self.ends)
        self._ends = frozenset(self.ends)
        self._rows: dict[int, tuple[float, list[Row]]] = {}

    @cached_property
    def whole(self) -> Row | None:
        """All of the text in one line, where no obligatory break forbids it."""
        if any(segment.mandatory for segment in self.shaped.segments):
            return None
        ink = self.shaped.line(0, self.count).ink or EMPTY
        return Row(self.count, ink[2] - ink[0], ink[1], ink[3])

    @cached_property
    def _left(self) -> list[float]:
        """The advance of the text from each segment on."""
        return [*accumulate(reversed(self.shaped.table.advances), initial=0.0)][::-1]

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
        """False where the text from segment `start` on is surely too long for so many lines of `width` em."""
        return self._left[start] <= lines * (width + SLACK)

    def enough(self, lines: int) -> float:
        """A width in em at which the text can surely be set in so many lines, if it has no obligatory breaks.

        Filling lines up to the mean and one piece more never needs another line.
        """
        return self._left[0] / lines + self._longest + SLACK

    @cached_property
    def tops(self) -> list[float]:
        """How high the first line's ink may rise: the different values, highest first."""
        rising = accumulate((-y for y in self.shaped.table.y0s), max)
        return sorted(set(rising), reverse=True)

    @cached_property
    def bottoms(self) -> list[float]:
        """How low the last line's ink may fall: the different values, lowest first."""
        falling = accumulate(reversed(self.shaped.table.y1s), max)
        return sorted(set(falling), reverse=True)

    def rows(self, start: int, limit: float) -> list[Row]:
        """The lines from segment `start` on that are at most `limit` em wide, shortest first."""
        known = self._rows.get(start)
        if known is None or known[0] < limit:
            made = self._accumulated(start, limit) if self.shaped.uniform else self._ordered(start, limit)
            self._rows[start] = (limit, made)
            return made
        if known[0] == limit:
            return known[1]
        return [row for row in known[1] if row.width <= limit]

    def words_in(self, start: int, end: int) -> int:
        """How many pieces between allowed breaks the line has."""
        return sum(start < place <= end for place in self.ends)

    def _ordered(self, start: int, limit: float) -> list[Row]:
        """Lines of mixed directions: each one has an order of its own."""
        out = []
        for end in self.ends:
            if end <= start:
                continue
            ink = self.shaped.line(start, end).ink or EMPTY
            row = Row(end, ink[2] - ink[0], ink[1], ink[3])
            if row.width > limit:
                break
            out.append(row)
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
            starts = index == start and not table.safe_starts[index]
            advance = table.advances[index]
            box = table.x0s[index], table.y0s[index], table.x1s[index], table.y1s[index]
            if starts:
                advance, ink = shaped.extent(segment.start, segment.end, starts_line=True)
                box = ink or (inf, inf, -inf, -inf)
            if index + 1 in ends:
                last = box
                if not table.safe_ends[index]:
                    ink = shaped.extent(
                        segment.start, segment.visible, starts_line=index == start, ends_line=True
                    )[1]
                    last = ink or (inf, inf, -inf, -inf)
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
