"""A plan as any drawing library would take it: boxes in px, strings, font files, sizes and colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from banner_engine.load.theme import SlotType, Theme
from banner_engine.paint.logo import draw_logo
from banner_engine.paint.panel import ARROW_STROKE, arrow_lines
from banner_engine.plan.colours import hex_rgb
from banner_engine.plan.items import (
    Box,
    CopyItem,
    LogoItem,
    PanelItem,
    Plan,
    ProductItem,
    Rgb,
    ScrimItem,
    SoftShadow,
    TextItem,
    Tint,
)
from banner_engine.prepare.scenes import SceneKey
from banner_engine.raster import Raster
from banner_engine.scenery import Scene
from banner_engine.text.glyphs import Glyphs
from banner_engine.workshop import Workshop

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one font. font: its file; weight: where the file holds many. size, tracking: px. lean: tangent
    of the skew. x, y: the pen's start on the baseline. bar: what strikes them through.
    """

    text: str
    font: str
    weight: int | None
    size: float
    tracking: float
    lean: float
    features: tuple[str, ...]
    x: float
    y: float
    bar: Box | None


@dataclass(frozen=True, slots=True)
class Line:
    """runs on one baseline; top, bottom: of their ink, between which a gradient runs."""

    runs: tuple[Run, ...]
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Words:
    """Set type. ink: its box. fill: its colour; stops: (offset, colour) of a gradient from the top of each line's
    ink to its bottom, empty where the type is plain.
    outline: (width, colour), half of it outside. extrude: (dx, dy, colour) of the farthest copy.
    glow: (sigma, colour and opacity). All in px.
    """

    lines: tuple[Line, ...]
    ink: Box
    fill: Rgb
    stops: tuple[tuple[float, Rgb], ...]
    outline: tuple[float, Rgb] | None
    extrude: tuple[float, float, Rgb] | None
    glow: tuple[float, Tint] | None

    @property
    def runs(self) -> Iterator[Run]:
        return (run for line in self.lines for run in line.runs)


@dataclass(frozen=True, slots=True)
class Shape:
    """A rounded box. fill: colours spread evenly down, or across. rings: (box, radius, width, tint) of
    strokes inside their box. mark: lines, their thickness and colour.
    """

    box: Box
    radius: float
    fill: tuple[Tint, ...]
    across: bool
    rings: tuple[tuple[Box, float, float, Tint], ...]
    shadow: SoftShadow | None
    mark: tuple[tuple[tuple[Point, Point], ...], float, Rgb] | None


@dataclass(frozen=True)
class Sprite:
    """An RGBA picture at whole px of the canvas. It is equal to itself only: peers keep their own form of it."""

    x: int
    y: int
    image: Image.Image

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True, slots=True)
class Picture:
    """What a peer draws, from back to front: back, product, front, copy."""

    back: Sprite
    product: ProductItem
    front: Sprite | None
    copy: tuple[Shape | ScrimItem | Sprite | Words, ...]

    @property
    def size(self) -> tuple[int, int]:
        return self.back.image.size


class Describer:
    """Turns plans into pictures; scenery and logos are the same objects in all of them."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._scenery: dict[SceneKey, tuple[Sprite, Sprite | None]] = {}

    def picture(self, plan: Plan) -> Picture:
        """The description of a plan with one product."""
        theme = self.workshop.loaded.themes[plan.scene.theme]
        (product,) = plan.products
        back, front = self._scenery.get(plan.scene) or self._scenery.setdefault(
            plan.scene, _scenery(self.workshop.scenes.get(plan.scene).scene)
        )
        return Picture(back, product, front, tuple(_copy(item, theme) for item in plan.copy))


def _scenery(scene: Scene) -> tuple[Sprite, Sprite | None]:
    front = None if scene.front is None else _sprite(scene.front)
    return Sprite(0, 0, scene.back.convert("RGB")), front


def _sprite(raster: Raster) -> Sprite:
    colour, alpha = raster.colour, raster.alpha
    image = Image.new("RGB", alpha.size, colour) if isinstance(colour, tuple) else colour.copy()
    image.putalpha(alpha)
    return Sprite(raster.x, raster.y, image)


@lru_cache(maxsize=64)
def _logo(path: str, digest: str, box: tuple[int, int, int, int]) -> Sprite:
    return _sprite(draw_logo(LogoItem("logo", path, digest, box))[0])


def _copy(item: CopyItem, theme: Theme) -> Shape | ScrimItem | Sprite | Words:
    match item:
        case TextItem():
            return _words(item, theme)
        case PanelItem():
            return _shape(item)
        case LogoItem():
            return _logo(item.path, item.digest, item.box)
        case ScrimItem():
            return item


def _words(item: TextItem, theme: Theme) -> Words:
    text, paint, kind = item.text, item.paint, theme.type[item.slot]  # type: ignore[index]
    size, lines = text.size, []
    for number, line in enumerate(text.lines):
        y = item.y + number * text.leading
        pieces = ((item.x + line.x + offset * size, glyphs) for offset, glyphs in line.shape.pieces)
        runs = tuple(_run(glyphs, kind, size, x, y) for x, glyphs in pieces)
        lines.append(Line(runs, y + line.ink[1], y + line.ink[3]))
    outline, extrude, glow = paint.outline, paint.extrude, paint.glow
    assert paint.shadow is None
    stops = () if isinstance(paint.fill, str) else paint.fill
    far = 0 if extrude is None else extrude.steps * size
    return Words(
        lines=tuple(lines),
        ink=_ink(item),
        fill=hex_rgb(paint.fill if isinstance(paint.fill, str) else stops[0][1]),
        stops=tuple((at, hex_rgb(colour)) for at, colour in stops),
        outline=None if outline is None else (outline.width * size, hex_rgb(outline.colour)),
        extrude=None if extrude is None else (far * extrude.dx, far * extrude.dy, hex_rgb(extrude.colour)),
        glow=None if glow is None else (glow.blur * size, (hex_rgb(glow.colour), glow.alpha)),
    )


def _run(glyphs: Glyphs, kind: SlotType, size: float, x: float, y: float) -> Run:
    low, high = glyphs.face.file.weights
    bar = glyphs.strike
    return Run(
        text=glyphs.text,
        font=str(glyphs.face.file.path),
        weight=glyphs.face.weight if low != high else None,
        size=size * glyphs.scale,
        tracking=kind.tracking * size * glyphs.scale,
        lean=glyphs.lean,
        features=tuple(kind.features),
        x=x + glyphs.xs[0] * size,
        y=y,
        bar=None
        if bar is None
        else (x + bar[0] * size, y + bar[1] * size, (bar[2] - bar[0]) * size, (bar[3] - bar[1]) * size),
    )


def _ink(item: TextItem) -> Box:
    x0, y0, x1, y1 = item.text.ink
    return item.x + x0, item.y + y0, x1 - x0, y1 - y0


def _shape(item: PanelItem) -> Shape:
    assert item.shape != "slant" and item.angle in (0, 90)
    _, _, w, h = item.box
    radius = {"pill": h / 2, "round": min(item.radius, w / 2, h / 2), "rect": 0.0}[item.shape]
    rings = []
    width = max(item.stroke_width * 0.9, 1.0)
    if item.inner is not None:
        edge = item.stroke_width + 1 if item.stroke else 1.0
        rings.append((*_inside(item.box, radius, edge - width / 2), width, item.inner))
    if item.stroke is not None:
        rings.append((item.box, radius, item.stroke_width, item.stroke))
    arrow = item.arrow
    return Shape(
        box=item.box,
        radius=radius,
        fill=item.fill,
        across=item.angle == 0,
        rings=tuple(rings),
        shadow=item.shadow,
        mark=None
        if arrow is None
        else (tuple(arrow_lines(arrow)), arrow.box[3] * ARROW_STROKE, arrow.colour),
    )


def _inside(box: Box, radius: float, inset: float) -> tuple[Box, float]:
    x, y, w, h = box
    return (x + inset, y + inset, w - 2 * inset, h - 2 * inset), max(radius - inset, 0.0)
