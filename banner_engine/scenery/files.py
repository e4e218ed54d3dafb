"""Files that a recipe names: where they may lie, and what of an SVG is let in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from banner_engine.errors import BannerError

MOST_BYTES = 40_000_000
SVG = "http://www.w3.org/2000/svg"
_INSIDE = r"(?:#|data:image/(?:png|jpe?g|gif|webp)[;,])"
_OUTSIDE = re.compile(rf"url\(\s*+['\"]?+(?!{_INSIDE})[^)]*\)|@import[^;]*;?", re.IGNORECASE)
_REFERENCE = re.compile(rf"\s*{_INSIDE}", re.IGNORECASE)
_PLACE = {"width", "height", "viewBox", "x", "y", "version", "preserveAspectRatio", "id"}
_BANNED = {"script", "foreignObject", "iframe", "audio", "video", "animate", "set"}


def found(name: str, folder: Path) -> Path:
    """The file that a theme in `folder` names by a relative path.

    It must lie in the theme's folder; a theme that belongs to a campaign (a folder with a campaign.yaml
    above it) may name files of that campaign, too. Raises BannerError, also where a symbolic link leads out.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or "\\" in name or ":" in name:
        raise BannerError(
            f"'{name}' is no relative path", hint="write it as seen from the theme's folder, with /"
        )
    home = folder.resolve()
    root = next((above for above in (home, *home.parents) if (above / "campaign.yaml").is_file()), home)
    file = (home / path).resolve()
    if not file.is_relative_to(root):
        what = "theme's" if root == home else "campaign's"
        raise BannerError(f"'{name}' lies outside of the {what} folder", hint=f"copy it into {root}")
    if not file.is_file():
        raise BannerError(f"there is no file '{name}'", hint=f"it would be {file}")
    if file.stat().st_size > MOST_BYTES:
        raise BannerError(f"'{name}' is larger than {MOST_BYTES // 1_000_000} MB")
    return file


def coloured_svg(file: Path, colours: Mapping[str, str]) -> tuple[str, tuple[float, float, float, float]]:
    """A drawing as one SVG fragment without references to the outside, and its view box (x, y, w, h).

    colours: by class. An element with such a class takes that colour for what it paints: its fill, its
    stroke where it has one, or a gradient's stop. Raises BannerError for what is no SVG, has an entity or
    has text (no system font is used, so that text would be missing).
    """
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    if "<!ENTITY" in text:
        raise BannerError(f"'{file.name}' declares entities", hint="export it as a plain SVG")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BannerError(f"'{file.name}' is no SVG: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise BannerError(f"'{file.name}' is no SVG: it begins with <{_local(root.tag)}>")
    if any(_local(item.tag) == "text" for item in root.iter()):
        raise BannerError(f"'{file.name}' has text", hint="turn its text into outlines before the export")
    box = _view_box(root, file.name)
    # What the root says of fills and strokes holds for all below it.
    group = ElementTree.Element(
        f"{{{SVG}}}g", {key: v for key, v in root.attrib.items() if key not in _PLACE}
    )
    group.extend(list(root))
    whole = ElementTree.Element(f"{{{SVG}}}svg")
    whole.append(group)
    _clean(whole)
    for item in group.iter():
        _colour(item, colours)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(group, encoding="unicode"), box


def _clean(item: ElementTree.Element) -> None:
    """Take out, below an element, what could read a file or run: references, imports, scripts."""
    for child in list(item):
        if not isinstance(child.tag, str) or _local(child.tag) in _BANNED:
            item.remove(child)
            continue
        for key, value in list(child.attrib.items()):
            reference = _local(key) == "href" and not _REFERENCE.match(value)
            if reference or _local(key).startswith("on"):
                del child.attrib[key]
            elif _OUTSIDE.search(value):
                child.set(key, _OUTSIDE.sub("none", value))
        if child.text and _OUTSIDE.search(child.text):
            child.text = _OUTSIDE.sub("none", child.text)
        _clean(child)


def _colour(item: ElementTree.Element, colours: Mapping[str, str]) -> None:
    """Paint an element by its class; in `style`, which comes before all style sheets."""
    name = next((word for word in item.get("class", "").split() if word in colours), None)
    if name is None:
        return
    style = dict(part.split(":", 1) for part in item.get("style", "").split(";") if ":" in part)
    style = {key.strip(): value.strip() for key, value in style.items()}
    if _local(item.tag) == "stop":
        style["stop-color"] = colours[name]
    else:
        for paint, unset in (("fill", ""), ("stroke", "none")):
            if (style.get(paint) or item.get(paint) or unset) != "none":
                style[paint] = colours[name]
    item.set("style", ";".join(f"{key}:{value}" for key, value in style.items()))


def _view_box(root: ElementTree.Element, name: str) -> tuple[float, float, float, float]:
    numbers = [float(part) for part in re.findall(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", root.get("viewBox", ""))]
    if len(numbers) != 4:
        sides = [re.match(r"\s*([\d.]+)", root.get(side, "")) for side in ("width", "height")]
        numbers = [0.0, 0.0, *(float(side[1]) for side in sides if side)]
    if len(numbers) != 4 or min(numbers[2:]) <= 0:
        raise BannerError(f"'{name}' has no size", hint="it needs a viewBox, or a width and a height")
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
