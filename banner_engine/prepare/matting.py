"""From the network's answer to a matte with clean edges, and the product's own colours under it.

Closed-form matting (A. Levin, D. Lischinski, Y. Weiss, 2008) and multi-level foreground estimation
(T. Germer et al., 2020), both by PyMatting. Holes between straps come after, by the ground's colour: the
network closes them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial

import numpy as np
from numpy.typing import NDArray

from banner_engine.prepare.colours import Floats
from banner_engine.prepare.holes import find_holes
from banner_engine.prepare.pieces import Mask, grown, shrunk, without_specks
from banner_engine.prepare.saliency import Map

_SURE, _NOT = 0.85, 0.15
_BAND = 0.008  # of the longer side: how far "sure" is moved away from the edge that the network drew

_CODEC_NOISE = 3e-5  # variance of colour: what differs less is one surface; else the blocks of a JPEG show
_FAINT, _FULL = 0.1, 0.9
_MOST_NONZERO = 60_000_000  # of the solver's factor: 1 GB


def matte(rgb: NDArray[np.uint8], likely: Map) -> NDArray[np.uint8] | None:
    """The cut-out as RGBA (h, w, 4), not trimmed; None where the network is sure of nothing.

    rgb: (h, w, 3). likely: (h, w), 0 ground to 1 subject. Colours are the product's own also where it is
    only partly there, so that no ground shines through at the edges.
    """
    sure, ground = trimap(likely)
    if not sure.any() or not ground.any():
        return None
    unknown = ~(sure | ground)
    values = rgb.astype(np.float64) / 255.0
    known = np.where(unknown, 0.5, np.where(sure, 1.0, 0.0))
    alpha = _closed_form(values, known)
    holes = find_holes(rgb, likely, ground)
    if holes.any():
        known[grown(holes, _band(likely) + 3) & (known == 1.0)] = 0.5
        known[holes] = 0.0
        alpha = _closed_form(values, known)
    alpha = np.clip((alpha - _FAINT) / (_FULL - _FAINT), 0.0, 1.0)
    least = max(12, alpha.size // 20_000)
    alpha[~without_specks(alpha > 0.0, least)] = 0.0
    colour = _foreground(values, alpha)
    rgba = np.concatenate([np.clip(colour, 0, 1), alpha[..., None]], axis=-1)
    return np.round(rgba * 255.0).astype(np.uint8)


def trimap(likely: Map) -> tuple[Mask, Mask]:
    """What is surely product and what is surely ground, both kept off the edge between them."""
    return shrunk(likely >= _SURE, _band(likely)), shrunk(likely <= _NOT, _band(likely))


def _band(likely: Map) -> int:
    height, width = likely.shape
    return max(1, int(_BAND * max(height, width) + 0.5))


def _closed_form(values: Floats, known: Floats) -> Floats:
    with _hushed():
        from pymatting.alpha.estimate_alpha_cf import estimate_alpha_cf
        from pymatting.preconditioner.ichol import ichol

        # a looser factor and tolerance than PyMatting's own: half the time, 2 % off at most
        alpha: Floats = estimate_alpha_cf(
            values,
            known,
            laplacian_kwargs={"epsilon": _CODEC_NOISE},
            preconditioner=partial(ichol, discard_threshold=1e-3, max_nnz=_MOST_NONZERO),
            cg_kwargs={"rtol": 1e-5},
        )
    return alpha


def _foreground(values: Floats, alpha: Floats) -> Floats:
    with _hushed():
        from pymatting.foreground.estimate_foreground_ml import estimate_foreground_ml

        colour: Floats = estimate_foreground_ml(values, alpha)
    return colour


@contextmanager
def _hushed() -> Iterator[None]:
    """PyMatting prints hints on its solver, numba warns of threading layers: nothing a user could act on."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
