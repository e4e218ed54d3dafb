"""One text in one slot, as `banner fit` asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.fit.blocks import SlotText, set_block
from banner_engine.fit.slots import Canvas
from banner_engine.load.theme import Theme
from banner_engine.locales import is_rtl
from banner_engine.shapes import shape_of
from banner_engine.shipped import shipped
from banner_engine.text import FontBook


def fit_slot(
    theme: Theme, slot: str, text: str, size: tuple[int, int], locale: str, layout: str | None = None
) -> dict[str, Any]:
    """{"size": px or None, "lines": in visual order, "widths": px, "fonts": …, "dropped": slots that do not fit}.

    Raises BannerError for a layout or slot that the theme lacks, and for a character that no font has.
    """
    names = theme.layouts_for(*size) if layout is None else (layout,)
    if not names or names[0] not in theme.layouts:
        hint = did_you_mean(layout, theme.layouts) if layout else f"its shape is '{shape_of(*size)}'"
        raise BannerError(
            f"theme '{theme.name}' has no layout for {size[0]}x{size[1]}", hint=hint, kind="config"
        )
    chosen = theme.layouts[names[0]]
    blocks = [name for name, block in chosen.blocks.items() if any(slot in row for row in block.slots)]
    if not blocks:
        known = {s for block in chosen.blocks.values() for row in block.slots for s in row}
        raise BannerError(
            f"layout '{names[0]}' has no slot '{slot}'", hint=did_you_mean(slot, known), kind="config"
        )
    own = [theme.folder / theme.fonts] if theme.fonts else []
    book = FontBook.load(shipped("fonts"), *(Path(folder) for folder in own))
    canvas = Canvas(theme, chosen, *size, 1, locale, is_rtl(locale))
    placed = set_block(book, canvas, blocks[0], (SlotText(slot, text),))
    if placed is None:
        return {"size": None, "lines": [], "widths": [], "fonts": [], "dropped": [slot]}
    found = placed.slots[0].type
    assert found is not None
    return {
        "size": round(found.size, 3),
        "lines": [line.text for line in found.lines],
        "widths": [round(line.width, 2) for line in found.lines],
        "fonts": list(found.fonts),
        "dropped": [],
    }
