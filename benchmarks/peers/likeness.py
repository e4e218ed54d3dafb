"""How alike two pictures are: the mean structural similarity of their luma."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

WIDTH, SIGMA = 11, 1.5
"""The window: Gaussian weights, px."""
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(a: Image.Image, b: Image.Image) -> float:
    """Z. Wang et al., "Image quality assessment: from error visibility to structural similarity" (IEEE TIP 13(4),
    2004), over all windows that lie inside. 1 for equal pictures; sizes must agree.
    """
    x, y = (np.asarray(image.convert("L"), dtype=np.float64) for image in (a, b))
    mean_x, mean_y = _weighted(x), _weighted(y)
    spread = _weighted(x * x) - mean_x**2 + _weighted(y * y) - mean_y**2
    shared = _weighted(x * y) - mean_x * mean_y
    top = (2 * mean_x * mean_y + C1) * (2 * shared + C2)
    return float(np.mean(top / ((mean_x**2 + mean_y**2 + C1) * (spread + C2))))


def _weighted(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Means under the window, one axis after the other."""
    weights = np.exp(-((np.arange(WIDTH) - WIDTH // 2) ** 2) / (2 * SIGMA**2))
    for axis in (0, 1):
        windows = np.lib.stride_tricks.sliding_window_view(values, WIDTH, axis=axis)
        values = windows @ (weights / weights.sum())
    return values
