"""Single segments of a frame, encoded without the others: as few pixels as can be, in as few calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from banner_engine.encode.segments import MCU, Grid, cut, jpeg

UNWANTED = -1
CALL_COST = 40
"""MCU rows of 80 px that an encoder's call costs as much time as: gaps up to there are encoded along."""
GAP = 2
"""Segments of a row that are encoded along with those on both sides of them."""
Numbers = npt.NDArray[np.int64]
Band = Callable[[int, int], Image.Image]
"""Paints the rows y0 to y1 (exclusive) of a frame, RGB."""


def encode_segments(grid: Grid, wanted: Iterable[int], paint: Band, quality: int) -> dict[int, bytes]:
    """The coded bytes of single segments, equal to those of the whole picture.

    paint is asked for the bands of rows that the segments lie in.
    """
    out: dict[int, bytes] = {}
    for piece in cuts(grid, tuple(sorted(set(wanted)))):
        out.update(piece.encode(grid, paint(piece.top, piece.bottom), quality))
    return out


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Whole segments beside and below each other. box: x0, y0, x1, y1 px of the band."""

    box: tuple[int, int, int, int]
    segments: tuple[int, ...]

    def picture(self, band: Image.Image) -> Image.Image:
        return band.crop(self.box)


@dataclass(frozen=True, slots=True)
class Strip:
    """All rows of the band as they are, for segments that touch a partial bottom row or an odd right edge."""

    segments: tuple[int, ...]

    def picture(self, band: Image.Image) -> Image.Image:
        return band


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Segments that begin at any column, one a row. mcus: n × interval numbers of MCUs in the band."""

    columns: int
    mcus: Numbers
    segments: tuple[int, ...]

    def picture(self, band: Image.Image) -> Image.Image:
        rows = band.height // MCU
        cells = np.asarray(band).reshape(rows, MCU, self.columns, MCU, 3).swapaxes(1, 2)
        count, interval = self.mcus.shape
        row, column = np.divmod(self.mcus, self.columns)
        sheet = cells[row, column].swapaxes(1, 2)
        return Image.fromarray(sheet.reshape(count * MCU, interval * MCU, 3))


Part = Rectangle | Strip | Sheet


@dataclass(frozen=True, slots=True)
class Cut:
    """A band of rows, top to bottom (px, exclusive), and the pictures that are encoded of it."""

    top: int
    bottom: int
    parts: tuple[Part, ...]

    def encode(self, grid: Grid, band: Image.Image, quality: int) -> dict[int, bytes]:
        """The coded bytes of the wanted segments. band: the pixels of the rows, RGB."""
        out: dict[int, bytes] = {}
        for part in self.parts:
            pixels = band if isinstance(part, Strip) else _whole_mcus(band, grid.columns * MCU)
            _, coded = cut(jpeg(part.picture(pixels), quality, grid.interval))
            out.update(zip(part.segments, coded, strict=True))
        out.pop(UNWANTED, None)
        return out


@lru_cache(maxsize=256)
def cuts(grid: Grid, wanted: tuple[int, ...]) -> tuple[Cut, ...]:
    """How to encode these segments (ascending). Segments that stand alone are cut from rectangles, or where rows
    do not hold whole segments gathered into a sheet; the others come from strips.
    """
    if len(wanted) == grid.count:
        return (Cut(0, grid.height, (Strip(wanted),)),)
    segments = np.array(wanted, np.int64)
    alone = alone_in(grid)[segments]
    out = [_band(grid, group) for group in _bands(grid, segments[alone])]
    out += [_strip(grid, *strip) for strip in _strips(grid, segments[~alone].tolist())]
    return tuple(out)


@lru_cache(maxsize=256)
def alone_in(grid: Grid) -> npt.NDArray[np.bool_]:
    """For each segment, whether it encodes to the same bytes at any place: it is whole, has no MCU of a partial
    bottom row, and none of an odd right edge.
    """
    first = np.arange(grid.count) * grid.interval
    last = first + grid.interval - 1
    alone = last < grid.columns * grid.rows
    if grid.height % MCU:
        alone &= last // grid.columns < grid.rows - 1
    if grid.odd_edge:
        alone &= first // grid.columns == (last + 1) // grid.columns
    return alone


def _bands(grid: Grid, segments: Numbers) -> list[Numbers]:
    """Segments grouped so that the rows of a group have no gap."""
    if not len(segments):
        return []
    first = segments * grid.interval // grid.columns
    last = ((segments + 1) * grid.interval - 1) // grid.columns
    starts = np.flatnonzero(first[1:] > last[:-1] + 1) + 1
    return np.split(segments, starts)


def _band(grid: Grid, segments: Numbers) -> Cut:
    top = int(segments[0]) * grid.interval // grid.columns
    end = ((int(segments[-1]) + 1) * grid.interval - 1) // grid.columns + 1
    parts: tuple[Part, ...]
    if grid.columns % grid.interval:
        mcus = segments[:, None] * grid.interval + np.arange(grid.interval) - top * grid.columns
        parts = (Sheet(grid.columns, mcus, tuple(segments.tolist())),)
    else:
        parts = tuple(_rectangles(grid, segments, top))
    return Cut(top * MCU, end * MCU, parts)


def _rectangles(grid: Grid, segments: Numbers, top: int) -> list[Rectangle]:
    """Spans of neighbouring columns, joined with those of the rows above while that costs less than a call."""
    per_row, side = grid.columns // grid.interval, grid.interval * MCU
    most = CALL_COST * 5 // grid.interval
    boxes: list[list[int]] = []  # first column, first row, last column, last row, wanted
    for row, columns in _rows(segments, per_row):
        for first, last in _spans(columns):
            count = sum(first <= column <= last for column in columns)
            for box in boxes:
                left, right = min(box[0], first), max(box[2], last)
                area = (right - left + 1) * (row - box[1] + 1)
                if box[3] >= row - 1 and area - box[4] - count <= most:
                    box[:] = [left, box[1], right, row, box[4] + count]
                    break
            else:
                boxes.append([first, row, last, row, count])
    wanted = set(segments.tolist())
    out = []
    for left, above, right, below, _ in boxes:
        numbers = (
            row * per_row + column for row in range(above, below + 1) for column in range(left, right + 1)
        )
        box_px = (left * side, (above - top) * MCU, (right + 1) * side, (below + 1 - top) * MCU)
        out.append(Rectangle(box_px, tuple(n if n in wanted else UNWANTED for n in numbers)))
    return out


def _rows(segments: Numbers, per_row: int) -> list[tuple[int, list[int]]]:
    rows: dict[int, list[int]] = {}
    for segment in segments.tolist():
        rows.setdefault(segment // per_row, []).append(segment % per_row)
    return list(rows.items())


def _spans(columns: list[int]) -> list[tuple[int, int]]:
    """(first, last) of columns (ascending) with gaps of at most GAP between them."""
    spans = [(columns[0], columns[0])]
    for column in columns[1:]:
        first, last = spans[-1]
        if column - last - 1 <= GAP:
            spans[-1] = (first, column)
        else:
            spans.append((column, column))
    return spans


def _strips(grid: Grid, segments: list[int]) -> list[tuple[int, int, list[int]]]:
    """(first MCU row, last MCU row, segments) of strips that do not overlap."""
    strips: list[tuple[int, int, list[int]]] = []
    for segment in segments:
        first, last = grid.row_range(segment)
        first -= first % grid.period
        if strips and first <= strips[-1][1] + 1:
            begun, reached, group = strips.pop()
            strips.append((begun, max(reached, last), [*group, segment]))
        else:
            strips.append((first, last, [segment]))
    return strips


def _strip(grid: Grid, first: int, last: int, wanted: list[int]) -> Cut:
    offset = first * grid.columns // grid.interval
    end = min((last + 1) * grid.columns, grid.columns * grid.rows)
    count = -(-(end - first * grid.columns) // grid.interval)
    mine = set(wanted)
    numbers = tuple(n if n in mine else UNWANTED for n in range(offset, offset + count))
    return Cut(first * MCU, min((last + 1) * MCU, grid.height), (Strip(numbers),))


def _whole_mcus(band: Image.Image, width: int) -> Image.Image:
    """The band with its last column and row repeated up to whole MCUs, as libjpeg repeats them."""
    height = -(-band.height // MCU) * MCU
    if band.size == (width, height):
        return band
    pixels = np.pad(
        np.asarray(band), ((0, height - band.height), (0, width - band.width), (0, 0)), mode="edge"
    )
    return Image.fromarray(pixels)
