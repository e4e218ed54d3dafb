"""Measures of a cut-out: its ink, where it stands, how much it covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from banner_engine.prepare.pieces import Mask, grown, label, shrunk, sizes

Alpha = NDArray[np.uint8]

_INK = 8  # of 255: fainter coverage is not seen
_STRAP = 0.022  # of the longer side: half the width up to which something that hangs down is a strap
_DANGLING = 0.12  # of the height: what hangs further than this below the body shows that it floats
_TOUCHING = 0.05  # of the height above the contact line: what is this low touches the ground


def ink_box(alpha: Alpha) -> tuple[int, int, int, int] | None:
    """(x0, y0, x1, y1) in px around all visible ink of an (h, w) coverage; None where there is none."""
    ys, xs = np.nonzero(alpha >= _INK)
    if not len(ys):
        return None
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def standing(alpha: Alpha) -> tuple[float, tuple[float, float]]:
    """The contact line (fraction of the height from the top) and the sole's x extent (of the width).

    The product stands on the lowest point of its body. Straps thinner than 4.4 % of the longer side that
    hang below do not count, unless they hang far below: then the product floats, and the line is theirs.
    """
    height, width = alpha.shape
    solid = alpha >= 128
    if not solid.any():
        return 1.0, (0.0, 1.0)
    body = _body(solid)
    lowest = int(np.nonzero(solid.any(axis=1))[0].max()) + 1
    bottom = int(np.nonzero(body.any(axis=1))[0].max()) + 1
    floats = lowest - bottom > _DANGLING * height
    reach = max(2, round(_TOUCHING * height))
    columns = np.nonzero(body[max(0, bottom - reach) : bottom].any(axis=0))[0]
    sole = (round(int(columns.min()) / width, 4), round((int(columns.max()) + 1) / width, 4))
    near = lowest - bottom <= 0.02 * height
    line = lowest if floats or near else bottom
    return round(line / height, 4), sole


def _body(solid: Mask) -> Mask:
    """The mask without thin parts; all of it where it is thin everywhere (poles, harnesses)."""
    radius = max(1, round(_STRAP * max(solid.shape)))
    frame = np.pad(solid, radius + 1)
    opened = grown(shrunk(frame, radius), radius)[radius + 1 : -radius - 1, radius + 1 : -radius - 1] & solid
    return opened if opened.sum() >= 0.5 * solid.sum() else solid


def visual_area(alpha: Alpha) -> float:
    """Sum of coverage ÷ area of the picture."""
    return round(float(alpha.sum(dtype=np.int64)) / (255 * alpha.size), 4)


def piece_shares(alpha: Alpha) -> list[float]:
    """Each separate piece's share of the solid ink, largest first."""
    labels, count = label(alpha >= 128)
    found = np.sort(sizes(labels, count)[1:])[::-1]
    total = int(found.sum())
    return [int(n) / total for n in found] if total else []
