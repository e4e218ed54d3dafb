"""Where the subject is: U²-Net-p, asked about the whole picture and then about the subject's box.

Source: X. Qin et al., U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection, 2020.
The network takes 320×320 px, so that the second look shows the subject at a finer scale.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Map = NDArray[np.float32]

_SIDE = 320
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
_SEEN = 0.3
_MARGIN = 0.06


@lru_cache(maxsize=2)
def _session(model: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def two_looks(image: Image.Image, model: Path, threads: int) -> tuple[Map, Map]:
    """The network's two answers for an RGB image, each (h, w), 0 ground to 1 subject.

    The second is 0 outside of the subject's box; where the first saw no subject, or one that fills the
    picture, both are the same.
    """
    first = _look(image, model, threads)
    box = subject_box(first)
    if box is None or box == (0, 0, image.width, image.height):
        return first, first
    x0, y0, x1, y1 = box
    second = np.zeros_like(first)
    second[y0:y1, x0:x1] = _look(image.crop(box), model, threads)
    return first, second


def subject_box(look: Map) -> tuple[int, int, int, int] | None:
    """The box (x0, y0, x1, y1) around all that is likely subject, with a margin; None for nothing."""
    ys, xs = np.nonzero(look > _SEEN)
    if not len(ys):
        return None
    height, width = look.shape
    margin = round(_MARGIN * max(height, width))
    return (
        max(0, int(xs.min()) - margin),
        max(0, int(ys.min()) - margin),
        min(width, int(xs.max()) + 1 + margin),
        min(height, int(ys.max()) + 1 + margin),
    )


def _look(image: Image.Image, model: Path, threads: int) -> Map:
    small = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS), dtype=np.float32)
    values = (small / max(float(small.max()), 1.0) - _MEAN) / _SPREAD
    session = _session(model, threads)
    batch = np.ascontiguousarray(values.transpose(2, 0, 1)[None])
    answer = session.run([session.get_outputs()[0].name], {session.get_inputs()[0].name: batch})[0][0, 0]
    low, high = float(answer.min()), float(answer.max())
    scaled = (answer - low) / max(high - low, 1e-6)
    full = Image.fromarray(scaled.astype(np.float32)).resize(image.size, Image.Resampling.BICUBIC)
    return np.clip(np.asarray(full, dtype=np.float32), 0.0, 1.0)
