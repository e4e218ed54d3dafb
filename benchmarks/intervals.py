"""The JPEG restart interval of each theme and size: the smallest whose bytes cost at most 3 % on every palette.

Found once and kept in the theme (`restart_blocks`); prints the lines to put there. Against Pillow's encode of the
same pixels without restart markers.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from banner_engine.encode.segments import jpeg
from benchmarks.measure import arguments, progress, ratio_at_most, tell
from benchmarks.world import AS_OF, LOCALE

SIZES = ((1200, 628), (300, 250), (728, 90), (300, 600), (160, 600))
INTERVALS = (5, 6, 8, 10, 12, 15, 19, 20, 23, 25, 30, 38, 46, 75)
QUALITY = 80
MOST = 1.03


def plain(image: Image.Image) -> int:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling="4:2:0")
    return out.tell()


def main() -> None:
    quick = arguments(__doc__ or "").quick
    from banner_engine.engine import Engine
    from banner_engine.select.pool import Combination, Space
    from banner_engine.shipped import shipped
    from banner_engine.state import State

    engine = Engine.open(shipped("examples") / "double11", as_of=AS_OF, store=Path("/tmp/bench-intervals"))
    assert isinstance(engine.state, State)
    product = engine.shelves[LOCALE].products[0]
    for theme in engine.loaded.themes.values():
        lines = []
        for width, height in SIZES[:1] if quick else SIZES:
            frames = []
            for palette in list(theme.palettes)[: 1 if quick else None]:
                chosen = Combination(theme.name, palette, "discount", theme.layouts_for(width, height)[0])
                space = Space("", width, height, LOCALE, "A", 1)
                recipe = engine.workshop.judge(
                    product, engine.cutouts[product.id].picture, chosen, space, "Ad"
                )
                if recipe is not None:
                    frames.append(engine.workshop.picture(recipe))
            costs = {n: max(len(jpeg(f, QUALITY, n)) / plain(f) for f in frames) for n in INTERVALS}
            best = next((n for n, cost in costs.items() if cost <= MOST), INTERVALS[-1])
            lines.append(f"{width}x{height}: {best}")
            tell(f"{theme.name} {width}x{height}, interval {best}", costs[best], "× bytes", ratio=costs[best],
                 goal=ratio_at_most(MOST))  # fmt: skip
        progress(f"{theme.name}:\nrestart_blocks: {{{', '.join(lines)}}}")


if __name__ == "__main__":
    main()
