"""A wide panel of which one column is repeated looks like the panel drawn whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.paint import panel as painter
from banner_engine.plan.items import Arrow, PanelItem, SoftShadow
from banner_engine.raster import Raster

tints = st.tuples(st.tuples(*[st.integers(0, 255)] * 3), st.sampled_from([0.0, 0.3, 1.0]))
shadows = st.builds(SoftShadow, st.floats(-4, 4), st.floats(-4, 4), st.floats(0.3, 9), tints)
panels = st.builds(
    PanelItem,
    unit=st.just("offer"),
    box=st.tuples(st.floats(-9, 40), st.floats(0, 30), st.floats(4, 700), st.floats(4, 90)),
    shape=st.sampled_from(["pill", "round", "rect", "slant"]),
    radius=st.floats(0, 20),
    fill=st.lists(tints, max_size=3).map(tuple),
    angle=st.sampled_from([0.0, 90.0, 135.0]),
    stroke=st.none() | tints,
    stroke_width=st.floats(1, 4),
    inner=st.none() | tints,
    shadow=st.none() | shadows,
)


def mixed(rasters: list[Raster]) -> np.ndarray:
    """What the rasters put on grey, 0 to 255."""
    from PIL import Image

    canvas = Image.new("RGB", (820, 180), (128, 128, 128))
    for raster in rasters:
        canvas.paste(raster.colour, (raster.x + 50, raster.y + 40), raster.alpha)
    return np.asarray(canvas, int)


@given(panels, st.booleans(), st.booleans())
def test_the_same_to_a_level(item: PanelItem, pointed: bool, leftwards: bool) -> None:
    if pointed:
        x, y, w, h = item.box
        side = min(h / 3, w / 3)
        at = x + side if leftwards else x + w - 2 * side
        item = replace(item, arrow=Arrow("chevron", (9, 9, 9), (at, y + h / 3, side / 2, side), leftwards))
    ours, whole = painter.draw_panel(item), painter._drawn(item)
    assert [raster.box for raster in ours] == [raster.box for raster in whole]
    assert np.abs(mixed(ours) - mixed(whole)).max() <= 2, repr(item)
