"""Sets reference comps and our banners side by side: `python docs/make_comps.py COMPS OUT` (or `make comps`).

COMPS: a folder of `THEME-WIDTHxHEIGHT.png`. OUT gets one sheet a theme: the comps, and below them the same sizes as
`banner preview` draws them.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import defaultdict
from pathlib import Path

from PIL import Image

from banner_engine.engine import Engine
from banner_engine.preview import Cell, Wanted, cells, sheet, subject_engine

NAME = re.compile(r"(.+)-(\d+)x(\d+)")
CHINESE = ("double11", "festival")
"""Themes whose comps speak Chinese."""


def _open(campaign: Path | None, as_of: dt.datetime | None, store: Path | None) -> Engine:
    assert campaign is not None
    return Engine.open(campaign, as_of=as_of, store=store)


def main(comps: Path, out: Path) -> None:
    found: dict[str, dict[tuple[int, int], Path]] = defaultdict(dict)
    for path in sorted(comps.glob("*.png")):
        named = NAME.fullmatch(path.stem)
        if named is not None:
            found[named[1]][int(named[2]), int(named[3])] = path
    out.mkdir(parents=True, exist_ok=True)
    for theme, pictures in found.items():
        if not (Path("themes") / theme).is_dir():
            print(f"{theme}: no such theme yet", file=sys.stderr)
            continue
        engine, names = subject_engine(theme, None, None, _open)
        locale = "zh-CN" if theme in CHINESE else "en-US"
        wanted = Wanted(themes=names, sizes=tuple(pictures), locales=(locale,))
        theirs = [
            Cell(f"{w}x{h}", Image.open(path).convert("RGB").resize((w, h)), (w, h), None)
            for (w, h), path in pictures.items()
        ]
        target = out / f"{theme}.png"
        sheet([(f"{theme} · comp", theirs), *cells(engine, wanted)], engine.workshop.book).save(target)
        print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
