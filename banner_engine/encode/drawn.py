"""Zones made visible: a tint for each zone over the banner, and a line wherever a run begins."""

from __future__ import annotations

from PIL import Image, ImageDraw

from banner_engine.encode.segments import MCU, Grid
from banner_engine.encode.zones import zone_map
from banner_engine.plan.items import CONSTANT, Plan

TINTS = {
    frozenset(): (120, 120, 120),
    frozenset({"copy"}): (40, 120, 255),
    frozenset({"offer"}): (0, 190, 140),
    frozenset({"product"}): (255, 170, 0),
}
SHARED = ((230, 40, 160), (150, 60, 255), (255, 80, 60), (60, 200, 255))
OPACITY = 0.42


def zones_over(plan: Plan, banner: Image.Image) -> tuple[Image.Image, list[tuple[str, int, int]]]:
    """(the banner under its zones' tints, [(kinds of units, segments, runs) of each zone])."""
    grid = Grid(plan.width, plan.height, plan.restart_blocks)
    units = plan.units
    zones = zone_map(grid, tuple(u.bounds for u in units), tuple(u.kind for u in units))
    overlay = Image.new("RGB", (grid.columns * MCU, grid.rows * MCU))
    draw = ImageDraw.Draw(overlay)
    told, shared = [], 0
    lines = []
    for zone in zones.zones:
        kinds = frozenset(units[n].kind for n in zone.units) - {CONSTANT}
        tint = TINTS.get(kinds)
        if tint is None:
            tint, shared = SHARED[shared % len(SHARED)], shared + 1
        for first, last in zone.runs:
            lines.append(_corner(grid, first))
            for mcu in range(
                first * grid.interval, min((last + 1) * grid.interval, grid.columns * grid.rows)
            ):
                row, column = divmod(mcu, grid.columns)
                x, y = column * MCU, row * MCU
                draw.rectangle((x, y, x + MCU - 1, y + MCU - 1), fill=tint)
        told.append((" + ".join(sorted(kinds)) or "background", len(zone.segments), len(zone.runs)))
    out = Image.blend(banner, overlay.crop((0, 0, *banner.size)), OPACITY)
    pen = ImageDraw.Draw(out)
    for x, y in lines:
        pen.line((x, y, x, min(y + MCU, plan.height) - 1), fill=(255, 255, 255))
    return out, told


def _corner(grid: Grid, segment: int) -> tuple[int, int]:
    row, column = divmod(segment * grid.interval, grid.columns)
    return column * MCU, row * MCU
