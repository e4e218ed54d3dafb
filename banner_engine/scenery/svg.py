"""Small words for writing SVG, and the raster that comes of it (resvg)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
import resvg_py
from PIL import Image

from banner_engine.scenery.easel import Patch
from banner_engine.scenery.filters import blurred
from banner_engine.scenery.stage import Stage
from banner_engine.scenery.terms import Rgba

Stop = tuple[float, Rgba]


def num(value: float) -> str:
    """A coordinate with hundredths of a px, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points(*values: float) -> str:
    """Coordinates, separated by blanks."""
    return " ".join(num(value) for value in values)


def fill(colour: Rgba) -> str:
    """fill attributes of a colour."""
    return f'fill="{hexa(colour)}"' + (f' fill-opacity="{colour[3]:.3g}"' if colour[3] < 1 else "")


def line(colour: Rgba, width: float) -> str:
    """Attributes of a stroke without a fill."""
    opacity = f' stroke-opacity="{colour[3]:.3g}"' if colour[3] < 1 else ""
    return f'fill="none" stroke="{hexa(colour)}"{opacity} stroke-width="{num(width)}"'


def hexa(colour: Rgba) -> str:
    """#rrggbb of a colour's first three parts, which are 0 to 1."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour[:3])


def linear(name: str, stops: Sequence[Stop], x1: float, y1: float, x2: float, y2: float) -> str:
    """A linear gradient's definition between two points (px at scale 1)."""
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{num(x1)}" y1="{num(y1)}" '
        f'x2="{num(x2)}" y2="{num(y2)}">{_stops(stops)}</linearGradient>'
    )


def radial(name: str, stops: Sequence[Stop], cx: float = 0.5, cy: float = 0.5, r: float = 0.5) -> str:
    """A radial gradient's definition, in fractions of the box of the shape that it fills."""
    return (
        f'<radialGradient id="{name}" cx="{cx:.3g}" cy="{cy:.3g}" fx="{cx:.3g}" fy="{cy:.3g}" r="{r:.3g}">'
        f"{_stops(stops)}</radialGradient>"
    )


def glow(name: str, stops: Sequence[Stop], x: float, y: float, r: float) -> str:
    """A radial gradient's definition around a point (px at scale 1)."""
    return (
        f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="{num(x)}" cy="{num(y)}" r="{num(r)}">'
        f"{_stops(stops)}</radialGradient>"
    )


def soft(name: str, sigma: float) -> str:
    """A Gaussian blur's definition, for things that are smaller than a third of the canvas: it is slow."""
    return (
        f'<filter id="{name}" x="-1" y="-1" width="3" height="3">'
        f'<feGaussianBlur stdDeviation="{num(sigma)}"/></filter>'
    )


def circle(x: float, y: float, r: float, attributes: str) -> str:
    return f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}" {attributes}/>'


def ellipse(x: float, y: float, rx: float, ry: float, attributes: str) -> str:
    return f'<ellipse cx="{num(x)}" cy="{num(y)}" rx="{num(rx)}" ry="{num(ry)}" {attributes}/>'


def path(d: str, attributes: str) -> str:
    return f'<path d="{d}" {attributes}/>'


def curve(through: Sequence[tuple[float, float]]) -> str:
    """The rest of a path from its first point through all others: Catmull-Rom as cubic Beziers."""
    ends = [through[0], *through, through[-1]]
    parts = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        c1 = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        c2 = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        parts.append(f"C{points(*c1, *c2, *end)}")
    return "".join(parts)


def ring(through: Sequence[tuple[float, float]]) -> str:
    """A closed path through points: Catmull-Rom as cubic Beziers."""
    count, parts = len(through), [f"M{points(*through[0])}"]
    for number in range(count):
        before, start, end, after = (through[(number + step) % count] for step in (-1, 0, 1, 2))
        c1 = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        c2 = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        parts.append(f"C{points(*c1, *c2, *end)}")
    return "".join(parts) + "Z"


def raster(fragment: str, stage: Stage) -> Patch | None:
    """The pixels of a fragment on the stage, cut to what it covers; None where that is nothing."""
    width, height = stage.pixels
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {stage.width} {stage.height}">{fragment}</svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True)
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    box = picture.getchannel("A").getbbox()
    if box is None:
        return None
    pixels = np.asarray(picture.crop(box)).transpose(2, 0, 1).astype(np.float32) / 255
    return Patch(box[0], box[1], pixels[:3], pixels[3])


def mask(fragment: str, stage: Stage, blur: float) -> Patch | None:
    """The coverage of a fragment, blurred by a sigma (px at scale 1), in white, cut to the canvas."""
    sharp = raster(fragment, stage)
    if sharp is None or blur <= 0:
        return sharp
    (width, height), rim = stage.pixels, math.ceil(3 * blur * stage.scale)
    alpha = blurred(np.pad(sharp.alpha, rim), blur * stage.scale)
    left, top = sharp.left - rim, sharp.top - rim
    cut = alpha[max(0, -top) : height - top, max(0, -left) : width - left]
    return Patch(max(left, 0), max(top, 0), np.ones(3, np.float32), cut)


def _stops(stops: Sequence[Stop]) -> str:
    return "".join(
        f'<stop offset="{offset:.4g}" stop-color="{hexa(colour)}"'
        + (f' stop-opacity="{colour[3]:.3g}"/>' if colour[3] < 1 else "/>")
        for offset, colour in stops
    )
