"""Themes found by name or path, read over what they extend, and checked against their palettes and fonts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from banner_engine.errors import BannerError, BannerErrors, did_you_mean, nearest
from banner_engine.load.theme import ColourText, Theme
from banner_engine.load.yamlio import Document, Path_, read_yaml, spelled, validate
from banner_engine.shipped import shipped

if TYPE_CHECKING:
    from banner_engine.scenery import Layer


class ThemeFinder:
    """Finds themes by path, then by name in the given folders, first come first served."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders
        self._families: dict[Path, frozenset[str]] = {}

    def names(self) -> list[str]:
        """All names that can be found; the bases that only others extend are not listed."""
        found = {
            entry.parent.name
            for folder in self.folders
            if folder.is_dir()
            for entry in folder.glob("*/theme.yaml")
            if entry.parent.name != "base"
        }
        return sorted(found)

    def folder_of(self, name: str) -> Path:
        as_path = Path(name)
        if (as_path / "theme.yaml").is_file():
            return as_path
        for folder in self.folders:
            if (folder / name / "theme.yaml").is_file():
                return folder / name
        raise BannerError(f"unknown theme '{name}'", hint=did_you_mean(name, self.names()), kind="config")

    def load(self, name: str) -> Theme:
        """The theme with what it inherits. Raises BannerError(s) with file, line and field of what is wrong:
        a key, a value, a layer of scenery, a colour that the palettes lack, an unknown family of fonts.
        """
        from banner_engine.scenery.recipe import file_names, parse_recipe  # needs this package first

        folder = self.folder_of(name)
        document = self._with_bases(folder, ())
        theme = validate(Theme, document, {**document.data, "name": folder.resolve().name})
        own_fonts = None
        if theme.fonts is not None:
            own_fonts = document.file_of(("fonts",)).parent.resolve() / theme.fonts
        scenery_file = document.file_of(("scenery",))
        recipe = parse_recipe(theme.scenery, file=scenery_file, line_of=document.line_of)
        errors = [
            *_colours_lacking(theme, recipe, document),
            *self._families_lacking(theme, own_fonts, document),
        ]
        if errors:
            raise BannerErrors(errors)
        files = [*file_names(recipe), *(_files_in(own_fonts) if own_fonts else ())]
        return theme.model_copy(
            update={
                "folder": folder,
                "scenery_file": scenery_file,
                "fonts": None if own_fonts is None else str(own_fonts),
                "digest": _digest(theme, files),
            }
        )

    def _with_bases(self, folder: Path, seen: tuple[str, ...]) -> Document:
        document = read_yaml(folder / "theme.yaml")
        parent = document.data.get("extends")
        if parent is None:
            return document
        if parent in seen:
            raise BannerError(
                f"extends itself by way of '{parent}'",
                file=document.file,
                line=document.line_of(("extends",)),
                field="extends",
                kind="config",
            )
        try:
            base = self.folder_of(str(parent))
        except BannerError as error:
            error.file, error.field = str(document.file), "extends"
            error.line = document.line_of(("extends",))
            error.hint = did_you_mean(str(parent), [*self.names(), "base"])
            raise
        return document.over(self._with_bases(base, (*seen, str(parent))))

    def _families_lacking(self, theme: Theme, own: Path | None, document: Document) -> Iterator[BannerError]:
        """One error for each family that no index has, at the first place that asks for it."""
        known = self._families_of(shipped("fonts")) | (self._families_of(own) if own else frozenset())
        told: set[str] = set()
        for slot, style in theme.type.items():
            for key in ("font", "unit_font"):
                for number, family in enumerate(getattr(style, key)):
                    if family not in known and family not in told:
                        told.add(family)
                        path = ("type", slot, key, number)
                        yield _error(
                            f"no font family '{family}'", path, document, did_you_mean(family, known)
                        )

    def _families_of(self, folder: Path) -> frozenset[str]:
        if folder not in self._families:
            from banner_engine.text import FontBook  # needs this package first

            self._families[folder] = frozenset(FontBook.load(folder).families)
        return self._families[folder]


def _colours_lacking(theme: Theme, recipe: tuple[Layer, ...], document: Document) -> Iterator[BannerError]:
    """Colours that the palettes do not have."""
    known = next(iter(theme.palettes.values())).keys()
    uses: list[tuple[str, Path_]] = []
    for part in ("type", "product", "layouts"):
        uses += _colours(getattr(theme, part), (part,))
    uses += _scenery_colours(theme.scenery, recipe)
    palettes = document.file_of(("palettes",))
    told: set[str] = set()
    for name, path in uses:
        file, line = document.place_of(path)
        if name in known:
            continue
        near = nearest(name, known)
        hint = f"{f'did you mean {near!r}? ' if near else ''}known: {', '.join(sorted(known))}"
        if file in (palettes, document.file):
            yield _error(f"no colour '{name}' in the palettes", path, document, hint)
        elif name not in told:
            # what a base asks for is right in the base: it is the palettes that are too few
            told.add(name)
            where = f"{spelled(path)} of {file}, line {line},"
            yield _error(f"the palettes lack '{name}', which {where} asks for", ("palettes",), document, None)


def _colours(value: Any, path: Path_) -> Iterator[tuple[str, Path_]]:
    """Every palette name in a model, and where it stands."""
    if isinstance(value, ColourText):
        if value.palette_name is not None:
            yield value.palette_name, path
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from _colours(getattr(value, key), (*path, key))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _colours(part, (*path, key))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _colours(part, (*path, number))


def _scenery_colours(scenery: Any, recipe: tuple[Layer, ...]) -> Iterator[tuple[str, Path_]]:
    from banner_engine.scenery import colour_names

    for number, layer in enumerate(recipe):
        for name in sorted(colour_names([layer])):
            path: Path_ = ("scenery", number)
            spoken = (at for at, text in _texts(scenery[number], path) if text.partition("/")[0] == name)
            yield name, next(spoken, path)


def _texts(value: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, (*path, key))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _texts(part, (*path, number))


def _error(message: str, path: Path_, document: Document, hint: str | None) -> BannerError:
    """path may go deeper than what the user wrote, who may leave out lists of one."""
    node: Any = document.data
    written = 0
    for part in path:
        known = node if isinstance(node, Mapping) else range(len(node)) if isinstance(node, list) else ()
        if part not in known:
            break
        node, written = node[part], written + 1
    file, line = document.place_of(path[:written])
    return BannerError(message, file=file, line=line, field=spelled(path[:written]), hint=hint, kind="config")


# -- the digest -------------------------------------------------------------------------------------------


def _files_in(folder: Path) -> list[Path]:
    """The fonts of a folder and their index; what else lies there draws nothing."""
    kinds = {".yaml", ".ttf", ".otf", ".woff", ".woff2"}
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in kinds)


def _digest(theme: Theme, files: Iterable[Path]) -> str:
    """Of all that draws: the values, and the bytes of the theme's own files; not of where they lie."""
    people = {"folder", "scenery_file", "digest", "title", "mood", "grades", "extends"}
    canonical = json.dumps(theme.model_dump(mode="json", exclude=people), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode())
    for path in files:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
