"""The generators by name, with the kinds of their parameters read from their signatures."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from banner_engine.scenery.easel import Patch
from banner_engine.scenery.terms import Kind

REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """kind: how its value is read. default: REQUIRED, None (left out), or a canonical value."""

    kind: Kind
    default: Any


@dataclass(frozen=True, slots=True)
class Generator:
    """draw(easel, **parameters): a field returns a Patch, a vector an SVG fragment.

    A glaze is a field that sees what lies behind: draw(easel, backdrop, **parameters).
    """

    name: str
    medium: Literal["field", "glaze", "vector"]
    draw: Callable[..., Any]
    parameters: dict[str, Parameter]


_generators: dict[str, Generator] = {}

FieldFunction = TypeVar("FieldFunction", bound=Callable[..., Patch | None])
VectorFunction = TypeVar("VectorFunction", bound=Callable[..., str])


def field(function: FieldFunction) -> FieldFunction:
    """Register a generator that computes pixels: `(easel, *, …) -> Patch`, None where all is off canvas."""
    _register(function, "field")
    return function


def glaze(function: FieldFunction) -> FieldFunction:
    """Register a field that changes what lies behind: `(easel, backdrop, *, …) -> Patch`.

    backdrop: three planes (3, h, w) of the whole canvas, 0 to 1, to be read only. A glaze cannot stand in
    front of the product, where no backdrop is known.
    """
    _register(function, "glaze")
    return function


def vector(function: VectorFunction) -> VectorFunction:
    """Register a generator that writes an SVG fragment in px at scale 1: `(easel, *, …) -> str`."""
    _register(function, "vector")
    return function


def generators() -> dict[str, Generator]:
    """All generators by their recipe name (`grid_floor` is `grid-floor` there)."""
    # They register themselves on import, which needs this module first.
    import banner_engine.scenery.generators  # noqa: F401

    return _generators


def _register(function: Callable[..., Any], medium: Literal["field", "glaze", "vector"]) -> None:
    # A trailing _ keeps a generator's name apart from a module's.
    name = function.__name__.rstrip("_").replace("_", "-")
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = {
        parameter.name: _parameter(hints[parameter.name], parameter.default)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    _generators[name] = Generator(name, medium, function, parameters)


def _parameter(hint: Any, default: Any) -> Parameter:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    kind: Kind = hint.__metadata__[0]
    return Parameter(kind, default if default in (REQUIRED, None) else kind.parse(default))
