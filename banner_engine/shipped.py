"""Where shipped themes, fonts, assets and examples are: beside the package, or inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def shipped(name: str) -> Path:
    """The folder `name` ("themes", "fonts", "assets", "examples") that came with this installation."""
    package = Path(__file__).parent
    inside = package / "_shipped" / name
    return inside if inside.is_dir() else package.parent / name
