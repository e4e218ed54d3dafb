"""What a plan is made of: frozen values with every box, colour and length that pixels need, in canvas px."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from banner_engine.prepare.scenes import SceneKey
from banner_engine.text import SetText, TextPaint

Rgb = tuple[int, int, int]
Tint = tuple[Rgb, float]
"""A colour and its opacity, 0 to 1."""
Box = tuple[float, float, float, float]
"""x, y, width, height in px."""
Rect = tuple[int, int, int, int]
"""x0, y0, x1, y1 in whole px, x1 and y1 exclusive."""


@dataclass(frozen=True, slots=True)
class SoftShadow:
    """A copy behind, moved by (dx, dy) and blurred (Gaussian sigma), px."""

    dx: float
    dy: float
    blur: float
    tint: Tint


@dataclass(frozen=True, slots=True)
class RimLight:
    dx: float
    dy: float
    blur: float
    tint: Tint
    shade: bool


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A blurred ellipse on the ground."""

    cx: float
    cy: float
    rx: float
    ry: float
    blur: float
    tint: Tint


@dataclass(frozen=True, slots=True)
class ProductItem:
    """A product in the scene. box: its ink, whole px. clip: its effect box; nothing is drawn outside. tilt:
    degrees that the cut-out is turned by, clockwise, before it fills the box.
    """

    unit: str
    cutout: str
    digest: str
    box: Rect
    clip: Rect
    ground: float
    gain: tuple[float, float, float]
    offset: tuple[float, float, float]
    saturation: float
    contrast: float
    rims: tuple[RimLight, ...]
    ellipses: tuple[Ellipse, ...]
    drop_shadow: SoftShadow | None
    halo: SoftShadow | None
    reflection: tuple[float, float] | None
    tilt: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A mark at the reading end of a button."""

    kind: Literal["chevron", "arrow"]
    colour: Rgb
    box: Box
    leftwards: bool


@dataclass(frozen=True, slots=True)
class PanelItem:
    """A shape behind copy. fill: one tint, or the stops of a gradient at `angle` degrees (90 = downwards)."""

    unit: str
    box: Box
    shape: Literal["pill", "round", "rect", "slant"]
    radius: float
    fill: tuple[Tint, ...]
    angle: float
    stroke: Tint | None
    stroke_width: float
    inner: Tint | None
    shadow: SoftShadow | None
    arrow: Arrow | None = None


@dataclass(frozen=True, slots=True)
class ScrimItem:
    """A soft veil between scenery and copy where no colour of the palette reads well enough."""

    unit: str
    box: Box
    blur: float
    tint: Tint


@dataclass(frozen=True, slots=True)
class TextItem:
    """x: the anchor of the text (an edge or the centre of its ink); y: its first baseline; ink: its box."""

    unit: str
    slot: str
    text: SetText
    paint: TextPaint
    x: float
    y: float
    ink: Box


@dataclass(frozen=True, slots=True)
class LogoItem:
    unit: str
    path: str
    digest: str
    box: Rect


CopyItem = PanelItem | ScrimItem | TextItem | LogoItem


Item = ProductItem | CopyItem


def content_of(item: Item) -> object:
    """What an item's pixels depend on, as a small hashable value: set type and pictures are named by their
    digests, so that zones outlive a campaign's move to another folder.
    """
    if isinstance(item, TextItem):
        return item.text.digest, item.paint, item.x, item.y
    if isinstance(item, ProductItem):
        return replace(item, cutout="")
    if isinstance(item, LogoItem):
        return replace(item, path="")
    return item


PRODUCT, CONSTANT = "product", "constant"


@dataclass(frozen=True, slots=True)
class Unit:
    """A product or a block of copy: what is drawn together, inside static bounds that no content moves.

    kind: "product", "offer" (copy that changes with the product), "copy", or "constant" (the same in all
    variants of a placement). marks: content hashes of its items inside these bounds; key: of all of them;
    128 bits, hex.
    """

    name: str
    kind: str
    bounds: Rect
    items: tuple[Item, ...]
    marks: tuple[str, ...]
    key: str

    @staticmethod
    def of(name: str, kind: str, bounds: Rect, items: tuple[Item, ...]) -> Unit:
        marks = tuple(_digest(repr((bounds, content_of(item)))) for item in items)
        return Unit(name, kind, bounds, items, marks, _digest(f"{bounds} {' '.join(marks)}"))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every decision that pixels need. Drawn in this order: scene, product units, the scene's front, copy units."""

    width: int
    height: int
    scene: SceneKey
    product_units: tuple[Unit, ...]
    copy_units: tuple[Unit, ...]
    restart_blocks: int

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.product_units + self.copy_units

    @property
    def products(self) -> tuple[ProductItem, ...]:
        return tuple(i for unit in self.product_units for i in unit.items if isinstance(i, ProductItem))

    @property
    def copy(self) -> tuple[CopyItem, ...]:
        return tuple(i for unit in self.copy_units for i in unit.items if not isinstance(i, ProductItem))

    @property
    def fonts(self) -> tuple[str, ...]:
        """Digests of the font files that the copy uses, sorted."""
        texts = (item.text for item in self.copy if isinstance(item, TextItem))
        return tuple(sorted({face.digest for text in texts for face in text.faces}))
