"""JPEG entropy-coded segments: a picture cut at its restart markers, and single segments encoded alone.

At a restart marker the DC predictors are reset and the bits start on a byte boundary (ITU-T T.81, F.1.1.5.2
and E.1.4). With fixed quantisation and Huffman tables the bytes of a segment depend on the pixels of its
own MCUs only; just the marker's number depends on the position.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import numpy as np
import numpy.typing as npt
from PIL import Image

MCU = 16
"""Side of a minimum coded unit in px at 4:2:0."""
EOI = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[\xd0-\xd7]")
_SOS = b"\xff\xda"

Band = Callable[[int, int], Image.Image]
"""Paints the rows y0 to y1 (exclusive) of a frame, RGB."""


def jpeg(image: Image.Image, quality: int, restart_blocks: int) -> bytes:
    """Baseline JPEG, 4:2:0, the fixed Huffman tables of ITU-T T.81 Annex K, a restart marker every
    `restart_blocks` MCUs, no metadata.
    """
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=quality,
        subsampling="4:2:0",
        optimize=False,
        progressive=False,
        restart_marker_blocks=restart_blocks,
        comment=b"",
    )
    return out.getvalue()


def cut(data: bytes) -> tuple[bytes, list[bytes]]:
    """(header up to the first coded byte, segments without their markers) of such a JPEG.

    In coded data every 0xFF is followed by a stuffed zero, so a marker cannot be mistaken.
    """
    start = data.index(_SOS)
    start += 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    return data[:start], _MARKER.split(data[start : -len(EOI)])


@lru_cache(maxsize=256)
def header(width: int, height: int, quality: int, restart_blocks: int) -> bytes:
    """All bytes before the first segment; they depend on these four numbers only."""
    return cut(jpeg(Image.new("RGB", (width, height)), quality, restart_blocks))[0]


def marker(number: int) -> bytes:
    """What stands after segment `number`: RST0 to RST7 in turn."""
    return bytes((0xFF, 0xD0 + number % 8))


@dataclass(frozen=True, slots=True)
class Grid:
    """The MCUs of a picture and their segments. width, height: px; interval: MCUs in a segment."""

    width: int
    height: int
    interval: int

    @property
    def columns(self) -> int:
        return -(-self.width // MCU)

    @property
    def rows(self) -> int:
        return -(-self.height // MCU)

    @property
    def count(self) -> int:
        """Segments of the picture."""
        return -(-self.columns * self.rows // self.interval)

    @property
    def period(self) -> int:
        """MCU rows after which a segment starts at the left edge again."""
        return self.interval // gcd(self.interval, self.columns)

    def row_range(self, segment: int) -> tuple[int, int]:
        """(first, last) MCU row that a segment touches."""
        last = min((segment + 1) * self.interval, self.columns * self.rows) - 1
        return segment * self.interval // self.columns, last // self.columns

    def touched(self, boxes: Sequence[tuple[int, int, int, int]]) -> npt.NDArray[np.int64]:
        """For each segment the set of boxes (x0, y0, x1, y1 px, exclusive) that share an MCU with it, as bits."""
        bits = np.zeros(self.count * self.interval, np.int64)
        cells = bits[: self.columns * self.rows].reshape(self.rows, self.columns)
        for number, (x0, y0, x1, y1) in enumerate(boxes):
            if x0 < x1 and y0 < y1:
                cells[y0 // MCU : -(-y1 // MCU), x0 // MCU : -(-x1 // MCU)] |= 1 << number
        sets: npt.NDArray[np.int64] = np.bitwise_or.reduce(bits.reshape(self.count, self.interval), axis=1)
        return sets

    @property
    def odd_edge(self) -> bool:
        """Whether the last column's MCUs hold a block that no pixel reaches: libjpeg fills it from its
        neighbour's DC, which no other position reproduces.
        """
        return -(-self.width // 8) % 2 == 1

    def alone(self, segment: int) -> bool:
        """Whether a segment encodes to the same bytes at any place: it is whole, has no MCU of a partial
        bottom row, and none of an odd right edge.
        """
        first, last = segment * self.interval, (segment + 1) * self.interval
        if last > self.columns * self.rows:
            return False
        if self.height % MCU and (last - 1) // self.columns == self.rows - 1:
            return False
        return not self.odd_edge or first // self.columns == last // self.columns


def encode_segments(grid: Grid, wanted: Iterable[int], paint: Band, quality: int) -> dict[int, bytes]:
    """The coded bytes of single segments, equal to those of the whole picture.

    paint is asked for the bands of rows that the segments lie in. Segments that stand alone are gathered
    into one picture, one segment a row; the others are cut from full-width strips that start where a
    segment starts at the left edge.
    """
    wanted = sorted(set(wanted))
    if len(wanted) == grid.count:
        _, whole = cut(jpeg(paint(0, grid.height), quality, grid.interval))
        return dict(enumerate(whole))
    out: dict[int, bytes] = {}
    alone = [segment for segment in wanted if grid.alone(segment)]
    for group in _bands(grid, alone):
        out.update(_gathered(grid, group, paint, quality))
    for first, last, group in _strips(grid, [segment for segment in wanted if segment not in set(alone)]):
        top, bottom = first * MCU, min((last + 1) * MCU, grid.height)
        _, parts = cut(jpeg(paint(top, bottom), quality, grid.interval))
        offset = first * grid.columns // grid.interval
        out.update((segment, parts[segment - offset]) for segment in group)
    return out


def _bands(grid: Grid, segments: list[int]) -> list[list[int]]:
    """Segments grouped so that the rows of a group have no gap."""
    groups: list[list[int]] = []
    reached = -2
    for segment in segments:
        first, last = grid.row_range(segment)
        if not groups or first > reached + 1:
            groups.append([])
        groups[-1].append(segment)
        reached = max(reached, last)
    return groups


def _gathered(grid: Grid, segments: list[int], paint: Band, quality: int) -> dict[int, bytes]:
    top = grid.row_range(segments[0])[0]
    rows = grid.row_range(segments[-1])[1] + 1 - top
    band = _whole_mcus(paint(top * MCU, min((top + rows) * MCU, grid.height)), grid.columns * MCU, rows * MCU)
    whole = _rectangles(grid, segments, top, band, quality)
    if whole is not None:
        return whole
    sheet = Image.new("RGB", (grid.interval * MCU, len(segments) * MCU))
    for place, segment in enumerate(segments):
        at, end = segment * grid.interval, (segment + 1) * grid.interval
        x = 0
        while at < end:
            row, column = divmod(at, grid.columns)
            count = min(grid.columns - column, end - at)
            y = (row - top) * MCU
            piece = band.crop((column * MCU, y, (column + count) * MCU, y + MCU))
            sheet.paste(piece, (x, place * MCU))
            at, x = at + count, x + count * MCU
    _, parts = cut(jpeg(sheet, quality, grid.interval))
    return dict(zip(segments, parts, strict=True))


def _rectangles(
    grid: Grid, segments: list[int], top: int, band: Image.Image, quality: int
) -> dict[int, bytes] | None:
    """The segments cut from rectangles of the band, where rows hold whole segments: neighbouring rows in which
    the same columns are wanted are encoded at once.
    """
    if grid.columns % grid.interval:
        return None
    per_row = grid.columns // grid.interval
    spans: dict[int, tuple[int, int]] = {}
    for segment in segments:
        row, column = divmod(segment, per_row)
        first, last = spans.get(row, (column, column))
        spans[row] = min(first, column), max(last, column)
    side = grid.interval * MCU
    wanted, out = set(segments), {}
    rows = sorted(spans)
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end] == rows[end - 1] + 1 and spans[rows[end]] == spans[rows[start]]:
            continue
        (first, last), above, below = spans[rows[start]], rows[start] - top, rows[end - 1] + 1 - top
        part = band.crop((first * side, above * MCU, (last + 1) * side, below * MCU))
        _, coded = cut(jpeg(part, quality, grid.interval))
        width = last + 1 - first
        for number, data in enumerate(coded):
            segment = (rows[start] + number // width) * per_row + first + number % width
            if segment in wanted:
                out[segment] = data
        start = end
    return out


def _whole_mcus(band: Image.Image, width: int, height: int) -> Image.Image:
    """The band with its last column and row repeated up to whole MCUs, as libjpeg repeats them."""
    if band.size == (width, height):
        return band
    out = Image.new("RGB", (width, height))
    out.paste(band)
    if band.width < width:
        edge = band.crop((band.width - 1, 0, band.width, band.height))
        out.paste(edge.resize((width - band.width, band.height), Image.Resampling.NEAREST), (band.width, 0))
    return out


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
