"""Writes the parts of docs/campaigns.md and docs/themes.md that the code knows best: `python docs/make_parts.py`.

A part stands between `<!-- part NAME -->` and `<!-- end -->`. A test compares what stands there with what comes
out here.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import inspect
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from banner_engine.engine import Engine
from banner_engine.errors import BannerError, BannerErrors
from banner_engine.load.profiles import read_profiles
from banner_engine.load.yamlio import read_yaml
from banner_engine.preview import Wanted, cells
from banner_engine.scenery.registry import REQUIRED, Generator, generators
from banner_engine.scenery.terms import (
    ChoiceKind,
    ColourKind,
    FileKind,
    FlagKind,
    Kind,
    LengthKind,
    ListKind,
    NumberKind,
    PlaceKind,
    StopsKind,
    TupleKind,
)
from banner_engine.shapes import KIN, SHAPES, shape_of
from banner_engine.starter import start_campaign

FOLDER = Path(__file__).parent
PAGES = ("campaigns.md", "themes.md")
_PART = re.compile(r"(<!-- part ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
FIRST_DAY = dt.date(2026, 11, 1)
MOMENT = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)

Case = tuple[str, str, str]
"""(file of the campaign, what stands in it, what a user wrote in its place)."""

CAMPAIGN_MISTAKES: tuple[Case, ...] = (
    ("campaign.yaml", "value_per_day: 9600.00 CNY", "value_per_dya: 9600.00 CNY"),
    ("campaign.yaml", "value_per_day: 9600.00 CNY", "value_per_day: 9600 yuan"),
    ("campaign.yaml", "sizes: [300x250]", "sizes: [300x0]"),
    ("campaign.yaml", "id: feed-card", "id: home-hero"),
    ("campaign.yaml", "themes: [", "themes: [laquer, "),
    ("campaign.yaml", "timezone: Asia/Shanghai", "timezone: Shanghai"),
    ("campaign.yaml", "end: 2026-11-30", "end: 2026-10-30"),
    ("campaign.yaml", "{product.id}", "{product.sku}"),
    ("campaign.yaml", "catalogue: catalogue.csv", "catalogue: products.csv"),
    ("copy.yaml", '"{product.title}"', '"{product.name}"'),
    ("copy.yaml", "word:", "wrod:"),
    ("catalogue.csv", "pictures/2.webp", "pictures/two.webp"),
    ("catalogue.csv", "129.99 USD", "129.99"),
    ("feeds/en-US.csv", "109.99 USD,59.99 USD", "109.99 USD,159.99 USD"),
    ("feeds/en-US.csv", "outdoor-002", "outdoor-2"),
)
PROFILE_MISTAKES = (
    '{"locale": "en-US"}',
    '{"user_id": "u1", "affinities": {"product_type": {"Bags": 7}}}',
    '{"user_id": "u2", "events": [{"name": "buy", "item_id": "outdoor-001", "time": "2026-11-09T10:00:00Z"}]}',
    '{"user_id": "u3", "events": [{"name": "purchase", "item_id": "outdoor-001", "time": "2026-11-09"}]}',
)
THEME = "themes/orchard/theme.yaml"
THEME_MISTAKES: tuple[Case, ...] = (
    (THEME, "extends: base", "extends: bass"),
    (THEME, "mood:", "moood:"),
    (THEME, "accent: '#C8321E'", "accent: C8321E"),
    (THEME, "- rays:", "- ray:"),
    (THEME, "count: 18", "cuont: 18"),
    (THEME, "reach: 2.6r", "reach: 2.6x"),
    (THEME, "colour: counter/.5", "colour: chalk/.5"),
    (THEME, "arrow: chevron", "arrow: big"),
)


def walk_theme(page: str) -> str:
    """The theme that docs/themes.md makes step by step: its blocks of YAML one after the other."""
    blocks = re.findall(r"```yaml\n# theme\.yaml, step \d+\n(.*?)```", page, re.DOTALL)
    return "\n".join(blocks)


def parts(page: str) -> dict[str, Callable[[], str]]:
    """What makes each part, by name. page: the text of docs/themes.md, for its walk."""
    return {
        "campaign-mistakes": lambda: _fenced(_mistakes(CAMPAIGN_MISTAKES, None)),
        "profile-mistakes": lambda: _fenced(_profile_mistakes()),
        "theme-mistakes": lambda: _fenced(_mistakes(THEME_MISTAKES, walk_theme(page))),
        "shapes": _shapes,
        "generators": _generators,
    }


def filled(text: str, makers: dict[str, Callable[[], str]]) -> str:
    """A page with its parts made anew."""
    return _PART.sub(lambda m: f"{m[1]}{makers[m[2]]()}{m[4]}", text)


# -- mistakes and what is said about them -----------------------------------------------------------


def _fenced(lines: Iterator[str]) -> str:
    return "```text\n" + "\n".join(lines) + "\n```\n"


def _mistakes(cases: Sequence[Case], theme: str | None) -> Iterator[str]:
    """Make each mistake in a new campaign, open it, and give what a user wrote and what `banner` prints."""
    with _new_campaign() as shop:
        if theme is not None:
            (shop / THEME).parent.mkdir(parents=True)
            (shop / THEME).write_text(theme, encoding="utf-8")
            campaign = (shop / "campaign.yaml").read_text(encoding="utf-8")
            campaign = re.sub(r"(?m)^themes: .*$", "themes: [orchard]", campaign)
            (shop / "campaign.yaml").write_text(campaign, encoding="utf-8")
        for name, right, wrong in cases:
            file = shop / name
            text = file.read_text(encoding="utf-8")
            assert right in text, f"{name} holds no '{right}'"
            changed = text.replace(right, wrong, 1)
            file.write_text(changed, encoding="utf-8")
            yield next(line.strip() for line in changed.splitlines() if wrong in line)
            yield from (f"    {line}" for line in _said(shop, draw=theme is not None))
            file.write_text(text, encoding="utf-8")


def _said(shop: Path, *, draw: bool) -> Iterator[str]:
    try:
        engine = Engine.open(shop, as_of=MOMENT)
        problems = list(engine.problems)
        if draw:
            for _, made in cells(engine, Wanted(sizes=((300, 250),), locales=("en-US",))):
                assert made
            problems += engine.workshop.font_problems.values()
    except BannerErrors as errors:
        yield from (f"Error: {error}" for error in errors.errors)
    except BannerError as error:
        yield f"Error: {error}"
    else:
        assert problems, "a mistake that nobody noticed"
        yield from (f"Warning: {problem}" for problem in problems)


def _profile_mistakes() -> Iterator[str]:
    with _new_campaign() as shop:
        file = shop.parent / "people.jsonl"
        file.write_text("\n".join(PROFILE_MISTAKES) + "\n", encoding="utf-8")
        for line, problem in zip(PROFILE_MISTAKES, read_profiles(Path(file.name)), strict=True):
            assert isinstance(problem, BannerError)
            yield line
            yield f"    Warning: {problem}"


@contextlib.contextmanager
def _new_campaign() -> Iterator[Path]:
    """A new campaign `my-shop` in a folder that is the working folder meanwhile."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            start_campaign(Path("my-shop"), today=FIRST_DAY)
            yield Path("my-shop")
        finally:
            os.chdir(before)


# -- tables -----------------------------------------------------------------------------------------

EXAMPLES = (
    (160, 600), (120, 600), (300, 1050), (300, 600), (1080, 1920), (250, 250), (300, 250), (336, 280), (1200, 1200),
    (320, 480), (1200, 628), (600, 300), (970, 250), (1920, 600), (728, 90), (970, 90), (125, 125), (120, 240),
    (320, 100), (180, 150), (468, 60), (320, 50), (300, 50), (234, 60),
)  # fmt: skip


def _shapes() -> str:
    rows = ["| shape | such as | else treated as |", "|---|---|---|"]
    for name in SHAPES:
        sizes = ", ".join(f"{w}x{h}" for w, h in EXAMPLES if shape_of(w, h) == name)
        rows.append(f"| `{name}` | {sizes} | {f'`{KIN[name]}`' if name in KIN else ''} |")
    return "\n".join(rows) + "\n"


def _generators() -> str:
    """Group by group, as docs/make_pictures.py draws them; a cell's first word is its generator."""
    out = []
    for name, group in read_yaml(FOLDER / "generators.yaml").data["groups"].items():
        out.append(f"#### {group['title']}\n\n![{group['title']}](pictures/generators-{name}.jpg)\n")
        shown = dict.fromkeys(label.split()[0] for label in group["cells"])
        out += [_generator(generators()[generator]) for generator in shown]
    return "\n".join(out)


def _generator(generator: Generator) -> str:
    text = inspect.getdoc(generator.draw) or ""
    rows = [
        f"| `{name}` | {_kind(p.kind)} | {_default(p.default)} |" for name, p in generator.parameters.items()
    ]
    table = "| parameter | value | default |\n|---|---|---|\n" + "\n".join(rows)
    return f"##### {generator.name}\n\n{text}\n\n{table}\n"


def _default(value: Any) -> str:
    if value is REQUIRED:
        return "needed"
    if value is None:
        return "left out"
    return f"`{value if isinstance(value, str) else json.dumps(value).replace(chr(34), '')}`"


def _kind(kind: Kind, *, many: bool = False) -> str:
    s = "s" if many else ""
    match kind:
        case NumberKind(low, high, whole):
            return f"{'whole ' if whole else ''}number{s} {low:g} to {high:g}"
        case FlagKind():
            return "true or false"
        case LengthKind(positive):
            return f"length{s}{' above 0' if positive else ''}"
        case ColourKind():
            return f"colour{s}"
        case PlaceKind():
            return f"place{s}"
        case StopsKind():
            return f"stops{s}"
        case ListKind(item):
            return f"list of {_kind(item, many=True)}"
        case ChoiceKind(words):
            return ", ".join(f"`{word}`" for word in words)
        case FileKind(suffixes):
            return f"file ({', '.join(suffixes)})"
        case TupleKind(_, names):
            return f"{'lists ' if many else ''}[{names}]"
    raise TypeError(f"no words for {kind!r}")


if __name__ == "__main__":
    makers = parts((FOLDER / "themes.md").read_text(encoding="utf-8"))
    for name in PAGES:
        page_file = FOLDER / name
        page_file.write_text(filled(page_file.read_text(encoding="utf-8"), makers), encoding="utf-8")
