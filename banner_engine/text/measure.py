"""What the lines of a text would measure: widths and heights of ink of every range of segments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from banner_engine.text.face import Box
from banner_engine.text.shaped import Shaped

EMPTY: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Row:
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
        self._rows: dict[int, tuple[float, list[Row]]] = {}

    def rows(self, start: int, limit: float) -> list[Row]:
        """The lines from segment `start` on that are at most `limit` em wide, shortest first."""
        known = self._rows.get(start)
        if known is None or known[0] < limit:
            known = self._rows[start] = (limit, self._measured(start, limit))
        return [row for row in known[1] if row.width <= limit]

    def lasts(self, limit: float) -> list[Row]:
        """The lines that end the text and are at most `limit` em wide."""
        out = []
        for start in (0, *self.ends[:-1]):
            rows = self.rows(start, limit)
            if rows and rows[-1].end == self.count:
                out.append(rows[-1])
        return out

    def words_in(self, start: int, end: int) -> int:
        """How many pieces between allowed breaks the line has."""
        return sum(start < place <= end for place in self.ends)

    def _measured(self, start: int, limit: float) -> list[Row]:
        if self.shaped.uniform:
            return self._accumulated(start, limit)
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
        """All lines from `start` in one pass: their segments' boxes side by side."""
        segments, side = self.shaped.segments, -1.0 if self._rtl else 1.0
        ends = set(self.ends)
        out: list[Row] = []
        pen = 0.0
        x0 = y0 = float("inf")
        x1 = y1 = float("-inf")
        for index in range(start, self.count):
            segment = segments[index]
            advance, box = self._segment(index, starts=index == start, ends=False)
            if index + 1 in ends:
                final, last = advance, box
                if segment.hyphen or not self._is_safe(segment.visible):
                    final, last = self._segment(index, starts=index == start, ends=True)
                lx0, ly0, lx1, ly1 = x0, y0, x1, y1
                if last is not None:
                    left = pen if side > 0 else -pen - final
                    lx0, lx1 = min(lx0, left + last[0]), max(lx1, left + last[2])
                    ly0, ly1 = min(ly0, last[1]), max(ly1, last[3])
                row = Row(index + 1, lx1 - lx0, ly0, ly1) if lx0 < lx1 else Row(index + 1, 0.0, 0.0, 0.0)
                if row.width <= limit:
                    out.append(row)
            if box is not None:
                left = pen if side > 0 else -pen - advance
                x0, x1 = min(x0, left + box[0]), max(x1, left + box[2])
                y0, y1 = min(y0, box[1]), max(y1, box[3])
            pen += advance
            if segment.mandatory or x1 - x0 > limit:
                break
        return out

    @cached_property
    def _rtl(self) -> bool:
        runs = self.shaped.runs
        return bool(runs) and runs[0].run.level % 2 == 1

    def _is_safe(self, at: int) -> bool:
        return all(run.is_safe(at) for run in self.shaped.runs if run.run.start < at < run.run.end)

    @cached_property
    def _boxes(self) -> dict[tuple[int, bool, bool], tuple[float, Box | None]]:
        return {}

    def _segment(self, index: int, *, starts: bool, ends: bool) -> tuple[float, Box | None]:
        """(advance with the blanks after it, ink) of one segment, at a line's start, its end, or within."""
        segment = self.shaped.segments[index]
        starts = starts and not self._is_safe(segment.start)
        key = (index, starts, ends)
        found = self._boxes.get(key)
        if found is None:
            found = self._boxes[key] = self.shaped.extent(
                segment.start,
                segment.visible if ends else segment.end,
                starts_line=starts or segment.start == 0,
                ends_line=ends,
                hyphen=ends and segment.hyphen,
            )
        return found
