"""Who cuts products out: a protocol, and the one cutter that the extra `cutout` brings."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from banner_engine.prepare.matting import matte
from banner_engine.prepare.saliency import Map, two_looks
from banner_engine.shipped import shipped

_MODEL = "models/u2netp.onnx"


@dataclass(frozen=True, slots=True)
class Cut:
    """A product without its ground, at the picture's size.

    rgba: (h, w, 4), straight alpha. likely: (h, w), 0 ground to 1 subject, as the network sees it.
    agreement: 0 to 1, how far the network's two looks say the same (IoU).
    """

    rgba: NDArray[np.uint8]
    likely: Map
    agreement: float


class Cutter(Protocol):
    """Cuts the subject out of an RGB picture; None where there is no subject to be found.

    Cutters are sent to worker processes, so they must pickle (and stay small when pickled).
    """

    def cut(self, image: Image.Image) -> Cut | None: ...


@dataclass(frozen=True, slots=True)
class NetworkCutter:
    """U²-Net-p twice, then closed-form matting; needs the extra `cutout` (onnxruntime, pymatting)."""

    model: Path
    threads: int = 1

    def cut(self, image: Image.Image) -> Cut | None:
        first, second = two_looks(image, self.model, self.threads)
        likely = (first + second) * np.float32(0.5)
        rgba = matte(np.asarray(image), likely)
        if rgba is None:
            return None
        either = ((first > 0.5) | (second > 0.5)).sum()
        both = ((first > 0.5) & (second > 0.5)).sum()
        return Cut(rgba, likely, float(both / either) if either else 0.0)


def installed_cutter(threads: int = 1) -> NetworkCutter | None:
    """The cutter of this installation; None without the extra `cutout` or the shipped model."""
    model = shipped("assets") / _MODEL
    if not model.is_file() or any(find_spec(name) is None for name in ("onnxruntime", "pymatting")):
        return None
    return NetworkCutter(model, threads)
