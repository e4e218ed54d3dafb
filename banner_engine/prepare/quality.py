"""How good a cut-out is, from 0 to 1, and what is wrong with it, in words that programs can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from banner_engine.prepare.colours import Floats, cielab
from banner_engine.prepare.cutter import Cut
from banner_engine.prepare.ground import busyness, fitted_ground, gradient
from banner_engine.prepare.measure import piece_shares
from banner_engine.prepare.pieces import Mask, grown, shrunk, without_specks

REASONS = (
    "cut-by-frame",
    "soft-edge",
    "unsure",
    "pieces",
    "busy-ground",
    "uneven-ground",
    "white-on-white",
    "ground-left",
    "see-through",
    "small",
    "no-subject",
)
GOOD_ENOUGH = 0.5
"""Below this a card is made instead of a cut-out."""

BUSY = 2.6
"""Detail in the ground, in L* per px, from which it is no longer a studio's plain one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the quality figure is made of.

    framed: share of the subject's outline that lies on the picture's frame. soft: mean width of the edge
    in px per 600 px of picture. doubt: share of the likely subject where the network is unsure, plus the
    disagreement of its two looks. crumbs: share of the ink outside the two largest pieces. busy: detail in
    the ground, L* per px. uneven: how far the ground is from one smooth surface, ΔE, exceeded by a tenth of
    it. alike: share of the outline where product and ground look the same. left: share of the ink that is
    smooth and has the ground's colour. veil: share of the ink that is half there, away from edges. side:
    longer side of the ink in px.
    """

    framed: float
    soft: float
    doubt: float
    crumbs: float
    busy: float
    uneven: float
    alike: float
    left: float
    veil: float
    side: int


def evidence(rgb: NDArray[np.uint8], cut: Cut) -> Evidence:
    """Measure a cut-out against the picture (h, w, 3) that it was cut from."""
    alpha = cut.rgba[..., 3]
    solid = alpha >= 128
    side = max(solid.shape[0], solid.shape[1])
    ink = max(1, int(solid.sum()))
    outline = solid & ~shrunk(np.pad(solid, 1), 1)[1:-1, 1:-1]
    length = max(1, int(outline.sum()))
    edge = np.zeros_like(solid)
    edge[0], edge[-1], edge[:, 0], edge[:, -1] = True, True, True, True

    partial = (alpha > 25) & (alpha < 230)
    reach = max(2, side // 150)
    veil = grown(shrunk(grown(partial, 1), reach), reach)
    seen = cut.likely > 0.15
    unsure = seen & (cut.likely < 0.85)

    ground = shrunk(~grown(alpha > 8, 3), 2)
    lab = cielab(rgb / 255.0)
    uneven, left = _against_ground(lab, fitted_ground(rgb, ground), ground, solid)
    ys, xs = np.nonzero(solid)
    return Evidence(
        framed=int((outline & edge).sum()) / length,
        soft=int(partial.sum()) / length * 600 / side,
        doubt=int(unsure.sum()) / max(1, int(seen.sum())) + 1 - cut.agreement,
        crumbs=1.0 - sum(piece_shares(alpha)[:2]),
        busy=busyness(rgb, shrunk(alpha < 8, 2)),
        uneven=uneven,
        alike=_alike(lab, alpha, outline & ~edge, side),
        left=left / ink,
        veil=int(veil.sum()) / ink,
        side=max(int(np.ptp(ys)), int(np.ptp(xs))) + 1 if len(ys) else 0,
    )


def judge(found: Evidence) -> tuple[float, tuple[str, ...]]:
    """Quality 0 to 1 (4 digits), and the reasons that lower it by a tenth or more, the worst first.

    Each fault leaves a share of the quality: all of it up to its first bound, (1 - weight) from its second.
    """
    faults = (
        ("cut-by-frame", found.framed, 0.012, 0.06, 0.7),
        ("soft-edge", found.soft, 3.0, 7.0, 0.6),
        ("unsure", found.doubt, 0.15, 0.5, 0.6),
        ("pieces", found.crumbs, 0.008, 0.03, 0.5),
        ("busy-ground", found.busy, BUSY, 8.0, 0.45),
        ("uneven-ground", found.uneven, 17.0, 30.0, 0.55),
        ("white-on-white", found.alike, 0.05, 0.16, 0.6),
        ("ground-left", found.left, 0.05, 0.2, 0.6),
        ("see-through", found.veil, 0.08, 0.25, 0.6),
        ("small", 1.0 - found.side / 400, 0.25, 0.75, 0.8),
    )
    quality = 1.0
    losses = []
    for reason, value, first, second, weight in faults:
        loss = weight * min(1.0, max(0.0, (value - first) / (second - first)))
        quality *= 1.0 - loss
        if loss >= 0.1:
            losses.append((-loss, reason))
    return round(quality, 4), tuple(reason for _, reason in sorted(losses))


def _against_ground(lab: Floats, surface: Floats | None, ground: Mask, solid: Mask) -> tuple[float, int]:
    """`Evidence.uneven`, and the number of solid pixels that are smooth and look like the fitted ground."""
    if surface is None:
        return 0.0, 0
    off = lab - surface
    alike = (np.hypot(off[..., 1], off[..., 2]) < 4.5) & (off[..., 0] > -10) & (off[..., 0] < 30)
    alike &= solid & (gradient(lab[..., 0]) < 1.2)
    uneven = np.percentile(np.sqrt((off[ground] ** 2).sum(axis=-1)), 90) if ground.any() else 0.0
    return float(uneven), int(without_specks(shrunk(alike, 1), 40).sum())


def _alike(lab: Floats, alpha: NDArray[np.uint8], outline: Mask, side: int) -> float:
    """Share of the outline where the colours 3 px inside and 3 px outside differ by less than 8 ΔE."""
    reach = max(3, side // 150)
    inside = _near(lab, shrunk(alpha > 242, 1), reach)
    outside = _near(lab, shrunk(alpha < 13, 1), reach)
    here = outline & ~np.isnan(inside[..., 0]) & ~np.isnan(outside[..., 0])
    if not here.any():
        return 0.0
    apart = np.sqrt(((inside[here] - outside[here]) ** 2).sum(axis=-1))
    return float((apart < 8).mean())


def _near(values: Floats, where: Mask, reach: int) -> Floats:
    """Mean of `values` over pixels of `where` within a square of ±reach px; NaN where there are none."""
    weight = _box(where.astype(np.float64)[..., None], reach)
    total = _box(values * where[..., None], reach)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0.5, total / weight, np.nan)


def _box(values: Floats, reach: int) -> Floats:
    """Sums over squares of 2·reach+1 px, by running sums."""
    for axis in (0, 1):
        pad = [(0, 0)] * 3
        pad[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(values, pad), axis=axis)
        n = values.shape[axis]
        span = 2 * reach + 1
        values = np.take(total, np.arange(span, n + span), axis) - np.take(total, np.arange(n), axis)
    return values
