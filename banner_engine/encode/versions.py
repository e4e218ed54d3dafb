"""What decides pixels and bytes besides a recipe and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from banner_engine.paint import DRAWING_VERSION
from banner_engine.prepare.scenes import SCENERY_VERSION


@cache
def drawing_versions() -> Mapping[str, str]:
    """What decides pixels besides the recipe and its pictures: our drawing, and the libraries beneath it."""
    import freetype
    import icu
    import resvg_py
    import uharfbuzz
    from PIL import features

    versions = {
        "drawing": str(DRAWING_VERSION),
        "scenery": str(SCENERY_VERSION),
        "libjpeg_turbo": features.version_feature("libjpeg_turbo"),
        "webp": features.version_module("webp"),
        "avif": features.version_module("avif"),
        "harfbuzz": uharfbuzz.version_string(),
        "freetype": ".".join(map(str, freetype.version())),
        "icu": icu.ICU_VERSION,
        "resvg": getattr(resvg_py, "__version__", "?"),
    }
    return {name: str(version) for name, version in versions.items()}
