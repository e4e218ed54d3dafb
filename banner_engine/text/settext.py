"""Text at a size, in lines: everything that drawing needs, decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from banner_engine.text.face import Box, Face
from banner_engine.text.shaped import LineShape, Shaped
from banner_engine.text.style import Align, Side


@dataclass(frozen=True, slots=True)
class Line:
    """One line in px. x: its origin (the left end of its advance) from the block's anchor. ink: from there.

    text: in visual order. width: its advance, without blanks at its ends.
    """

    shape: LineShape
    text: str
    x: float
    width: float
    ink: Box


@dataclass(frozen=True, slots=True)
class SetText:
    """A block of lines in px, y downwards. Origin: the anchor (left edge, centre or right edge of the ink)
    on the first baseline. Each line's *ink* is aligned to the anchor, so that stems stand under stems
    whatever their side bearings.

    ink: of the whole block, from the origin. leading: baseline to baseline. fonts: faces in use.
    cap_height, x_height, ascent, descent: of the style's first face at this size, all positive.
    digest: of everything that the ink depends on.
    """

    size: float
    lines: tuple[Line, ...]
    side: Side
    ink: Box
    leading: float
    cap_height: float
    x_height: float
    ascent: float
    descent: float
    fonts: tuple[str, ...]
    faces: tuple[Face, ...]
    digest: str

    @property
    def width(self) -> float:
        """Of the ink."""
        return self.ink[2] - self.ink[0]

    @property
    def height(self) -> float:
        """Of the ink."""
        return self.ink[3] - self.ink[1]

    @property
    def last_baseline(self) -> float:
        return self.leading * (len(self.lines) - 1)

    def anchor(self, left: float, right: float) -> float:
        """The x at which the block stands aligned between `left` and `right`."""
        return {"left": left, "center": (left + right) / 2, "right": right}[self.side]


def side_of(align: Align, rtl: bool) -> Side:
    """start and end as left and right."""
    if align == "center":
        return "center"
    return "right" if (align == "end") != rtl else "left"


def composed(shaped: Shaped, lines: list[LineShape], size: float, align: Align) -> SetText:
    """The block of these lines at this size."""
    side = side_of(align, shaped.rtl)
    leading = shaped.leading * size
    out: list[Line] = []
    x0 = y0 = float("inf")
    x1 = y1 = float("-inf")
    for number, shape in enumerate(lines):
        ink = shape.ink
        if ink is None:
            out.append(Line(shape, shape.text, 0.0, shape.advance * size, (0.0, 0.0, 0.0, 0.0)))
            continue
        left, top, right, bottom = (value * size for value in ink)
        x = {"left": -left, "center": -(left + right) / 2, "right": -right}[side]
        out.append(Line(shape, shape.text, x, shape.advance * size, (left, top, right, bottom)))
        baseline = number * leading
        x0, x1 = min(x0, x + left), max(x1, x + right)
        y0, y1 = min(y0, baseline + top), max(y1, baseline + bottom)
    face = shaped.face
    faces = tuple(dict.fromkeys([glyphs.face for line in lines for _, glyphs in line.pieces]))
    content = "\0".join([shaped.digest, repr(size), side, *[line.text for line in out]])
    return SetText(
        size=size,
        lines=tuple(out),
        side=side,
        ink=(x0, y0, x1, y1) if x0 < x1 else (0.0, 0.0, 0.0, 0.0),
        leading=leading,
        cap_height=face.cap_height * size,
        x_height=face.x_height * size,
        ascent=face.ascent * size,
        descent=face.descent * size,
        fonts=tuple(used.name for used in faces),
        faces=faces,
        digest=hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
    )
