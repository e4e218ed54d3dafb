"""theme.yaml: what a theme inherits, and every mistake with its line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.finder import ThemeFinder
from banner_engine.load.theme import Theme
from banner_engine.load.yamlio import merged
from banner_engine.shapes import shape_of

BASE = """\
title: Base
mood: plain
palettes:
  plain: {ink: '#111111', ground: '#EEEEEE'}
scenery: []
type:
  headline: {font: Inter, weight: 700, size: {wide: [60, 30]}}
  cta: {font: [Inter, Noto Sans SC], size: {wide: [30, 20]}}
layouts:
  wide-1:
    shape: wide
    reference: [1200, 628]
    stage: {centre: [.7, .5], radius: .4, ground: .8}
    product: [.5, .1, .4, .8]
    blocks:
      copy: {box: [.05, .1, .4, .8], slots: [headline, [logo, cta]]}
    drop: [headline]
"""


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "theme.yaml").write_text(text)


@pytest.fixture
def themes(tmp_path: Path) -> Path:
    write(tmp_path, "base", BASE)
    return tmp_path


def load(themes: Path, text: str, name: str = "mine") -> Theme:
    write(themes, name, text)
    return ThemeFinder(themes).load(name)


def refused(themes: Path, text: str) -> str:
    with pytest.raises(BannerError) as caught:
        load(themes, text)
    return str(caught.value).removeprefix(f"{themes / 'mine' / 'theme.yaml'}, ")


def test_a_theme_of_its_own(themes: Path) -> None:
    theme = load(themes, BASE)
    assert (theme.name, theme.title, theme.folder) == ("mine", "Base", themes / "mine")
    assert theme.type["headline"].font == ("Inter",)
    assert theme.layouts["wide-1"].blocks["copy"].slots == (("headline",), ("logo", "cta"))
    assert theme.layouts_for(1200, 628) == ("wide-1",)
    assert theme.layouts_for(300, 250) == ()


def test_a_theme_over_its_base(themes: Path) -> None:
    own = """\
extends: base
title: Mine
palettes:
  night: {ink: '#FFFFFF', ground: '#000000'}
type:
  headline: {weight: 900, font: [Anton]}
layouts:
  wide-1: {drop: null, blocks: {copy: {align: center}}}
"""
    theme = load(themes, own)
    assert (theme.title, theme.mood) == ("Mine", "plain")
    assert list(theme.palettes) == ["night"]
    headline = theme.type["headline"]
    assert (headline.weight, headline.font, headline.size["wide"]) == (900, ("Anton",), (60.0, 30.0))
    layout = theme.layouts["wide-1"]
    assert layout.drop == ()
    assert (layout.blocks["copy"].align, layout.blocks["copy"].slots[0]) == ("center", ("headline",))


def test_grandparents(themes: Path) -> None:
    load(themes, "extends: base\nmood: calm\n", "parent")
    assert load(themes, "extends: parent\ntitle: Mine\n").mood == "calm"


def test_null_removes_what_was_inherited(themes: Path) -> None:
    write(themes, "base", BASE + "grades: [S]\n")
    assert load(themes, "extends: base\n").grades == ("S",)
    assert load(themes, "extends: base\ngrades: null\n").grades == ("S", "A", "B", "C")
    assert refused(themes, "extends: base\ntitle: null\n") == "line 2, title: 'title' is missing"


def test_merging_leaves_both_sides_as_they_are() -> None:
    base = {"a": {"b": 1, "c": [1, 2]}, "d": 1, "palettes": {"x": 1}}
    own = {"a": {"c": [3]}, "d": None, "e": None, "palettes": {"y": 2}}
    assert merged(base, own) == {"a": {"b": 1, "c": [3]}, "palettes": {"y": 2}}
    assert base == {"a": {"b": 1, "c": [1, 2]}, "d": 1, "palettes": {"x": 1}}


def test_the_digest_is_of_what_is_drawn(themes: Path) -> None:
    digest = load(themes, "extends: base\n").digest
    assert load(themes, "extends: base\ntitle: Mine\nmood: calm\ngrades: [S]\n").digest == digest
    assert load(themes, "extends: base\ntype: {headline: {weight: 701}}\n").digest != digest
    assert (
        load(themes, "extends: base\npalettes: {p: {ink: '#111112', ground: '#EEEEEE'}}\n").digest != digest
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  headline:",
            "  headlin:",
            "line 7, type.headlin: unknown key 'headlin'; did you mean 'headline'?",
        ),
        (
            "[headline, [logo",
            "[headlin, [logo",
            "line 16, layouts.wide-1.blocks.copy.slots[0]: unknown value 'headlin'; did you mean 'headline'?",
        ),
        (
            "[headline, [logo",
            "[headline, subline, [logo",
            "line 9, layouts: layout 'wide-1', block 'copy': slot 'subline' has no type",
        ),
        (
            "shape: wide",
            "shape: tall",
            "line 9, layouts: layout 'wide-1': type 'headline' has no size for 'tall'",
        ),
        (
            "shape: wide",
            "shape: wid",
            "line 11, layouts.wide-1.shape: unknown value 'wid'; did you mean 'wide'?",
        ),
        (
            "{wide: [60",
            "{wid: [60",
            "line 7, type.headline.size.wid: unknown key 'wid'; did you mean 'wide'?",
        ),
        (
            "[60, 30]",
            "[30, 60]",
            "line 7, type.headline.size: size of wide: write [largest, smallest], both above 0",
        ),
        (
            "scenery: []",
            "  hot: {ink: '#222222'}\nscenery: []",
            "line 3, palettes: palette 'hot' lacks 'ground', which 'plain' has",
        ),
        (
            "scenery: []",
            "  hot: {ink: '#222222', ground: '#222222', sky: '#222222'}\nscenery: []",
            "line 3, palettes: palette 'plain' lacks 'sky', which 'hot' has",
        ),
        (
            "'#111111'",
            "red",
            "line 4, palettes.plain.ink: 'red' is no colour of a palette: write '#RRGGBB'",
        ),
        (
            "weight: 700",
            "colour: 'Red!'",
            "line 7, type.headline.colour: 'Red!' is no colour: "
            "write a palette name or '#RRGGBB', with '/.5' for opacity",
        ),
        (
            "weight: 700",
            "weight: 7",
            "line 7, type.headline.weight: input should be greater than or equal to 100, not 7",
        ),
        (
            "    stage:",
            "    stag:",
            "line 13, layouts.wide-1.stag: unknown key 'stag'; did you mean 'stage'?",
        ),
        (
            "[.5, .1, .4, .8]",
            "[.5, .1, .4]",
            "line 14, layouts.wide-1.product[3]: item 4 of the list is missing",
        ),
        ("title: Base", "extends: mine", "line 1, extends: extends itself by way of 'mine'"),
        ("title: Base", "extends: bas", "line 1, extends: unknown theme 'bas'; did you mean 'base'?"),
    ],
)
def test_mistakes(themes: Path, old: str, new: str, message: str) -> None:
    assert old in BASE
    assert refused(themes, BASE.replace(old, new)).split("\n")[-1].endswith(message)


def test_a_wrong_key_and_what_is_wrong_below_it_are_both_told(themes: Path) -> None:
    text = BASE.replace("headline: {font: Inter, weight: 700", "headlin: {font: Inter, weight: 7")
    assert [line.split(": ", 1)[1] for line in refused(themes, text).split("\n")] == [
        "unknown key 'headlin'; did you mean 'headline'?",
        "input should be greater than or equal to 100, not 7",
    ]


def test_a_circle_of_two(themes: Path) -> None:
    write(themes, "other", "extends: mine\n")
    assert refused(themes, "extends: other\n") == "line 1, extends: extends itself by way of 'other'"


def test_an_unknown_theme(themes: Path) -> None:
    write(themes, "lacquer", BASE)
    write(themes, "petal", BASE)
    with pytest.raises(BannerError) as caught:
        ThemeFinder(themes).load("laquer")
    assert str(caught.value) == "unknown theme 'laquer'; did you mean 'lacquer'?"
    with pytest.raises(BannerError) as caught:
        ThemeFinder(themes, themes / "none").load("zzz")
    assert str(caught.value) == "unknown theme 'zzz'; known: lacquer, petal"


def test_the_first_folder_wins_and_a_path_before_all(themes: Path) -> None:
    write(themes / "first", "mine", BASE.replace("Base", "First"))
    write(themes / "second", "mine", BASE.replace("Base", "Second"))
    finder = ThemeFinder(themes / "first", themes / "second")
    assert finder.load("mine").title == "First"
    assert finder.load(str(themes / "second" / "mine")).title == "Second"
    assert finder.names() == ["mine"]


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((160, 600), "skyscraper"),
        ((300, 600), "tall"),
        ((300, 250), "square"),
        ((1080, 1080), "square"),
        ((1200, 628), "wide"),
        ((728, 90), "leaderboard"),
        ((600, 300), "wide"),
        ((970, 250), "billboard"),
        ((1920, 600), "billboard"),
        ((970, 90), "leaderboard"),
        ((468, 60), "strip"),
        ((320, 50), "strip"),
        ((234, 60), "strip"),
        ((320, 100), "ticket"),
        ((180, 150), "ticket"),
        ((125, 125), "button"),
        ((120, 240), "button"),
        ((200, 200), "square"),
        ((320, 480), "tall"),
        ((300, 1050), "skyscraper"),
    ],
)
def test_shapes(size: tuple[int, int], shape: str) -> None:
    assert shape_of(*size) == shape
