"""A folder of font files without an index: what each file says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import uharfbuzz as hb

from banner_engine.errors import BannerError
from banner_engine.text.face import FontFile

KINDS = (".ttf", ".otf", ".woff2", ".woff")


def files_of(folder: Path) -> Iterator[FontFile]:
    """The font files of a folder in order of their names, with family, weights and slope from their tables.

    Raises BannerError for a file that is no font, or that names no family.
    """
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in KINDS:
            yield _described(path)


def _described(path: Path) -> FontFile:
    face = FontFile(path, "", (400, 400), False, ()).hb_face
    names = (hb.OTNameIdPredefined.TYPOGRAPHIC_FAMILY, hb.OTNameIdPredefined.FONT_FAMILY)
    family = next(filter(None, (face.get_name(name, "en") for name in names)), None)
    if family is None:
        raise BannerError("names no family", file=path, hint="name it in a fonts.yaml beside it")
    font = hb.Font(face)
    weights = [(axis.min_value, axis.max_value) for axis in face.axis_infos if axis.tag == "wght"]
    low, high = weights[0] if weights else (font.get_style_value(hb.StyleTag.WEIGHT),) * 2
    italic = font.get_style_value(hb.StyleTag.ITALIC) > 0
    return FontFile(path, str(family), (round(low), round(high)), italic, ())
