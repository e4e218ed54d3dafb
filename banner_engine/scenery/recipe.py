"""A theme's `scenery:` list, read and checked: which generators draw, in which order, with what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.scenery.registry import REQUIRED, Generator, generators
from banner_engine.scenery.stage import SHAPES
from banner_engine.scenery.terms import ColourKind, Kind, ListKind, StopsKind


@dataclass(frozen=True, slots=True)
class Layer:
    """One item of a recipe.

    parameters: the canonical JSON of every parameter, defaults included. shapes: the same JSON for a
    shape that is drawn in another way, or None where the layer is left out there. front: before the
    product.
    """

    generator: str
    front: bool
    parameters: str
    shapes: tuple[tuple[str, str | None], ...]

    def values(self, shape: str) -> dict[str, Any] | None:
        """The parameters for a shape, canonical; None where the layer is not drawn."""
        text = dict(self.shapes).get(shape, self.parameters)
        return None if text is None else json.loads(text)


def parse_recipe(data: object, *, file: Path | str) -> tuple[Layer, ...]:
    """The layers of a parsed `scenery:` list, back to front.

    Each item is `- generator: {parameter: value, …}`; besides the generator's own parameters there are
    `front: true` and `shapes: {square: {parameter: value}, leaderboard: false}`. Raises BannerError
    for an unknown generator, parameter or shape (with the nearest name) and for a wrong value.
    """
    if not isinstance(data, list):
        raise BannerError("a list of layers is wanted", file=file, field="scenery")
    return tuple(_layer(item, number, file) for number, item in enumerate(data))


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
    return []


def _layer(item: object, number: int, file: Path | str) -> Layer:
    where = f"scenery[{number}]"
    # ruamel's mappings know their line, plain ones don't.
    line = item.lc.line + 1 if hasattr(item, "lc") else None
    if not isinstance(item, Mapping) or len(item) != 1:
        raise BannerError("one `generator: {…}` is wanted", file=file, line=line, field=where)
    name, given = next(iter(item.items()))
    generator = generators().get(name)
    if generator is None:
        hint = did_you_mean(str(name), generators())
        raise BannerError(f"no generator '{name}'", file=file, line=line, field=where, hint=hint)
    where = f"{where}.{name}"
    try:
        own = dict(_mapping(given))
        front = own.pop("front", False)
        shapes = _mapping(own.pop("shapes", {}))
        if not isinstance(front, bool):
            raise _WrongValueError("front", f"true or false is wanted, not {front!r}")
        for shape in shapes:
            if shape not in SHAPES:
                raise _WrongValueError(f"shapes.{shape}", "no such shape", did_you_mean(str(shape), SHAPES))
        return Layer(
            generator=name,
            front=front,
            parameters=_canonical(generator, own),
            shapes=tuple(
                (shape, None if change is False else _canonical(generator, {**own, **_mapping(change)}))
                for shape, change in sorted(shapes.items())
            ),
        )
    except _WrongValueError as wrong:
        field = f"{where}.{wrong.field}" if wrong.field else where
        raise BannerError(wrong.message, file=file, line=line, field=field, hint=wrong.hint) from None


class _WrongValueError(Exception):
    def __init__(self, field: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.field, self.message, self.hint = field, message, hint


def _mapping(value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _WrongValueError("", f"a mapping of parameters is wanted, not {value!r}")
    return value


def _canonical(generator: Generator, given: Mapping[str, Any]) -> str:
    known = generator.parameters
    for name in given:
        if name not in known:
            hint = did_you_mean(str(name), [*known, "front", "shapes"])
            raise _WrongValueError(str(name), "no such parameter", hint)
    values = {}
    for name, parameter in known.items():
        value = given.get(name)
        if value is not None:
            try:
                values[name] = parameter.kind.parse(value)
            except ValueError as error:
                raise _WrongValueError(name, str(error)) from None
        elif parameter.default is REQUIRED:
            raise _WrongValueError(name, "is missing")
        else:
            values[name] = parameter.default
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
