"""Honest peers: the banner that a plan describes, as a good user of another library would draw it.

Single-thread programs. The background is a picture in memory, fonts are open, the logo is rastered; where the
text stands at which size is given. So a peer is spared all of fitting and choosing, which the engine's own time
includes. What a peer draws is compared with the engine's picture by eye and by SSIM (`likeness`).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.peers.scene import Picture

Draw = Callable[[Picture, bool], bytes]
"""(picture, keep products) → a JPEG of quality 80, 4:2:0. Where products are kept, each is made ready (resized,
graded, its shadows blurred) once, else it is decoded from its file and made ready for every banner.
"""
QUALITY = 80


class Peer(NamedTuple):
    name: str
    draw: Draw


def peers() -> tuple[list[Peer], list[str]]:
    """(the peers that are installed, a note for each one that is not)."""
    from benchmarks.peers import pillow

    found, notes = [Peer("Pillow", pillow.draw)], []
    if find_spec("skia") is not None:
        from benchmarks.peers import skia

        found.append(Peer("skia-python", skia.draw))
    else:
        notes.append("skia-python is not installed: pip install -r requirements-bench.txt")
    return found, notes
