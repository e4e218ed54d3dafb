"""The painter: a plan's layers, in their fixed order, on the rows of a canvas that are asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PIL import Image

from banner_engine.cache import ByteBudget, Cache
from banner_engine.paint.logo import draw_logo
from banner_engine.paint.panel import draw_panel, draw_scrim
from banner_engine.paint.product import draw_product
from banner_engine.plan.items import Item, LogoItem, PanelItem, Plan, ProductItem, ScrimItem, TextItem, Unit
from banner_engine.prepare.scenes import SceneStore
from banner_engine.raster import Raster
from banner_engine.text import draw_text

DRAWING_VERSION = 1
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


class Painter:
    """Paints plans. Layers are kept by their content, so that what many variants share is drawn once."""

    def __init__(self, scenes: SceneStore, budget: ByteBudget) -> None:
        self.scenes = scenes
        self._layers: Cache[list[Raster]] = Cache(budget, "layers", _nbytes)
        self._panels: Cache[list[Raster]] = Cache(budget, "panels", _nbytes)

    def layers(self, unit: Unit) -> list[Raster]:
        """A unit's rasters from back to front, clipped to its bounds."""
        return self._layers.get((unit.name, unit.key), lambda: self._drawn(unit))

    def _drawn(self, unit: Unit) -> list[Raster]:
        rasters = (raster.clipped(unit.bounds) for item in unit.items for raster in self._item(item))
        return [raster for raster in rasters if raster is not None]

    def _item(self, item: Item) -> list[Raster]:
        # a panel stands behind many texts, and set type has a cache of its own
        return self._panels.get(item, lambda: _layer(item)) if isinstance(item, PanelItem) else _layer(item)

    def paint(self, plan: Plan, rows: Rows | None = None, seen: Collection[str] | None = None) -> Image.Image:
        """The RGB pixels of a plan, or of a band of its rows. Every layer is blended pixel by pixel, so a
        band's pixels are those of the whole frame. seen: names of the units to draw (all where None).
        """
        scene = self.scenes.get(plan.scene).scene
        band = rows or Rows(0, scene.back.height)
        canvas = scene.back.crop((0, band.y0, scene.back.width, band.y1))
        for unit in plan.product_units:
            if seen is None or unit.name in seen:
                _onto(canvas, self.layers(unit), band)
        if scene.front is not None:
            _onto(canvas, [scene.front], band)
        for unit in plan.copy_units:
            if seen is None or unit.name in seen:
                _onto(canvas, self.layers(unit), band)
        return canvas


def _onto(canvas: Image.Image, layers: list[Raster], band: Rows) -> None:
    for raster in layers:
        _, y0, _, y1 = raster.box
        if y0 < band.y1 and y1 > band.y0:
            raster.onto(canvas, band.y0)


def _nbytes(layers: list[Raster]) -> int:
    return sum(raster.nbytes for raster in layers) + 200
