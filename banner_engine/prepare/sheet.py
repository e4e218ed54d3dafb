"""A contact sheet for a person to review: each picture before, and after on the campaign's colours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from banner_engine.errors import BannerError
from banner_engine.prepare.picture import open_picture
from banner_engine.prepare.quality import GOOD_ENOUGH
from banner_engine.prepare.run import Prepared

_CELL = 200
_GAP = 6
_TEXT = 30
_INK, _WARNING, _PAPER, _EMPTY = "#222222", "#C0122D", "#FFFFFF", "#E6E6E6"


def contact_sheet(prepared: Sequence[Prepared], colours: Sequence[str], columns: int = 2) -> Image.Image:
    """An RGB image with a group of cells for each picture: before | after on each of `colours`.

    Under each group: id, kind, quality and reasons; in red where the quality is low. The red line across
    the first ground is the contact line with the sole's extent. Empty input gives an empty sheet.
    """
    group = (1 + len(colours)) * _CELL + _GAP
    rows = max(1, -(-len(prepared) // columns))
    high = _CELL + _TEXT
    sheet = Image.new("RGB", (columns * group + _GAP, rows * (high + _GAP) + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(12)
    for index, item in enumerate(prepared):
        x = _GAP + index % columns * group
        y = _GAP + index // columns * (high + _GAP)
        sheet.paste(_before(item.job.path), (x, y))
        for place, colour in enumerate(colours, start=1):
            sheet.paste(_after(item, colour, line=place == 1), (x + place * _CELL, y))
        cutout = item.cutout
        reasons = ", ".join(cutout.reasons)
        low = cutout.quality < GOOD_ENOUGH
        draw.text((x, y + _CELL), f"{item.job.id} · {cutout.kind} · {cutout.quality:.2f}", _INK, font)
        draw.text((x, y + _CELL + 14), reasons, _WARNING if low else _INK, font)
    return sheet


def _before(path: Path) -> Image.Image:
    cell = Image.new("RGB", (_CELL, _CELL), _EMPTY)
    try:
        image = open_picture(path).image
    except BannerError:
        return cell
    image.thumbnail((_CELL, _CELL), Image.Resampling.LANCZOS)
    place = ((_CELL - image.width) // 2, (_CELL - image.height) // 2)
    cell.paste(image, place, image if image.mode == "RGBA" else None)
    return cell


def _after(item: Prepared, colour: str, *, line: bool) -> Image.Image:
    cell = Image.new("RGB", (_CELL, _CELL), colour)
    with Image.open(item.cutout.path) as stored:
        image = stored.convert("RGBa")
    scale = 0.9 * _CELL / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image.resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    x, y = (_CELL - image.width) // 2, (_CELL - image.height) // 2
    cell.paste(image, (x, y), image)
    if line:
        left, right = item.cutout.sole
        level = y + round(item.cutout.ground * image.height)
        ends = (x + round(left * image.width), level, x + round(right * image.width), level)
        ImageDraw.Draw(cell).line(ends, "#FF5050", 1)
    return cell
