"""`theme.yaml`: palettes, scenery, typography and layouts, inherited from a base so that a theme is short."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from banner_engine.load.campaign import Grade, Strict
from banner_engine.shapes import KIN, Shape, shape_of

SlotName = Literal[
    "logo", "badge", "headline", "number", "word", "subline",
    "price_label", "price", "old_price", "cta", "disclaimer", "disclosure",
]  # fmt: skip
Box = tuple[float, float, float, float]
"""x, y, width, height as fractions of the canvas."""
_COLOUR = re.compile(r"^(#[0-9A-Fa-f]{6}|[a-z][a-z0-9-]*)(?:/(0?\.[0-9]+|1|0))?$")


def _colour(value: Any) -> str:
    text = str(value)
    if not _COLOUR.match(text):
        raise ValueError(f"'{text}' is no colour: write a palette name or '#RRGGBB', with '/.5' for opacity")
    return text


class ColourText(str):
    """A colour as a theme spells it; what it is in a palette is looked up later."""

    __slots__ = ()

    @property
    def palette_name(self) -> str | None:
        """The name that a palette must have; None where the colour is given itself."""
        return None if self.startswith("#") else self.partition("/")[0]


Colour = Annotated[str, BeforeValidator(_colour), AfterValidator(ColourText)]
"""A palette name or `#RRGGBB`, with an opacity after a slash: `gold/.4`."""


def _hex_colour(value: Any) -> str:
    if not re.fullmatch("#[0-9A-Fa-f]{6}", str(value)):
        raise ValueError(f"'{value}' is no colour of a palette: write '#RRGGBB'")
    return str(value)


class Shadow(Strict):
    """A soft copy behind. Offsets and blur (sigma) are in the units of what casts it."""

    dx: float = 0
    dy: float = 0
    blur: float = 0
    colour: Colour


class Panel(Strict):
    """A shape behind a slot (lengths in em of its type) or a block (px at the layout's reference size)."""

    shape: Literal["pill", "round", "rect", "slant"] = "round"
    radius: float = 0.3
    fill: tuple[Colour, ...] = ()
    """One colour, or the stops of a gradient."""
    angle: float = 90
    """Direction of the gradient in degrees: 90 runs downwards, 0 to the right."""
    stroke: Colour | None = None
    stroke_width: float = 0.08
    inner: Colour | None = None
    """A hairline just inside the edge."""
    shadow: Shadow | None = None
    padding: tuple[float, float] | tuple[float, float, float] = (0.8, 0.4)
    """Beside and above what stands inside; a third number is the padding at the reading end."""
    wide: bool = False
    """Stretch a slot's panel over the whole width of its block."""
    arrow: Literal["none", "chevron", "arrow"] = "none"


class TypeEffect(Strict):
    """What a slot's glyphs wear; lengths in em of the slot's size."""

    outline: tuple[float, Colour] | None = None
    extrude: tuple[int, float, float, Colour] | None = None
    glow: tuple[float, Colour] | None = None
    shadow: tuple[float, float, float, Colour] | None = None


DISPLAY = frozenset({"headline", "number", "word"})
OF_KIN = {
    "story": (2.7, 2.7),
    "billboard": (0.46, 0.72),
    "button": (0.5, 0.8),
    "ticket": (0.23, 0.5),
    "strip": (0.48, 0.72),
}
"""Type of a shape that a slot says nothing of: its kin's px × the first number for display type, × the second
for small type; gaps × the first.
"""


class SlotType(Strict):
    """The typography of one slot."""

    font: tuple[str, ...]
    weight: int = Field(default=400, ge=100, le=950)
    italic: bool = False
    italic_last: bool = False
    """Set the last of several lines in italics."""
    tracking: float = 0
    leading: float = 1.15
    case: Literal["none", "upper"] = "none"
    skew: float = 0
    features: tuple[str, ...] = ()
    size: dict[Shape, tuple[float, float]]
    """Largest and smallest size in px at the layout's reference size, by shape."""
    lines: dict[Shape, int] = Field(default_factory=dict)
    gap: dict[Shape, float] = Field(default_factory=dict)
    """Space before the slot in a block, in px at the reference size."""
    colour: tuple[Colour, ...] = (ColourText("ink"),)
    """Candidates; the first with enough contrast on what lies beneath is taken."""
    gradient: tuple[tuple[float, Colour], ...] = ()
    """Vertical gradient of the glyphs; its weakest stop must hold the contrast."""
    effect: TypeEffect = TypeEffect()
    panel: Panel | None = None
    unit_font: tuple[str, ...] = ()
    """Fonts of a number's unit and of a price's currency sign (else `font`)."""
    unit_weight: int | None = None
    balance: bool = False

    @field_validator("font", "unit_font", "colour", mode="before")
    @classmethod
    def _one(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("size")
    @classmethod
    def _ordered(cls, value: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        for shape, (largest, smallest) in value.items():
            if not 0 < smallest <= largest:
                raise ValueError(f"size of {shape}: write [largest, smallest], both above 0")
        return value


class StageSpec(Strict):
    """Where the hero stands: centre, radius (of the shorter side) and ground line, as fractions."""

    centre: tuple[float, float]
    radius: float
    ground: float


class Block(Strict):
    """A box of copy. `slots` are rows from top to bottom; a row of several slots stands on one baseline."""

    box: Box
    slots: tuple[tuple[SlotName, ...], ...] = Field(min_length=1)
    align: Literal["start", "center", "end"] = "start"
    valign: Literal["top", "middle", "bottom"] = "top"
    spread: bool = False
    """In a row of several slots, the last one stands at the far end of the box."""
    panel: Panel | None = None
    """An opaque panel over the whole box; the block's slots stand inside its padding."""

    @field_validator("slots", mode="before")
    @classmethod
    def _rows(cls, value: Any) -> Any:
        if isinstance(value, list):
            return tuple((row,) if isinstance(row, str) else tuple(row) for row in value)
        return value


class Layout(Strict):
    shape: Shape
    reference: tuple[int, int]
    """Width and height in px at which type, gaps and shadows are declared."""
    stage: StageSpec
    quiet: tuple[Box, ...] = ()
    """Boxes that scenery's noise stays out of."""
    product: Box
    """Where the product's ink may stand."""
    effects: tuple[float, float, float, float] = (0.04, 0.04, 0.04, 0.06)
    """How far a product's shadow, halo and reflection may reach beyond its box: left, top, right, bottom."""
    blocks: dict[str, Block]
    drop: tuple[SlotName, ...] = ()
    """The order in which slots are dropped when the room ends."""
    mirror: bool = False
    """Stand this layout on its head sideways: product left, copy right (and back for right-to-left)."""

    def keeps_clear(self, covered: Box, *, rtl: bool) -> bool:
        """Whether all copy stays out of what a platform covers (left, top, right, bottom, as shares)."""
        left, top, right, bottom = covered
        if self.mirror != rtl:
            left, right = right, left
        boxes = [block.box for block in self.blocks.values()]
        return all(
            x >= left and y >= top and x + w <= 1 - right and y + h <= 1 - bottom for x, y, w, h in boxes
        )


class Rim(Strict):
    """Light on an edge: alpha minus alpha shifted by (dx, dy), blurred. Px at the reference size."""

    dx: float = 0
    dy: float = 0
    blur: float = 3
    colour: Colour
    blend: Literal["light", "shade"] = "light"
    """light: added as a screen; shade: laid over."""


class GroundShadow(Strict):
    """An ellipse on the ground: width × the sole's, height × its own width."""

    width: float = 1.0
    height: float = 0.06
    dx: float = 0
    """Sideways offset as a share of the sole's width."""
    blur: float = 4
    colour: Colour


class ProductLook(Strict):
    """How products are put into the scene."""

    gain: tuple[float, float, float] = (1, 1, 1)
    offset: tuple[float, float, float] = (0, 0, 0)
    """Grade: out = in × gain + offset, channels from 0 to 1."""
    saturation: float = 1
    contrast: float = 1
    tilt: float = Field(default=0, ge=-30, le=30)
    """Degrees that cut-outs lean, clockwise (the other way in a mirrored layout)."""
    rims: tuple[Rim, ...] = ()
    ground_shadows: tuple[GroundShadow, ...] = ()
    drop_shadow: Shadow | None = None
    halo: Shadow | None = None
    reflection: tuple[float, float] | None = None
    """Share of the height mirrored below the ground line, and its opacity at the line."""
    float_above: float = 0
    """Hover: the sole stands this share of the product's height above the ground."""


class Theme(Strict):
    name: str
    title: str
    mood: str
    extends: str | None = None
    grades: tuple[Grade, ...] = ("S", "A", "B", "C")
    ground: Literal["dark", "light"] = "light"
    """What the copy stands on; it decides which logo is taken."""
    seeds: tuple[int, ...] = Field(default=(1,), min_length=1, max_length=8)
    palettes: dict[str, dict[str, Annotated[str, BeforeValidator(_hex_colour)]]] = Field(
        min_length=1, max_length=12
    )
    scenery: Any
    type: dict[SlotName, SlotType]
    layouts: dict[str, Layout] = Field(min_length=1)
    product: ProductLook = ProductLook()
    fonts: str | None = None
    """A folder of the theme's own fonts, with a fonts.yaml; absolute once the theme is found."""
    restart_blocks: dict[str, int] = Field(default_factory=dict)
    """JPEG restart interval (MCUs) by size, as measured for this theme."""
    folder: Path = Path()
    scenery_file: Path = Path()
    """The theme.yaml that holds the scenery, this theme's or a base's; files that it names lie beside."""
    digest: str = ""

    @field_validator("palettes")
    @classmethod
    def _same_names(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        first, *others = value
        for other in others:
            for one, two in ((first, other), (other, first)):
                lacking = sorted(set(value[one]) - set(value[two]))
                if lacking:
                    raise ValueError(f"palette '{two}' lacks '{lacking[0]}', which '{one}' has")
        return value

    @model_validator(mode="before")
    @classmethod
    def _of_kin(cls, data: Any) -> Any:
        """Sizes, lines and gaps of the shapes that a theme does not name, after those of their kin."""
        slots = data.get("type") if isinstance(data, dict) else None
        if not isinstance(slots, dict):
            return data
        return {**data, "type": {slot: _filled(slot, kind) for slot, kind in slots.items()}}

    @field_validator("layouts")
    @classmethod
    def _typed(cls, value: dict[str, Layout], info: ValidationInfo) -> dict[str, Layout]:
        types = info.data.get("type")
        if types is None:  # it has mistakes of its own, which are told
            return value
        for name, layout in value.items():
            for block_name, block in layout.blocks.items():
                for slot in (slot for row in block.slots for slot in row if slot != "logo"):
                    if slot not in types:
                        raise ValueError(f"layout '{name}', block '{block_name}': slot '{slot}' has no type")
                    if layout.shape not in types[slot].size:
                        raise ValueError(f"layout '{name}': type '{slot}' has no size for '{layout.shape}'")
        return value

    def layouts_for(self, width: int, height: int) -> tuple[str, ...]:
        """The layouts of a size's shape; those of its kin where the theme has none."""
        shape = shape_of(width, height)
        own = tuple(name for name, layout in self.layouts.items() if layout.shape == shape)
        kin = KIN.get(shape)
        return own or tuple(name for name, layout in self.layouts.items() if layout.shape == kin)


def _filled(slot: str, kind: Any) -> Any:
    if not isinstance(kind, dict) or not all(
        isinstance(kind.get(k, {}), dict) for k in ("size", "lines", "gap")
    ):
        return kind  # told by the model
    size, lines, gap = ({**kind.get(key, {})} for key in ("size", "lines", "gap"))
    for shape, kin in KIN.items():
        display, small = OF_KIN[shape]
        factor = display if slot in DISPLAY else small
        if shape not in size and isinstance(size.get(kin), list) and _numbers(size[kin]):
            size[shape] = [round(px * factor, 1) for px in size[kin]]
        if shape not in lines and kin in lines:
            lines[shape] = lines[kin]
        if shape not in gap and kin in gap and _numbers([gap[kin]]):
            gap[shape] = round(gap[kin] * display, 1)
    return {**kind, "size": size, "lines": lines, "gap": gap}


def _numbers(values: list[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
