"""Logos: SVG by resvg, or PNG, scaled into their box."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image

from banner_engine.errors import BannerError
from banner_engine.plan.items import LogoItem
from banner_engine.raster import Raster

_VIEWBOX = re.compile(r'viewBox\s*=\s*["\']\s*([-\d.eE]+)[\s,]+([-\d.eE]+)[\s,]+([\d.eE]+)[\s,]+([\d.eE]+)')
_HREF = re.compile(r"""\s(?:xlink:)?href\s*=\s*(?:"(?!data:|#)[^"]*"|'(?!data:|#)[^']*')""")
MAX_SVG_BYTES = 1_000_000


def safe_svg(path: Path) -> str:
    """The text of an SVG without references to other files or hosts. Raises BannerError."""
    data = path.read_bytes()
    if len(data) > MAX_SVG_BYTES:
        raise BannerError(f"an SVG may have at most {MAX_SVG_BYTES:,} bytes", file=path, kind="picture")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BannerError("is not valid UTF-8", file=path, kind="picture") from None
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise BannerError("an SVG may not declare a document type or entities", file=path, kind="picture")
    return _HREF.sub("", text)


def logo_aspect(path: Path) -> float:
    """Width ÷ height. Raises BannerError where the file is no picture, or an SVG without a viewBox."""
    if path.suffix.lower() == ".svg":
        found = _VIEWBOX.search(safe_svg(path))
        if not found or float(found[4]) <= 0 or float(found[3]) <= 0:
            raise BannerError("an SVG logo needs a viewBox", file=path, kind="picture")
        return float(found[3]) / float(found[4])
    try:
        with Image.open(path) as picture:
            return picture.width / picture.height
    except (OSError, Image.DecompressionBombError):
        raise BannerError("is no picture that can be read", file=path, kind="picture") from None


def draw_logo(item: LogoItem) -> list[Raster]:
    x0, y0, x1, y1 = item.box
    size = (x1 - x0, y1 - y0)
    path = Path(item.path)
    if path.suffix.lower() == ".svg":
        import resvg_py

        data = resvg_py.svg_to_bytes(
            svg_string=safe_svg(path), width=size[0], height=size[1], skip_system_fonts=True
        )
        picture = Image.open(io.BytesIO(data)).convert("RGBA")
    else:
        with Image.open(path) as opened:
            picture = opened.convert("RGBA")
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return [Raster(x0, y0, picture.convert("RGB"), picture.getchannel("A"))]
