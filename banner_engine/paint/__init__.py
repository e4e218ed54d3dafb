"""Plans to pixels. Nothing here decides anything."""

from __future__ import annotations

from banner_engine.paint.compose import DRAWING_VERSION, Painter, Rows

__all__ = ["DRAWING_VERSION", "Painter", "Rows"]
