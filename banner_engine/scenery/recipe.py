"""A theme's `scenery:` list, read and checked: which generators draw, in which order, with what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.scenery.files import found
from banner_engine.scenery.registry import REQUIRED, Generator, generators
from banner_engine.scenery.terms import ColourKind, FileKind, Kind, ListKind, StopsKind, TupleKind
from banner_engine.shapes import KIN, SHAPES


@dataclass(frozen=True, slots=True)
class Layer:
    """One item of a recipe.

    parameters: the canonical JSON of every parameter, defaults included. shapes: the same JSON for a
    shape that is drawn in another way, or None where the layer is left out there. front: before the
    product. folder: where the files that it names are looked up.
    """

    generator: str
    front: bool
    parameters: str
    shapes: tuple[tuple[str, str | None], ...]
    folder: Path = Path()

    def values(self, shape: str) -> dict[str, Any] | None:
        """The parameters for a shape (or else its kin), canonical; None where the layer is not drawn."""
        changed = dict(self.shapes)
        text = changed.get(shape, changed.get(KIN.get(shape, shape), self.parameters))
        return None if text is None else json.loads(text)


def parse_recipe(
    data: object, *, file: Path | str, line_of: Callable[[tuple[str | int, ...]], int | None] | None = None
) -> tuple[Layer, ...]:
    """The layers of a parsed `scenery:` list, back to front.

    Each item is `- generator: {parameter: value, …}`; besides the generator's own parameters there are
    `front: true` and `shapes: {square: {parameter: value}, leaderboard: false}`. line_of: the line of a
    path such as ("scenery", 0, "rays", "count") in the file. Raises BannerError for an unknown generator,
    parameter or shape (with the nearest name) for a wrong value, and for a file that is not there or may
    not be read.
    """
    layers: list[Layer] = []
    path: tuple[str | int, ...] = ("scenery",)
    try:
        if not isinstance(data, list | tuple):
            raise _WrongError((), "a list of layers is wanted")
        for number, item in enumerate(data):
            path = ("scenery", number)
            layers.append(_layer(item, Path(file).parent))
    except _WrongError as wrong:
        path = (*path, *wrong.path)
        field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]
        line = line_of(path) if line_of else None
        raise BannerError(wrong.message, file=file, line=line, field=field, hint=wrong.hint) from None
    return tuple(layers)


def recipe_json(recipe: Iterable[Layer]) -> str:
    """The canonical JSON of a recipe: equal for equal pictures' recipes, fit for a digest."""
    return json.dumps(
        [[layer.generator, layer.front, layer.parameters, layer.shapes] for layer in recipe],
        separators=(",", ":"),
    )


def colour_names(recipe: Iterable[Layer]) -> frozenset[str]:
    """The palette names that a recipe needs."""
    names: set[str] = set()
    for layer in recipe:
        kinds = {name: p.kind for name, p in generators()[layer.generator].parameters.items()}
        for text in [layer.parameters, *(text for _, text in layer.shapes)]:
            for name, value in (json.loads(text) if text else {}).items():
                names.update(_names(kinds[name], value))
    return frozenset(names)


def file_names(recipe: Iterable[Layer]) -> tuple[Path, ...]:
    """The files that a recipe draws from, in its order: what a digest of its pictures must cover too."""
    files: list[Path] = []
    for layer in recipe:
        kinds = {name: p.kind for name, p in generators()[layer.generator].parameters.items()}
        for text in [layer.parameters, *(text for _, text in layer.shapes)]:
            for name, value in (json.loads(text) if text else {}).items():
                if isinstance(kinds[name], FileKind):
                    files.append(found(value, layer.folder))
    return tuple(dict.fromkeys(files))


def _names(kind: Kind, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(kind, ColourKind):
        return _names(StopsKind(), [[0, value]])
    if isinstance(kind, StopsKind):
        names = [colour.partition("/")[0] for _, colour in value]
        return [name for name in names if not name.startswith("#")]
    if isinstance(kind, ListKind):
        return [name for item in value for name in _names(kind.item, item)]
    if isinstance(kind, TupleKind):
        return [name for item, part in zip(kind.items, value, strict=True) for name in _names(item, part)]
    return []


class _WrongError(Exception):
    """What is wrong, at which path below the layer."""

    def __init__(self, path: tuple[str, ...], message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.path, self.message, self.hint = path, message, hint


def _layer(item: object, folder: Path) -> Layer:
    if not isinstance(item, Mapping) or len(item) != 1:
        raise _WrongError((), "one `generator: {…}` is wanted")
    name, given = next(iter(item.items()))
    generator = generators().get(name)
    if generator is None:
        raise _WrongError((), f"no generator '{name}'", did_you_mean(str(name), generators()))
    own = dict(_mapping(given, (name,)))
    front = own.pop("front", False)
    if not isinstance(front, bool):
        raise _WrongError((name, "front"), f"true or false is wanted, not {front!r}")
    if front and generator.medium == "glaze":
        raise _WrongError(
            (name, "front"), f"{name} changes what lies behind it, so that it cannot stand in front"
        )
    shapes: list[tuple[str, str | None]] = []
    for shape, change in sorted(_mapping(own.pop("shapes", {}), (name, "shapes")).items()):
        path = (name, "shapes", str(shape))
        if shape not in SHAPES:
            raise _WrongError(path, "no such shape", did_you_mean(str(shape), SHAPES))
        changed = None if change is False else {**own, **_mapping(change, path)}
        shapes.append((shape, None if changed is None else _canonical(generator, changed, path, folder)))
    return Layer(name, front, _canonical(generator, own, (name,), folder), tuple(shapes), folder)


def _mapping(value: object, path: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _WrongError(path, f"a mapping of parameters is wanted, not {value!r}")
    return value


def _canonical(generator: Generator, given: Mapping[str, Any], path: tuple[str, ...], folder: Path) -> str:
    known = generator.parameters
    for name in given:
        if name not in known:
            hint = did_you_mean(str(name), [*known, "front", "shapes"])
            raise _WrongError((*path, str(name)), "no such parameter", hint)
    values = {}
    for name, parameter in known.items():
        value = given.get(name)
        if value is not None:
            try:
                values[name] = parameter.kind.parse(value)
                if isinstance(parameter.kind, FileKind):
                    found(values[name], folder)
            except ValueError as error:
                raise _WrongError((*path, name), str(error)) from None
            except BannerError as error:
                raise _WrongError((*path, name), error.message, error.hint) from None
        elif parameter.default is REQUIRED:
            raise _WrongError((*path, name), "is missing")
        else:
            values[name] = parameter.default
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
