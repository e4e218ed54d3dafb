"""The painter: a plan's layers, in their fixed order, on the rows of a canvas that are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from PIL import Image

from banner_engine.cache import ByteBudget, Cache
from banner_engine.paint.logo import draw_logo
from banner_engine.paint.panel import draw_panel, draw_scrim
from banner_engine.paint.product import draw_product
from banner_engine.plan.items import (
    PRODUCT,
    Item,
    LogoItem,
    PanelItem,
    Plan,
    ProductItem,
    Rect,
    ScrimItem,
    TextItem,
)
from banner_engine.prepare.scenes import SceneStore
from banner_engine.raster import Raster
from banner_engine.text import draw_text

DRAWING_VERSION = 2
"""Raise it when the same plan is painted to other pixels than before; it is part of every fingerprint."""


def _layer(item: Item) -> list[Raster]:
    match item:
        case ProductItem():
            return draw_product(item)
        case PanelItem():
            return draw_panel(item)
        case ScrimItem():
            return draw_scrim(item)
        case LogoItem():
            return draw_logo(item)
        case TextItem():
            return [draw_text(item.text, item.paint, item.x, item.y)]


@dataclass(frozen=True, slots=True)
class Rows:
    """A band of the canvas, y0 to y1 (exclusive), px."""

    y0: int
    y1: int


@dataclass(frozen=True, slots=True)
class Layer:
    """A drawn item. mark: its content's hash. box: what its rasters touch. behind: whether the scene's front
    stands before it.
    """

    mark: str
    rasters: list[Raster]
    box: Rect
    behind: bool


class Painter:
    """Paints plans. Layers are kept by their content, so that what many variants share is drawn once."""

    def __init__(self, scenes: SceneStore, budget: ByteBudget) -> None:
        self.scenes = scenes
        self._layers: Cache[list[Raster]] = Cache(budget, "layers", _nbytes)
        self._panels: Cache[list[Raster]] = Cache(budget, "panels", _nbytes)

    def layers(self, plan: Plan) -> list[Layer]:
        """All that is drawn over the scene, in painting order, each item clipped to its unit's bounds."""
        return [
            Layer(mark, rasters, _around(rasters), unit.kind == PRODUCT)
            for unit in plan.units
            for mark, item in zip(unit.marks, unit.items, strict=True)
            if (rasters := self._layers.get(mark, partial(self._drawn, item, unit.bounds)))
        ]

    def _drawn(self, item: Item, bounds: Rect) -> list[Raster]:
        rasters = (raster.clipped(bounds) for raster in self._item(item))
        return [raster for raster in rasters if raster is not None]

    def _item(self, item: Item) -> list[Raster]:
        # a panel stands behind many texts, and set type has a cache of its own
        return self._panels.get(item, lambda: _layer(item)) if isinstance(item, PanelItem) else _layer(item)

    def paint(self, plan: Plan) -> Image.Image:
        """The RGB pixels of a plan."""
        return self.band(plan, self.layers(plan), Rows(0, plan.height))

    def band(self, plan: Plan, layers: Iterable[Layer], rows: Rows) -> Image.Image:
        """The RGB pixels of a band of rows, with these of the plan's layers over the scene. Every layer is blended
        pixel by pixel, so that a band's pixels are those of the whole frame wherever no other layer is.
        """
        scene = self.scenes.get(plan.scene).scene
        canvas = scene.back.crop((0, rows.y0, scene.back.width, rows.y1))
        front = scene.front
        for layer in layers:
            if front is not None and not layer.behind:
                _onto(canvas, [front], rows)
                front = None
            _onto(canvas, layer.rasters, rows)
        if front is not None:
            _onto(canvas, [front], rows)
        return canvas


def _onto(canvas: Image.Image, layers: list[Raster], rows: Rows) -> None:
    for raster in layers:
        _, y0, _, y1 = raster.box
        if y0 < rows.y1 and y1 > rows.y0:
            raster.onto(canvas, rows.y0)


def _around(rasters: list[Raster]) -> Rect:
    boxes = [raster.box for raster in rasters]
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return x0, y0, max(box[2] for box in boxes), max(box[3] for box in boxes)


def _nbytes(layers: list[Raster]) -> int:
    return sum(raster.nbytes for raster in layers) + 200
