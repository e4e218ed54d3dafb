"""Cut-outs that lean: turned, trimmed to their ink again, and measured as they stand then."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from PIL import Image

from banner_engine.prepare.cutout import Cutout
from banner_engine.prepare.measure import ink_box, standing, visual_area


def tilted_picture(source: Image.Image, degrees: float) -> Image.Image:
    """An RGBA picture turned clockwise, trimmed to its visible ink."""
    turned = source.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    ink = ink_box(np.asarray(turned.getchannel("A")))
    return turned if ink is None else turned.crop(ink)


@lru_cache(maxsize=4096)
def tilted(cutout: Cutout, degrees: float) -> Cutout:
    """The cut-out as it is once turned clockwise; its file and digest are still those of the upright one."""
    with Image.open(cutout.path) as opened:
        alpha = np.asarray(tilted_picture(opened.convert("RGBA"), degrees).getchannel("A"))
    ground, sole = standing(alpha)
    height, width = alpha.shape
    return replace(cutout, width=width, height=height, ground=ground, sole=sole, area=visual_area(alpha))
