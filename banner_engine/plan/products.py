"""Where a product stands, how large, and how the scene's light falls on it."""

from __future__ import annotations

from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import ProductLook, Shadow, Theme
from banner_engine.plan.bounds import product_clip
from banner_engine.plan.colours import tint
from banner_engine.plan.items import PRODUCT, Ellipse, ProductItem, RimLight, SoftShadow
from banner_engine.prepare import Cutout
from banner_engine.prepare.scenes import mirrored_box
from banner_engine.prepare.tilt import tilted

MAX_UPSCALE = 1.5
"""A photo is never drawn larger than this many times its own pixels, at scale 1."""


def soft_shadow(
    shadow: Shadow | None, theme: Theme, palette: str, unit: float, side: int = 1
) -> SoftShadow | None:
    """side: −1 where the scene, and so its light, is mirrored."""
    if shadow is None:
        return None
    colour = tint(theme, palette, shadow.colour)
    return SoftShadow(shadow.dx * unit * side, shadow.dy * unit, shadow.blur * unit, colour)


def place_product(canvas: Canvas, palette: str, cutout: Cutout) -> ProductItem:
    """The product as large as its box allows, its sole on the ground line, centred on the stage."""
    theme, layout = canvas.theme, canvas.layout
    look: ProductLook = theme.product
    side = -1 if canvas.mirrored else 1
    # a card is a designed rectangle, not a thing that leans
    tilt = look.tilt * side if cutout.kind == "cutout" else 0.0
    if tilt:
        cutout = tilted(cutout, tilt)
    width, height = canvas.width * canvas.scale, canvas.height * canvas.scale
    bx, by, bw, _ = mirrored_box(layout.product, canvas.mirrored)
    left, top, box_width = bx * width, by * height, bw * width
    ground = layout.stage.ground * height
    # source px from the product's top to the ground line, and from there to what hangs below it
    above = cutout.height * (cutout.ground + look.float_above)
    below = cutout.height * (1 - cutout.ground - look.float_above)
    factor = min(box_width / cutout.width, (ground - top) / above, MAX_UPSCALE * canvas.scale)
    if below > 0:
        # straps and laces may hang below the contact line as far as the effects reach
        factor = min(factor, (product_clip(canvas)[3] - ground) / below)
    w, h = cutout.width * factor, cutout.height * factor
    centre = layout.stage.centre[0]
    x = (1 - centre if canvas.mirrored else centre) * width - w / 2
    x = min(max(x, left), left + box_width - w)
    y = ground - above * factor
    x0, y0 = round(x), round(y)
    box = (x0, y0, x0 + max(round(w), 1), y0 + max(round(h), 1))
    unit = canvas.unit
    sole = max((cutout.sole[1] - cutout.sole[0]) * w, 0.12 * w)
    middle = x0 + (cutout.sole[0] + cutout.sole[1]) / 2 * w
    return ProductItem(
        unit=PRODUCT,
        cutout=str(cutout.path),
        digest=cutout.digest,
        box=box,
        clip=product_clip(canvas),
        ground=ground,
        gain=look.gain,
        offset=look.offset,
        saturation=look.saturation,
        contrast=look.contrast,
        rims=tuple(
            RimLight(
                r.dx * unit * side,
                r.dy * unit,
                r.blur * unit,
                tint(theme, palette, r.colour),
                r.blend == "shade",
            )
            for r in look.rims
        ),
        ellipses=tuple(
            Ellipse(
                cx=middle + s.dx * sole * side,
                cy=ground,
                rx=s.width * sole / 2,
                ry=max(s.height * s.width * sole / 2, 1.0),
                blur=s.blur * unit,
                tint=tint(theme, palette, s.colour),
            )
            for s in look.ground_shadows
        ),
        drop_shadow=soft_shadow(look.drop_shadow, theme, palette, unit, side),
        halo=soft_shadow(look.halo, theme, palette, unit, side),
        reflection=look.reflection,
        tilt=tilt,
    )
