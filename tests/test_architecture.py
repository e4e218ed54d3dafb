"""The road of the data: imports point up it only, and the engine uses the stages, never the reverse."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "banner_engine"
ROAD = ["load", "prepare", "fit", "select", "plan", "paint", "encode", "deliver", "track", "learn"]
FOUNDATIONS = {"errors", "cache", "raster", "shipped", "locales", "recipe", "shapes"}
TOOLS = {"text": {"load"}, "scenery": {"text"}}
"""Packages that stages use, and what they may use besides foundations and themselves."""


def imports(file: Path) -> set[str]:
    """The first part below banner_engine of every module that a file imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        found |= {name.split(".")[1] for name in names if name.startswith("banner_engine.")}
    return found


def files(part: str) -> list[Path]:
    return sorted((PACKAGE / part).rglob("*.py"))


@pytest.mark.parametrize("stage", [s for s in ROAD if (PACKAGE / s).is_dir()])
def test_a_stage_uses_only_what_stands_before_it(stage: str) -> None:
    allowed = FOUNDATIONS | TOOLS.keys() | set(ROAD[: ROAD.index(stage) + 1])
    for file in files(stage):
        assert imports(file) <= allowed, f"{file.relative_to(PACKAGE)} imports {imports(file) - allowed}"


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_uses_no_stage(tool: str) -> None:
    allowed = FOUNDATIONS | TOOLS[tool] | {tool}
    for file in files(tool):
        assert imports(file) <= allowed, f"{file.relative_to(PACKAGE)} imports {imports(file) - allowed}"


def test_selection_cannot_read_the_click_model() -> None:
    for file in files("select"):
        assert "simulate" not in imports(file)


def test_foundations_use_foundations() -> None:
    for name in FOUNDATIONS:
        assert imports(PACKAGE / f"{name}.py") <= FOUNDATIONS


def test_the_server_stands_at_the_end_of_the_road() -> None:
    opened = {"engine", "workshop", "state", "rendition", "report"}
    for file in files("serve"):
        assert imports(file) <= FOUNDATIONS | set(ROAD) | opened | {"serve"}, file.relative_to(PACKAGE)
    for part in ("engine", "workshop", "state", "rendition"):
        assert "serve" not in imports(PACKAGE / f"{part}.py")
    for file in files("report"):
        assert "serve" not in imports(file)
