"""The docs say what is: written parts are made anew, links and files are there, examples load and run."""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML
from shop_samples import ROOT

from banner_engine.cli import root
from banner_engine.engine import Engine
from banner_engine.load import campaign as campaign_models
from banner_engine.load import catalogue
from banner_engine.load import copysets as copy_models
from banner_engine.load import theme as theme_models
from banner_engine.load.finder import ThemeFinder
from banner_engine.load.profiles import profile_of
from banner_engine.load.yamlio import merged
from banner_engine.preview import Wanted, cells
from banner_engine.report import DIMENSIONS, ReportTable, to_csv
from banner_engine.report.render import to_dict
from banner_engine.report.table import Row
from banner_engine.scenery import parse_recipe
from banner_engine.shipped import shipped
from banner_engine.text import FontBook
from banner_engine.track import Store, import_events
from banner_engine.track.reading import COLUMNS

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
TOP = ("banner_engine", "docs", "tests", "themes", "fonts", "assets", "examples", "benchmarks", ".ci")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def script(name: str) -> ModuleType:
    """A module of docs/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


# -- what is written by scripts ----------------------------------------------------------------------


def test_the_command_line_is_documented_as_it_is() -> None:
    assert text_of("docs/cli.md") == script("make_cli").page(), "run: python docs/make_cli.py"


@pytest.mark.parametrize("name", ["campaigns.md", "themes.md"])
def test_parts_that_the_code_knows_best_are_as_it_is(name: str) -> None:
    module = script("make_parts")
    page = text_of(f"docs/{name}")
    assert page == module.filled(page, module.parts(text_of("docs/themes.md"))), (
        "run: python docs/make_parts.py"
    )


# -- links, files, commands --------------------------------------------------------------------------


def anchors(page: str) -> set[str]:
    """Anchors of the headings, as GitHub makes them."""
    heads = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        found = page.parent / file if file else page
        assert found.exists(), f"{page.name}: no {target}"
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), f"{page.name}: no heading {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in re.findall(r"`([^`\s]+)`", page.read_text(encoding="utf-8")):
        if name.split("/")[0] in TOP and "/" in name and not re.search(r"[<>*{}]", name):
            assert (ROOT / name).exists(), f"{page.name}: no {name}"


def shown_commands(page: str) -> list[str]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    lines += [line[4:] for line in page.splitlines() if line.startswith("    ") and "Error" not in line]
    return [
        part.strip() for line in lines for part in line.split("&&") if re.match(r"\s*(banner|make) ", part)
    ]


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "cli.md"], ids=lambda p: p.name)
def test_commands_that_are_shown_are_known(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    for line in shown_commands(page.read_text(encoding="utf-8")):
        words = shlex.split(line.split(">")[0], comments=True)
        if words[0] == "make":
            assert set(words[1:]) <= targets, line
            continue
        command: click.Command = root
        context = click.Context(root)
        rest = words[1:]
        while isinstance(command, click.Group):
            found = command.get_command(context, rest.pop(0))
            assert found is not None, line
            command = found
        known = {name for option in command.params for name in option.opts}
        assert {word for word in rest if word.startswith("--")} <= known, line


def test_every_command_stands_in_the_command_line_s_page() -> None:
    page = text_of("docs/cli.md")
    assert all(f"`banner {name}" in page for name in root.list_commands(click.Context(root)))


# -- examples of files -------------------------------------------------------------------------------


def plain(block: str) -> dict[str, Any]:
    data: dict[str, Any] = YAML(typ="safe").load(block)
    return data


def load_theme(folder: Path, data: dict[str, Any]) -> theme_models.Theme:
    (folder / "orchard").mkdir(exist_ok=True)
    # JSON is YAML
    (folder / "orchard" / "theme.yaml").write_text(json.dumps(data), encoding="utf-8")
    theme = ThemeFinder(folder, shipped("themes")).load("orchard")
    parse_recipe(theme.scenery, file=folder)
    return theme


def check_example(kind: str, block: str, folder: Path) -> None:
    if kind == "# campaign.yaml":
        (folder / "campaign.yaml").write_text(block, encoding="utf-8")
        campaign_models.load_campaign_file(folder)
    elif kind == "# copy.yaml":
        (folder / "copy.yaml").write_text(block, encoding="utf-8")
        copy_models.load_copy(folder / "copy.yaml")
    elif kind == "# fonts.yaml":
        (folder / "fonts.yaml").write_text(block, encoding="utf-8")
        for entry in plain(block)["fonts"]:
            (folder / entry["file"]).touch()
        FontBook.load(folder)
    elif kind == "# theme.yaml, a part":
        load_theme(folder, merged(plain(text_of("themes/base/theme.yaml")), plain(block)))
    else:
        assert re.fullmatch(r"# theme\.yaml, step \d", kind), f"what is '{kind}'?"


@pytest.mark.parametrize("name", ["campaigns.md", "themes.md"])
def test_examples_of_yaml_load(name: str, tmp_path: Path) -> None:
    found = blocks(text_of(f"docs/{name}"), "yaml")
    assert found
    for block in found:
        check_example(block.split("\n")[0], block, tmp_path)


def test_every_step_of_the_walk_is_a_theme(tmp_path: Path) -> None:
    steps = [b for b in blocks(text_of("docs/themes.md"), "yaml") if b.startswith("# theme.yaml, step")]
    assert len(steps) >= 4
    for count in range(1, len(steps) + 1):
        load_theme(tmp_path, plain("\n".join(steps[:count])))


def test_the_theme_of_the_walk_is_drawn(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(shipped("examples") / "double11", shop, ignore=shutil.ignore_patterns(".banner"))
    text = (shop / "campaign.yaml").read_text(encoding="utf-8")
    (shop / "campaign.yaml").write_text(
        re.sub(r"(?m)^themes: .*$", "themes: [orchard]", text), encoding="utf-8"
    )
    (shop / "themes" / "orchard").mkdir(parents=True)
    theme = script("make_parts").walk_theme(text_of("docs/themes.md"))
    (shop / "themes" / "orchard" / "theme.yaml").write_text(theme, encoding="utf-8")
    engine = Engine.open(shop, as_of=script("make_parts").MOMENT)
    sizes = ((300, 250), (728, 90), (160, 600), (300, 600))
    made = [cell for _, group in cells(engine, Wanted(sizes=sizes)) for cell in group]
    assert len(made) == len(sizes) * len(engine.loaded.campaign.locales)
    assert all(cell.picture is not None and cell.picture.size == cell.size for cell in made)
    assert not engine.workshop.font_problems


def test_the_example_of_a_profile_is_read() -> None:
    for block in blocks(text_of("docs/campaigns.md"), "json"):
        profile = profile_of(json.loads(block))
        assert profile.events and profile.types and profile.brands and profile.price_band


def test_the_example_of_events_is_imported(tmp_path: Path) -> None:
    (example,) = blocks(text_of("docs/tracking.md"), "csv")
    (tmp_path / "events.csv").write_text(example, encoding="utf-8")
    with Store.open(tmp_path / "track.db") as store:
        told = import_events(store, tmp_path / "events.csv", campaign="my-shop")
    assert told.rows == 4 and told.accepted == 1
    assert [error.message.split("'")[0] for error in told.errors] == ["unknown decision "] * 2 + [
        "unknown variant "
    ]


def test_the_example_in_python_runs(tmp_path: Path) -> None:
    (example,) = blocks(text_of("README.md"), "python")
    shutil.copytree(
        shipped("examples") / "double11",
        tmp_path / "examples" / "double11",
        ignore=shutil.ignore_patterns(".banner"),
    )
    people = [{"user_id": "u1", "locale": "en-US"}, {"user_id": "u2", "locale": "zh-CN"}]
    (tmp_path / "people.jsonl").write_text("".join(json.dumps(p) + "\n" for p in people), encoding="utf-8")
    # as a script would be: workers import it, so what it does stands under its name
    code = "if __name__ == '__main__':\n" + re.sub(r"(?m)^", "    ", example.replace("users=500", "users=20"))
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "10 assignments" in done.stdout
    assert (tmp_path / "out" / "manifest.json").is_file()


# -- nothing is left out -----------------------------------------------------------------------------

NOT_WRITTEN = {"Theme": {"name", "folder", "scenery_file", "digest"}}
"""Fields that no user writes."""


def written_keys(module: ModuleType) -> set[str]:
    keys: set[str] = set()
    for name, model in inspect.getmembers(module, inspect.isclass):
        if issubclass(model, BaseModel) and model.__module__ == module.__name__:
            fields = model.model_fields.items()
            keys |= {field.alias or key for key, field in fields} - NOT_WRITTEN.get(name, set())
    return keys


def named(page: str) -> set[str]:
    """Every word in backticks."""
    spans = re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE))
    return {word for span in spans for word in re.findall(r"[\w.]+", span)}


@pytest.mark.parametrize(
    ("page", "modules"),
    [("campaigns.md", [campaign_models, copy_models]), ("themes.md", [theme_models])],
)
def test_every_key_is_explained(page: str, modules: list[ModuleType]) -> None:
    known = named(text_of(f"docs/{page}"))
    lacking = {key for module in modules for key in written_keys(module)} - known - {"copy_sets", "short"}
    assert not lacking


def test_every_attribute_of_a_feed_is_explained() -> None:
    assert named(text_of("docs/campaigns.md")) >= catalogue._ATTRIBUTES


def test_every_column_and_dimension_is_explained() -> None:
    known = named(text_of("docs/tracking.md"))
    empty = Row((), None, 0, 0, 0, 0, 0, 0, None, None, None, None)
    table = ReportTable("c", (), {}, "UTC", None, None, False, (), (empty,))
    (total,) = to_dict(table)["totals"]
    assert known >= set(DIMENSIONS)
    assert known >= set(total)
    assert known >= set(COLUMNS)
    assert set(to_csv(table).split("\n")[0].split(",")) == {"row", "simulated", *total}
