"""YAML in, frozen pydantic models out; every error knows its file and line."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from banner_engine.errors import BannerError, BannerErrors, did_you_mean

Path_ = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data and the line (from 1) of every key in it. files: of the keys that another file gave."""

    file: Path
    data: dict[str, Any]
    lines: dict[Path_, int]
    files: dict[Path_, Path] = field(default_factory=dict)

    def place_of(self, path: Path_) -> tuple[Path, int | None]:
        """The file and line of the longest known prefix of `path`."""
        for end in range(len(path), 0, -1):
            known = path[:end]
            if known in self.lines:
                return self.files.get(known, self.file), self.lines[known]
        return self.file, None

    def line_of(self, path: Path_) -> int | None:
        return self.place_of(path)[1]

    def file_of(self, path: Path_) -> Path:
        return self.place_of(path)[0]

    def over(self, base: Document) -> Document:
        """This document over `base`, as `merged` has it; every key is still known by its own file."""
        kept = {path: line for path, line in base.lines.items() if not self._replaces(path, base.data)}
        files = {path: base.files.get(path, base.file) for path in kept}
        return Document(self.file, merged(base.data, self.data), kept | self.lines, files)

    def _replaces(self, path: Path_, before: Any) -> bool:
        """Whether what stands at `path` in `before` is no longer seen."""
        now: Any = self.data
        for part in path:
            if part not in now:
                return False
            now, before = now[part], before.get(part)
            if not _goes_on(part, before, now):
                return True
        return True


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """`own` over `base`, key by key; lists, palettes and plain values are replaced, null removes a key."""
    out = dict(base)
    for key, value in own.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out[key], value) if _goes_on(key, out.get(key), value) else value
    return out


def _goes_on(key: Any, before: Any, now: Any) -> bool:
    return isinstance(before, Mapping) and isinstance(now, Mapping) and key != "palettes"


def read_text(file: Path, *, what: str = "file") -> str:
    """The UTF-8 text of a file (a byte order mark is dropped). Raises BannerError."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BannerError(f"no such {what}", file=file) from None
    except IsADirectoryError:
        raise BannerError(f"is a folder, not a {what}", file=file) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BannerError("is not valid UTF-8", file=file, line=line, hint="save it as UTF-8") from None


def read_yaml(file: Path) -> Document:
    """One YAML mapping. Raises BannerError with the line for bad syntax or a duplicate key."""
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    text = read_text(file)
    try:
        data, lines = _parsed(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = (error.problem or "bad syntax").split("\n")[0]
        if problem.startswith("but"):
            problem = f"{error.context}, {problem}"
        raise BannerError(f"is not valid YAML: {problem}", file=file, line=line, kind="config") from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"the character U+{error.character:04X} is not allowed"
        raise BannerError(f"is not valid YAML: {problem}", file=file, line=line, kind="config") from None
    if data is None:
        raise BannerError("is empty", file=file, kind="config")
    if not isinstance(data, dict):
        raise BannerError("must be a mapping of keys to values", file=file, line=1, kind="config")
    return Document(file, copy.deepcopy(data), dict(lines))


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[Any, dict[Path_, int]]:
    """Plain data and the lines of its keys. Kept, as a base is read for every theme that extends it."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    # dates stay text, so that the model tells a wrong one with its line and field
    as_text = {"tag:yaml.org,2002:timestamp": lambda _, node: node.value}
    yaml.constructor.yaml_constructors = yaml.constructor.yaml_constructors | as_text
    lines: dict[Path_, int] = {}
    return _plain(yaml.load(text), (), lines), lines


def _plain(node: Any, path: Path_, lines: dict[Path_, int]) -> Any:
    if isinstance(node, Mapping):
        marks = getattr(getattr(node, "lc", None), "data", None) or {}
        out = {}
        for key, value in node.items():
            here = (*path, key if isinstance(key, int) else str(key))
            if key in marks:
                lines[here] = marks[key][0] + 1
            out[key if isinstance(key, int) else str(key)] = _plain(value, here, lines)
        return out
    if isinstance(node, Sequence) and not isinstance(node, str | bytes):
        marks = getattr(getattr(node, "lc", None), "data", None) or {}
        items = []
        for index, value in enumerate(node):
            if index in marks:
                lines[(*path, index)] = marks[index][0] + 1
            items.append(_plain(value, (*path, index), lines))
        return items
    if isinstance(node, bool):
        return bool(node)
    if type(node).__name__.startswith("Hex"):  # the size 0x250, which YAML takes for a number
        return hex(node)
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def validate(model: type[Model], document: Document, data: Any | None = None) -> Model:
    """The model of a document's data (or of `data` in its place). Raises BannerErrors, one a mistake."""
    data = document.data if data is None else data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [(_in_data(problem, data), problem) for problem in error.errors(include_url=False)]
        told_of: set[Path_] = set()
        errors = []
        for path, problem in problems:
            # a list whose items are wrong is not too short as well; of the members of a union the
            # one that came deepest is meant; and one value that fails several is one mistake
            tag = problem["loc"][len(path) :]
            hollow = (problem["type"] == "too_short" or (tag and tag[-1] != "[key]")) and any(
                len(other) > len(path) and other[: len(path)] == path for other, _ in problems
            )
            if path not in told_of and not hollow:
                errors.append(told(problem, path, model, document))
            told_of.add(path)
        raise BannerErrors(errors) from None


def _in_data(problem: Any, data: Any) -> Path_:
    """Where a mistake is in the user's data: pydantic's location without its tags of unions and keys."""
    path: Path_ = ()
    node = data
    for part in problem["loc"]:
        known = node if isinstance(node, Mapping) else range(len(node)) if isinstance(node, list) else ()
        if part in known:
            node = node[part]
            path = (*path, part)
    return (*path, problem["loc"][-1]) if problem["type"] == "missing" else path


_DAY = "must be a day, such as 2026-11-01"
_PLAIN_WORDS = {
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "model_type": "must be a mapping of keys to values",
    "too_short": "must not be empty",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
}


MOST_SHOWN = 80
"""Characters of what a user wrote that a message repeats."""


def told(problem: Any, path: Path_, model: type[BaseModel], document: Document) -> BannerError:
    """One pydantic error as a BannerError: where it is, what is wrong and what would be right."""
    kind = problem["type"]
    given = problem.get("input")
    hint = None
    if kind == "extra_forbidden":
        known = _known_keys(model, path[:-1])
        message, hint = f"unknown key '{path[-1]}'", did_you_mean(str(path[-1]), known) if known else None
    elif kind == "missing":
        last = path[-1]
        message = (
            f"item {last + 1} of the list is missing" if isinstance(last, int) else f"'{last}' is missing"
        )
    elif kind == "literal_error":
        what = "key" if problem["loc"][-1] == "[key]" else "value"
        message, hint = f"unknown {what} '{given}'", did_you_mean(str(given), _literals(problem))
    elif kind in {"value_error", "assertion_error"}:
        message = str(problem["ctx"]["error"])
    else:
        message = _PLAIN_WORDS.get(kind) or problem["msg"][:1].lower() + problem["msg"][1:]
        if isinstance(given, str | int | float):
            shown = repr(given)
            message += f", not {shown if len(shown) <= MOST_SHOWN else shown[: MOST_SHOWN - 1] + '…'}"
    file, line = document.place_of(path)
    return BannerError(message, file=file, line=line, field=spelled(path) or None, hint=hint, kind="config")


def _literals(problem: Any) -> list[str]:
    """The values that pydantic says it expected: `'S', 'A' or 'B'`."""
    return re.findall(r"'([^']*)'", problem["ctx"]["expected"])


def spelled(path: Path_) -> str:
    """`('placements', 0, 'sizes')` as `placements[0].sizes`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _known_keys(model: type[BaseModel], path: Path_) -> list[str]:
    """The keys that the model at `path` knows (aliases as users write them), or none where it is no model."""
    models = [model]
    for part in path:
        nested: list[type[BaseModel]] = []
        for one in models:
            for name, known in one.model_fields.items():
                if part in (name, known.alias):
                    nested += _models_in(known.annotation)
        if nested:
            models = nested
        elif isinstance(part, str) and not any(part in m.__name__ for m in models):
            # a key of a mapping, or the tag of a union: the models stay
            continue
    return [field.alias or name for one in models for name, field in one.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, UnionType, list, tuple, dict) or get_args(annotation):
        return [model for arg in get_args(annotation) for model in _models_in(arg)]
    return []
