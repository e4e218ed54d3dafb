"""The generators; importing this package registers all of them."""

from banner_engine.scenery.generators import (
    architecture,
    confetti,
    drapery,
    floors,
    light,
    patterns,
    podium,
    texture,
)

__all__ = ["architecture", "confetti", "drapery", "floors", "light", "patterns", "podium", "texture"]
