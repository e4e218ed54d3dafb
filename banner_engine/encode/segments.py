"""JPEG entropy-coded segments: a picture cut at its restart markers, and single segments encoded alone.

At a restart marker the DC predictors are reset and the bits start on a byte boundary (ITU-T T.81, F.1.1.5.2
and E.1.4). With fixed quantisation and Huffman tables the bytes of a segment depend on the pixels of its
own MCUs only; just the marker's number depends on the position.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
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
