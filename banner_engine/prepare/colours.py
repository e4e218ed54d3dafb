"""Colour arithmetic for pictures: OKLab, CIELAB, luminance, and a product's main colours.

All functions take sRGB (values 0..1 as float arrays of shape (..., 3), unless said otherwise). Sums are
written out instead of using matrix products, so that the results do not depend on a BLAS library.

Sources: sRGB IEC 61966-2-1; CIE 1976 L*a*b* (D65); OKLab, B. Ottosson 2020,
https://bottosson.github.io/posts/oklab/
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LUMINANCE = (0.2126, 0.7152, 0.0722)
_WHITE_D65 = (0.95047, 1.0, 1.08883)
_RGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_RGB_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LMS_TO_OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_OKLAB_TO_LMS = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_LMS_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)

_CLUSTERS = 6
_ROUNDS = 24
_SAME_COLOUR = 0.07  # OKLab distance under which two clusters are one colour to the eye
_LEAST_SHARE = 0.04


def _mix(values: Floats, rows: tuple[tuple[float, float, float], ...]) -> Floats:
    a, b, c = values[..., 0], values[..., 1], values[..., 2]
    return np.stack([a * r[0] + b * r[1] + c * r[2] for r in rows], axis=-1)


def to_linear(srgb: NDArray[np.floating]) -> Floats:
    """sRGB 0..1 to linear light 0..1."""
    values = np.asarray(srgb, dtype=np.float64)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: Floats) -> Floats:
    """Linear light to sRGB 0..1, clipped to the gamut."""
    values = np.clip(linear, 0.0, 1.0)
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)


def luminance(srgb: NDArray[np.floating]) -> Floats:
    """Relative luminance 0..1 (WCAG 2), shape (...)."""
    linear = to_linear(srgb)
    r, g, b = _LUMINANCE
    result: Floats = linear[..., 0] * r + linear[..., 1] * g + linear[..., 2] * b
    return result


def oklab(srgb: NDArray[np.floating]) -> Floats:
    """sRGB to OKLab (L 0..1), shape (..., 3)."""
    return _mix(np.cbrt(_mix(to_linear(srgb), _RGB_TO_LMS)), _LMS_TO_OKLAB)


def from_oklab(lab: Floats) -> Floats:
    """OKLab to sRGB 0..1, clipped to the gamut."""
    return to_srgb(_mix(_mix(lab, _OKLAB_TO_LMS) ** 3, _LMS_TO_RGB))


def cielab(srgb: NDArray[np.floating]) -> Floats:
    """sRGB to CIE L*a*b* (L 0..100, D65), shape (..., 3)."""
    xyz = _mix(to_linear(srgb), _RGB_TO_XYZ) / np.array(_WHITE_D65)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def hex_colour(srgb: Floats) -> str:
    """'#RRGGBB' of one sRGB triple 0..1."""
    r, g, b = (round(float(np.clip(v, 0, 1)) * 255) for v in srgb)
    return f"#{r:02X}{g:02X}{b:02X}"


def mean_luminance(rgba: NDArray[np.uint8]) -> float:
    """Mean relative luminance of the product, weighted by coverage. rgba: (h, w, 4)."""
    alpha = rgba[..., 3].astype(np.float64)
    total = float(alpha.sum())
    return float((luminance(rgba[..., :3] / 255.0) * alpha).sum() / total) if total else 0.0


def main_colours(rgba: NDArray[np.uint8]) -> tuple[tuple[str, float], ...]:
    """The product's main colours with their shares (sum 1), largest first. rgba: (h, w, 4).

    Pixels are binned to 5 bits a channel, weighted by coverage, and clustered by k-means in OKLab from
    seeds that are chosen without chance (heaviest bin, then the bin with the largest weight × squared
    distance); clusters that look the same are merged, small ones dropped.
    """
    solid = rgba[rgba[..., 3] >= 128]
    if not len(solid):
        return ()
    fine = solid[:, :3].astype(np.int64)
    bins = (fine[:, 0] >> 3 << 10) | (fine[:, 1] >> 3 << 5) | (fine[:, 2] >> 3)
    count = np.bincount(bins, minlength=1 << 15)
    used = np.flatnonzero(count)
    weight = count[used].astype(np.float64)
    mean = np.stack([np.bincount(bins, fine[:, c], 1 << 15)[used] / weight for c in range(3)], axis=-1)
    points = oklab(mean / 255.0)

    centres, shares = _cluster(points, weight)
    order = sorted(range(len(shares)), key=lambda k: (-shares[k], tuple(centres[k])))
    kept: list[tuple[Floats, float]] = []
    for k in order:
        near = next((i for i, (c, _) in enumerate(kept) if _distance(c, centres[k]) < _SAME_COLOUR), None)
        if near is None:
            kept.append((centres[k], shares[k]))
            continue
        centre, share = kept[near]
        total = share + shares[k]
        kept[near] = ((centre * share + centres[k] * shares[k]) / total, total)
    kept = [(c, s) for c, s in kept if s >= _LEAST_SHARE] or kept[:1]
    total = sum(s for _, s in kept)
    colours = [(hex_colour(from_oklab(c)), round(s / total, 4)) for c, s in kept]
    return tuple(sorted(colours, key=lambda pair: (-pair[1], pair[0])))


def _distance(a: Floats, b: Floats) -> float:
    return float(np.sqrt(((a - b) ** 2).sum()))


def _cluster(points: Floats, weight: Floats) -> tuple[list[Floats], list[float]]:
    """Centres and shares of weighted k-means in OKLab, at most `_CLUSTERS` of them."""
    centres = [points[int(np.argmax(weight))]]
    nearest = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < min(_CLUSTERS, len(points)):
        pick = int(np.argmax(weight * nearest))
        if nearest[pick] == 0:
            break
        centres.append(points[pick])
        nearest = np.minimum(nearest, ((points - centres[-1]) ** 2).sum(axis=1))
    found = np.stack(centres)
    owner = np.zeros(len(points), dtype=np.int64)
    for _ in range(_ROUNDS):
        away = np.stack([((points - c) ** 2).sum(axis=1) for c in found], axis=1)
        owner = np.argmin(away, axis=1)
        mass = np.bincount(owner, weight, len(found))
        sums = np.stack([np.bincount(owner, weight * points[:, c], len(found)) for c in range(3)], axis=-1)
        moved = np.where(mass[:, None] > 0, sums / np.maximum(mass, 1e-12)[:, None], found)
        if np.array_equal(moved, found):
            break
        found = moved
    mass = np.bincount(owner, weight, len(found))
    filled = [k for k in range(len(found)) if mass[k] > 0]
    total = float(mass.sum())
    return [found[k] for k in filled], [float(mass[k]) / total for k in filled]
