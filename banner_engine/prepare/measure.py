"""Measures of a cut-out: its ink, where it stands, how much it covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from banner_engine.prepare.pieces import Mask, grown, label, shrunk, sizes

Alpha = NDArray[np.uint8]

_INK = 8  # of 255: fainter coverage is not seen
_STRAP = 0.03  # of the longer side: half the width up to which something that hangs down is a strap
_DANGLING = 0.12  # of the height: what hangs further than this below the body shows that it floats
_RISE = 0.5  # tangent: an outline that rises more steeply leaves the ground; less is perspective
_DEEPEST = 0.25  # of the height: how far up a sole may reach in perspective


def ink_box(alpha: Alpha) -> tuple[int, int, int, int] | None:
    """(x0, y0, x1, y1) in px around all visible ink of an (h, w) coverage; None where there is none."""
    ys, xs = np.nonzero(alpha >= _INK)
    if not len(ys):
        return None
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def standing(alpha: Alpha) -> tuple[float, tuple[float, float]]:
    """The contact line (fraction of the height from the top) and the sole's x extent (of the width).

    The product stands on the lowest point of its body. Straps thinner than 6 % of the longer side that
    hang below do not count, unless they hang far below: then the product floats, and the line is theirs.
    The sole is what the lower convex hull of the body spans, left and right of that point, while it rises
    by less than 27°: so the far shoe of a pair, seen in perspective, stands too.
    """
    height, width = alpha.shape
    solid = alpha >= 128
    if not solid.any():
        return 1.0, (0.0, 1.0)
    body = _body(solid)
    lowest = _bottom(solid)
    bottom = _bottom(body)
    floats = lowest - bottom > _DANGLING * height
    near = lowest - bottom <= 0.02 * height
    line = lowest if floats or near else bottom
    left, right = _sole(body)
    return round(line / height, 4), (round(left / width, 4), round(right / width, 4))


def _bottom(mask: Mask) -> int:
    """One more than the last row with a pixel."""
    return int(np.nonzero(mask.any(axis=1))[0].max()) + 1


def _sole(body: Mask) -> tuple[int, int]:
    """First and one past the last column that stand on the ground."""
    columns = np.nonzero(body.any(axis=0))[0]
    lowest = body.shape[0] - 1 - np.argmax(body[::-1, columns], axis=0)
    hull: list[tuple[int, int]] = []
    for x, y in zip(columns.tolist(), lowest.tolist(), strict=True):
        # y grows downwards, so that the lower hull keeps the turns that go down and back up
        while len(hull) > 1 and _turn(hull[-2], hull[-1], (x, y)) >= 0:
            hull.pop()
        hull.append((x, y))
    deepest = max(y for _, y in hull)
    ends = [n for n, (_, y) in enumerate(hull) if y == deepest]
    first, last = ends[0], ends[-1]
    highest = deepest - _DEEPEST * body.shape[0]
    while first > 0 and _stands(hull[first], hull[first - 1], highest):
        first -= 1
    while last < len(hull) - 1 and _stands(hull[last], hull[last + 1], highest):
        last += 1
    return hull[first][0], hull[last][0] + 1


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _stands(here: tuple[int, int], there: tuple[int, int], highest: float) -> bool:
    return here[1] - there[1] <= _RISE * abs(there[0] - here[0]) and there[1] >= highest


def _body(solid: Mask) -> Mask:
    """The mask without thin parts; all of it where it is thin everywhere (poles, harnesses)."""
    radius = max(1, round(_STRAP * max(solid.shape)))
    frame = np.pad(solid, radius + 1)
    inner = np.s_[radius + 1 : -radius - 1, radius + 1 : -radius - 1]
    core = grown(shrunk(frame, radius), radius)
    if core[inner].sum() < 0.5 * solid.sum():
        return solid
    # the opening rounds corners off, by 0.41 of its radius; this gives them back, but no strap's root
    body: Mask = grown(core, radius * 2 // 5 + 1)[inner] & solid
    body[_bottom(core[inner]) :] = False
    return body


def visual_area(alpha: Alpha) -> float:
    """Sum of coverage ÷ area of the picture."""
    return round(float(alpha.sum(dtype=np.int64)) / (255 * alpha.size), 4)


def piece_shares(alpha: Alpha) -> list[float]:
    """Each separate piece's share of the solid ink, largest first."""
    labels, count = label(alpha >= 128)
    found = np.sort(sizes(labels, count)[1:])[::-1]
    total = int(found.sum())
    return [int(n) / total for n in found] if total else []
