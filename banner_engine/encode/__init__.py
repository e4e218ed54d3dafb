"""Pixels to bytes under a byte budget."""

from __future__ import annotations

from banner_engine.encode.assemble import Assembler, Variant
from banner_engine.encode.formats import FORMATS, Encoded, encode, steps_of

__all__ = ["FORMATS", "Assembler", "Encoded", "Variant", "encode", "steps_of"]
