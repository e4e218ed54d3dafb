"""A picture with a place: what every layer draws, and all that `paint` ever puts on a canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, slots=True)
class Raster:
    """Straight (not premultiplied) colour and coverage, at integer pixels of the canvas.

    x, y: top left corner on the canvas, may lie outside of it. colour: an RGB image, or one RGB
    triple for all pixels. alpha: an L image; its size is the raster's size.
    """

    x: int
    y: int
    colour: Image.Image | tuple[int, int, int]
    alpha: Image.Image

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1) on the canvas, in px, x1 and y1 exclusive."""
        return self.x, self.y, self.x + self.alpha.width, self.y + self.alpha.height

    @property
    def nbytes(self) -> int:
        """Memory held by the pixels, in bytes."""
        area = self.alpha.width * self.alpha.height
        return area if isinstance(self.colour, tuple) else 4 * area

    def moved(self, dx: int, dy: int) -> Raster:
        return Raster(self.x + dx, self.y + dy, self.colour, self.alpha)

    def clipped(self, box: tuple[int, int, int, int]) -> Raster | None:
        """The part inside (x0, y0, x1, y1), or None where there is none."""
        x0, y0, x1, y1 = self.box
        left, top, right, bottom = max(x0, box[0]), max(y0, box[1]), min(x1, box[2]), min(y1, box[3])
        if left >= right or top >= bottom:
            return None
        if (left, top, right, bottom) == self.box:
            return self
        part = (left - x0, top - y0, right - x0, bottom - y0)
        colour = self.colour if isinstance(self.colour, tuple) else self.colour.crop(part)
        return Raster(left, top, colour, self.alpha.crop(part))

    def onto(self, canvas: Image.Image, top: int = 0) -> None:
        """Blend onto an RGB canvas whose first row is row `top` of the frame."""
        canvas.paste(self.colour, (self.x, self.y - top), self.alpha)
