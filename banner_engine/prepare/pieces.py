"""Connected pieces of a mask, and growing and shrinking it, with numpy alone.

The core install has no scipy; masks here are a million pixels at most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def label(mask: Mask) -> tuple[NDArray[np.int32], int]:
    """Labels 1..n of the pieces of `mask` (joined by edges, not corners), 0 elsewhere; and n.

    Pieces are numbered in reading order of their first pixel.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    step = np.diff(padded, axis=1)
    row, start = np.nonzero(step == 1)
    end = np.nonzero(step == -1)[1]
    parent = list(range(len(row)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    first = np.searchsorted(row, np.arange(height + 1))
    starts, ends, firsts = start.tolist(), end.tolist(), first.tolist()
    for y in range(1, height):
        above, here = firsts[y - 1], firsts[y]
        while above < firsts[y] and here < firsts[y + 1]:
            if starts[above] < ends[here] and starts[here] < ends[above]:
                a, b = root(above), root(here)
                parent[max(a, b)] = min(a, b)
            if ends[above] < ends[here]:
                above += 1
            else:
                here += 1
    roots = [root(run) for run in range(len(row))]
    number = {r: n + 1 for n, r in enumerate(sorted(set(roots)))}
    line = np.zeros((height, width + 1), dtype=np.int32)
    names = np.array([number[r] for r in roots], dtype=np.int32)
    np.add.at(line, (row, start), names)
    np.add.at(line, (row, end), -names)
    return np.cumsum(line, axis=1, dtype=np.int32)[:, :width], len(number)


def sizes(labels: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """Pixels of each piece, index 0 being what lies outside of all; shape (count + 1,)."""
    return np.bincount(labels.ravel(), minlength=count + 1)


def without_specks(mask: Mask, least: int) -> Mask:
    """The mask without pieces of fewer than `least` pixels."""
    labels, count = label(mask)
    keep = sizes(labels, count) >= least
    keep[0] = False
    result: Mask = keep[labels]
    return result


def grown(mask: Mask, radius: int) -> Mask:
    """The mask grown by `radius` px in all directions: an octagon, by squares and crosses in turns."""
    result = mask.copy()
    for step in range(radius):
        _spread(result, diagonal=step % 2 == 0)
    return result


def shrunk(mask: Mask, radius: int) -> Mask:
    """The mask shrunk by `radius` px from all directions; the frame counts as inside."""
    return ~grown(~mask, radius)


def _spread(mask: Mask, diagonal: bool) -> None:
    """Grow in place by one px: to the eight neighbours, or to four."""
    before = mask.copy()
    mask[1:] |= before[:-1]
    mask[:-1] |= before[1:]
    if diagonal:
        before = mask.copy()
    mask[:, 1:] |= before[:, :-1]
    mask[:, :-1] |= before[:, 1:]
