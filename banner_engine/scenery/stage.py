"""The geometry that a scene is drawn for, and the scene that comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from banner_engine.raster import Raster

Box = tuple[float, float, float, float]

REFERENCE_AREA = 1200 * 628
UNIT_EXPONENT = 0.375


@dataclass(frozen=True, slots=True)
class Stage:
    """Where things stand on a canvas. All lengths in px at scale 1, y downwards.

    scale: 1, or 2 for HiDPI; the picture is width*scale by height*scale px. centre, radius: the hero,
    that is the disc, arch or ring around the product. ground: y of the line where the product stands.
    quiet: boxes (x, y, w, h) of the copy; noise (rays, confetti, grid, halftone) keeps out of them.
    shape: one of `shapes.SHAPES`; recipes may treat a shape in another way.
    """

    width: int
    height: int
    scale: float
    centre: tuple[float, float]
    radius: float
    ground: float
    quiet: tuple[Box, ...]
    shape: str

    @property
    def unit(self) -> float:
        """Px of one 'u', the length that strokes, blurs and shadows are given in.

        1 at 1200x628, .42 at 300x250, .46 at 160x600: a stroke shrinks more slowly than the canvas.
        """
        return float((self.width * self.height / REFERENCE_AREA) ** UNIT_EXPONENT)

    @property
    def outward(self) -> int:
        """1 where the hero stands right of the copy or in its axis, -1 where it stands left of it."""
        left, _, width, _ = self.quiet[0] if self.quiet else (0, 0, self.width, 0)
        return -1 if self.centre[0] < left + width / 2 - 0.02 * self.width else 1

    @property
    def pixels(self) -> tuple[int, int]:
        """(width, height) of the picture in px."""
        return round(self.width * self.scale), round(self.height * self.scale)


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawn background. back: RGB, the stage's pixels. front: what stands before the product."""

    back: Image.Image
    front: Raster | None
