"""Type on one core: a banner's headline, subline, button and price, never set before, are fitted and drawn, against
Pillow's encode of the finished 1200×628 frame; and memory over 100,000 texts.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from banner_engine.cache import shared
from banner_engine.engine import Engine
from banner_engine.fit.blocks import SlotText, set_block
from banner_engine.plan.build import canvas_of
from banner_engine.plan.items import TextItem
from banner_engine.select.pool import Combination, Space
from banner_engine.shipped import shipped
from banner_engine.text import FontBook, Span, TextPaint, TextStyle, draw_text, fit_text, shape_text
from benchmarks.measure import arguments, one_core, progress, ratio_at_most, tell

AS_OF = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
LOCALE = "en-US"
SIZE = (1200, 628)
QUALITY = 80
WORDS = ("trail", "summit", "ridge", "storm", "light", "river", "forest", "granite", "alpine", "winter", "ember",
         "north", "quiet", "bold", "swift", "stone", "cedar", "glacier", "canyon", "meadow")  # fmt: skip
PLAIN = TextPaint("#FFFFFF")
THEMES = {"double11": True, "night-tech": True, "lacquer": False}
"""Whether the theme's type has outlines, extrusion or glow."""
MEMORY = 64 << 20


def new_texts(dice: random.Random) -> Iterator[dict[str, str]]:
    number = 0
    while True:
        number += 1
        first, second, third = (dice.choice(WORDS) for _ in range(3))
        yield {
            "headline": f"{first.title()} {second} {number}",
            "subline": f"{second.title()} {third} for {first} days {number}",
            "cta": f"Shop {third} {number}",
            "price": f"${number % 900 + 20}.{dice.randrange(100):02d}",
        }


class Banner:
    """A banner of one theme, whose four texts are set anew."""

    def __init__(self, engine: Engine, theme: str) -> None:
        product = engine.shelves[LOCALE].products[0]
        spec = engine.loaded.themes[theme]
        chosen = Combination(theme, next(iter(spec.palettes)), "discount", spec.layouts_for(*SIZE)[0])
        picture = engine.cutouts[product.id].picture
        space = Space("home-hero", *SIZE, LOCALE, "S", 1)
        recipe = engine.workshop.judge(product, picture, chosen, space, "Ad")
        assert recipe is not None
        plan = engine.workshop.plan(recipe)
        self.frame = engine.workshop.painter.paint(plan)
        self.book = engine.workshop.book
        self.canvas = canvas_of(spec, recipe)
        self.paints = {
            item.slot: item.paint
            for unit in plan.copy_units
            for item in unit.items
            if isinstance(item, TextItem)
        }

    def set_and_draw(self, texts: dict[str, str], effects: bool) -> None:
        for name, block in self.canvas.layout.blocks.items():
            here = tuple(SlotText(s, texts[s]) for row in block.slots for s in row if s in texts)
            found = set_block(self.book, self.canvas, name, here)
            assert found is not None
            for slot in found.slots:
                assert slot.type is not None
                draw_text(slot.type, self.paints[slot.slot] if effects else PLAIN, slot.x, slot.y)

    def encode(self) -> None:
        self.frame.save(io.BytesIO(), "JPEG", quality=QUALITY)


def against_encode(banner: Banner, theme: str, effects: bool, count: int) -> None:
    texts = new_texts(random.Random(f"{theme} {effects}"))
    for _ in range(20):
        banner.set_and_draw(next(texts), effects)
    own, floor = [], []
    for _ in range(count):
        some = next(texts)
        began = time.perf_counter()
        banner.set_and_draw(some, effects)
        between = time.perf_counter()
        banner.encode()
        own.append(between - began)
        floor.append(time.perf_counter() - between)
    tell(
        f"cold type of a banner, {theme}, {'its effects' if effects else 'no effects'} ÷ encode",
        statistics.median(own) * 1e3,
        "ms",
        baseline=statistics.median(floor) * 1e3,
        ratio=statistics.median(a / b for a, b in zip(own, floor, strict=True)),
        goal=ratio_at_most(1.0 if effects else 0.5),
    )


def memory(book: FontBook, few: int, many: int) -> None:
    """Resident memory after `many` texts against that after `few`, under a small budget that both fill."""
    shared.clear()
    shared.resize(MEMORY)
    style = TextStyle(("Montserrat", "Noto Sans SC"), 800)
    texts = new_texts(random.Random(4))
    early = 0.0
    for number in range(many):
        if number == few:
            early = _rss()
        text = next(texts)["subline"] + ("，限时特惠" if number % 4 == 0 else "")
        block = fit_text(
            shape_text(book, (Span(text, style),), "zh-CN", False),
            width=420, height=90, min_size=10, max_size=40, max_lines=2, balance=True,
        )  # fmt: skip
        assert block is not None
        draw_text(block, PLAIN, 10.0, 60.0)
    tell(f"RSS after {many:,} different texts, against {few:,}", _rss(), "MB", baseline=early,
         goal=ratio_at_most(1.05))  # fmt: skip


def _rss() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    quick = arguments(__doc__ or "").quick
    one_core()
    with tempfile.TemporaryDirectory(prefix="bench-type-") as place:
        engine = Engine.open(shipped("examples") / "double11", as_of=AS_OF, store=Path(place))
        for theme, effects in THEMES.items():
            banner = Banner(engine, theme)
            for drawn in (False, True) if effects else (False,):
                against_encode(banner, theme, drawn, 3 if quick else 120)
        few, many = (50, 200) if quick else (20_000, 100_000)
        progress(f"{many:,} texts")
        memory(engine.workshop.book, few, many)


if __name__ == "__main__":
    main()
