"""What a theme asks of its palettes, fonts and bases: told when it is read, where it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.finder import ThemeFinder
from banner_engine.load.theme import Theme
from banner_engine.shipped import shipped

BASE = """\
title: Base
mood: plain
palettes:
  plain: {ink: '#111111', ground: '#EEEEEE', gold-1: '#EECC88'}
scenery:
  - fill: {colour: ground}
type:
  headline: {font: Inter, size: {wide: [60, 30]}}
  cta:
    font: [Inter, Noto Sans SC]
    size: {wide: [30, 20]}
    colour: gold-1
    panel: {fill: [ink, ground/.5]}
layouts:
  wide-1:
    shape: wide
    reference: [1200, 628]
    stage: {centre: [.7, .5], radius: .4, ground: .8}
    product: [.5, .1, .4, .8]
    blocks: {copy: {box: [.05, .1, .4, .8], slots: [headline, cta]}}
"""
KNOWN = "known: gold-1, ground, ink"


@pytest.fixture
def themes(tmp_path: Path) -> Path:
    write(tmp_path, "base", BASE)
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / name / "theme.yaml"
    path.write_text(text)
    return path


def load(themes: Path, text: str, name: str = "mine") -> Theme:
    write(themes, name, text)
    return ThemeFinder(themes).load(name)


def refused(themes: Path, text: str) -> list[str]:
    """What is told, with files relative to the folder of themes."""
    with pytest.raises(BannerError) as caught:
        load(themes, text)
    return [line.replace(f"{themes}/", "") for line in str(caught.value).split("\n")]


# -- colours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "colour: gold-1",
            "colour: gold",
            f"line 12, type.cta.colour: no colour 'gold' in the palettes; did you mean 'gold-1'? {KNOWN}",
        ),
        (
            "ground/.5",
            "sky-high/.5",
            f"line 13, type.cta.panel.fill[1]: no colour 'sky-high' in the palettes; {KNOWN}",
        ),
        (
            "panel: {",
            "effect: {shadow: [0, .1, .1, night/.3]}\n    panel: {",
            f"line 13, type.cta.effect.shadow[3]: no colour 'night' in the palettes; {KNOWN}",
        ),
        (
            "layouts:",
            "product:\n  rims:\n    - {dx: 1, colour: rim}\nlayouts:",
            f"line 16, product.rims[0].colour: no colour 'rim' in the palettes; {KNOWN}",
        ),
        (
            "slots: [headline, cta]",
            "slots: [headline, cta], panel: {stroke: edge}",
            f"line 20, layouts.wide-1.blocks.copy.panel.stroke: no colour 'edge' in the palettes; {KNOWN}",
        ),
        (
            "type:",
            "  - rays:\n      count: 12\n      colour: chalk/.5\n      reach: 2r\ntype:",
            f"line 9, scenery[1].rays.colour: no colour 'chalk' in the palettes; {KNOWN}",
        ),
        (
            "type:",
            "  - linear: {start: top, end: bottom, stops: [[0, ink], [1, dusk]]}\ntype:",
            f"line 7, scenery[1].linear.stops[1][1]: no colour 'dusk' in the palettes; {KNOWN}",
        ),
    ],
)
def test_a_colour_that_the_palettes_lack(themes: Path, old: str, new: str, message: str) -> None:
    assert BASE.count(old) == 1
    assert refused(themes, BASE.replace(old, new)) == [f"mine/theme.yaml, {message}"]


def test_colours_that_are_given_themselves_need_no_palette(themes: Path) -> None:
    theme = load(themes, BASE.replace("colour: gold-1", "colour: ['#123456', '#123456/.5', gold-1/0]"))
    assert theme.type["cta"].colour == ("#123456", "#123456/.5", "gold-1/0")


def test_the_default_colour_is_asked_for_too(themes: Path) -> None:
    text = BASE.replace("ink: '#111111'", "text: '#111111'").replace("[ink,", "[text,")
    assert refused(themes, text) == [
        "mine/theme.yaml, line 8, type.headline: no colour 'ink' in the palettes; known: gold-1, ground, text"
    ]


def test_every_colour_that_is_lacking_is_told(themes: Path) -> None:
    text = BASE.replace("colour: gold-1", "colour: [gold, glod-1]").replace("[ink, ground", "[nik, ground")
    assert [line.split("; ")[0] for line in refused(themes, text)] == [
        "mine/theme.yaml, line 12, type.cta.colour[0]: no colour 'gold' in the palettes",
        "mine/theme.yaml, line 12, type.cta.colour[1]: no colour 'glod-1' in the palettes",
        "mine/theme.yaml, line 13, type.cta.panel.fill[0]: no colour 'nik' in the palettes",
    ]


def test_palettes_that_lack_what_a_base_asks_for(themes: Path) -> None:
    """The base is right, so the fault is told where the palettes are; each name once."""
    own = "extends: base\npalettes:\n  night: {ink: '#FFFFFF', gold-1: '#EECC88'}\n"
    assert refused(themes, own) == [
        "mine/theme.yaml, line 2, palettes: the palettes lack 'ground', which type.cta.panel.fill[1] of "
        "base/theme.yaml, line 13, asks for"
    ]


def test_a_colour_of_ones_own_that_the_bases_palettes_lack(themes: Path) -> None:
    assert refused(themes, "extends: base\ntype:\n  cta: {colour: moon}\n") == [
        f"mine/theme.yaml, line 3, type.cta.colour: no colour 'moon' in the palettes; {KNOWN}"
    ]


@pytest.mark.parametrize("name", ["base", *ThemeFinder(shipped("themes")).names()])
def test_shipped_themes_ask_for_nothing_that_is_not_there(name: str) -> None:
    assert ThemeFinder(shipped("themes")).load(name).palettes


# -- scenery ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("fil: {colour: ground}", "scenery[1]: no generator 'fil'; did you mean 'fill'?"),
        ("fill: {color: ground}", "scenery[1].fill.color: no such parameter; did you mean 'colour'?"),
        ("fill: {}", "scenery[1].fill.colour: is missing"),
    ],
)
def test_scenery_is_told_with_its_line(themes: Path, layer: str, message: str) -> None:
    text = BASE.replace("type:", f"  - {layer}\ntype:")
    assert refused(themes, text) == [f"mine/theme.yaml, line 7, {message}"]


def test_scenery_of_a_base_is_told_with_the_bases_file(themes: Path) -> None:
    write(themes, "base", BASE.replace("fill: {colour", "fil: {colour"))
    assert refused(themes, "title: Mine\nextends: base\n") == [
        "base/theme.yaml, line 6, scenery[0]: no generator 'fil'; did you mean 'fill'?"
    ]


def test_the_scenerys_file_is_known(themes: Path) -> None:
    assert load(themes, "extends: base\n").scenery_file == themes / "base" / "theme.yaml"
    own = load(themes, "extends: base\nscenery: []\n")
    assert own.scenery_file == themes / "mine" / "theme.yaml"


# -- fonts --------------------------------------------------------------------------------------------


def test_an_unknown_family_is_told_once(themes: Path) -> None:
    text = BASE.replace("font: Inter,", "font: Intr,").replace("[Inter, Noto", "[Intr, Noto")
    assert refused(themes, text) == [
        "mine/theme.yaml, line 8, type.headline.font: no font family 'Intr'; did you mean 'Inter'?"
    ]


def test_a_family_of_the_themes_own_fonts(themes: Path) -> None:
    with_fonts(themes / "mine")
    own = "extends: base\nfonts: type\ntype: {headline: {font: Orchard Sans}}\n"
    theme = load(themes, own)
    assert theme.fonts == str((themes / "mine" / "type").resolve())
    # who extends it has its fonts too
    heir = load(themes, "extends: mine\ntitle: Heir\n", "heir")
    assert heir.fonts == theme.fonts
    assert refused(themes, own.replace("fonts: type\n", "")) == [
        "mine/theme.yaml, line 2, type.headline.font: no font family 'Orchard Sans'; "
        + str(missing_family("Orchard Sans"))
    ]


def with_fonts(folder: Path) -> Path:
    fonts = folder / "type"
    fonts.mkdir(parents=True)
    shutil.copy(next(shipped("fonts").rglob("Anton*.ttf")), fonts / "Orchard.ttf")
    (fonts / "fonts.yaml").write_text("fonts:\n  - {family: Orchard Sans, file: Orchard.ttf}\n")
    return fonts


def missing_family(name: str) -> str | None:
    from banner_engine.text import FontBook

    with pytest.raises(BannerError) as caught:
        FontBook.load(shipped("fonts")).check([name])
    return caught.value.hint


# -- what a base says ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "place"),
    [
        # the base's own mistake
        (
            "title: Mine\nextends: base\n",
            "base/theme.yaml, line 18, layouts.wide-1.stage.radius",
        ),
        # mended by the theme
        ("extends: base\nlayouts: {wide-1: {stage: {radius: .3}}}\n", None),
        # replaced by another mistake of the theme's own
        (
            "extends: base\ntitle: Mine\nlayouts: {wide-1: {stage: {radius: big}}}\n",
            "mine/theme.yaml, line 3, layouts.wide-1.stage.radius",
        ),
        # a part of a list that the theme replaces is no longer the base's
        (
            "extends: base\nlayouts: {wide-1: {stage: {radius: .3, centre: [.5, low]}}}\n",
            "mine/theme.yaml, line 2, layouts.wide-1.stage.centre[1]",
        ),
    ],
)
def test_a_mistake_is_told_in_the_file_where_it_stands(themes: Path, own: str, place: str | None) -> None:
    write(themes, "base", BASE.replace("radius: .4", "radius: wide"))
    if place is None:
        assert load(themes, own).layouts["wide-1"].stage.radius == 0.3
    else:
        (told,) = refused(themes, own)
        assert told.split(": ")[0] == place


def test_a_grandparents_mistake_and_what_a_parent_took_away(themes: Path) -> None:
    write(themes, "base", BASE + "seeds: []\n")
    write(themes, "parent", "extends: base\nmood: null\n")
    assert [line.split(": ")[0] for line in refused(themes, "extends: parent\n")] == [
        "parent/theme.yaml, line 2, mood",
        "base/theme.yaml, line 21, seeds",
    ]
    write(themes, "parent", "extends: base\nseeds: null\n")
    assert load(themes, "extends: parent\nseeds: [3]\n").seeds == (3,)


# -- the digest ---------------------------------------------------------------------------------------


def test_the_digest_is_of_the_fonts_bytes_and_not_of_their_place(themes: Path, tmp_path: Path) -> None:
    own = "extends: base\nfonts: type\n"
    fonts = with_fonts(themes / "mine")
    digest = load(themes, own).digest
    assert digest != load(themes, "extends: base\n").digest
    shutil.copytree(themes, tmp_path / "elsewhere", dirs_exist_ok=True)
    assert ThemeFinder(tmp_path / "elsewhere").load("mine").digest != digest
    (tmp_path / "elsewhere" / "mine" / "theme.yaml").write_text(own)
    assert ThemeFinder(tmp_path / "elsewhere").load("mine").digest == digest
    (fonts / "notes.txt").write_text("drawn by hand")
    assert load(themes, own).digest == digest
    (fonts / "Orchard.ttf").write_bytes((fonts / "Orchard.ttf").read_bytes() + b"\0")
    assert load(themes, own).digest != digest


def test_the_digest_is_of_the_files_that_the_scenery_names(themes: Path) -> None:
    own = "extends: base\nscenery:\n  - svg: {src: hill.svg}\n"
    hill = themes / "mine" / "hill.svg"
    hill.parent.mkdir()
    hill.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 4L2 0 4 4Z"/></svg>'
    )
    digest = load(themes, own).digest
    (themes / "mine" / "other.svg").write_text("<svg/>")
    assert load(themes, own).digest == digest
    # a theme that takes the scenery over draws from the same file
    assert load(themes, "extends: mine\ntitle: Heir\n", "heir").scenery_file == themes / "mine" / "theme.yaml"
    hill.write_text(hill.read_text().replace("2 0", "2 1"))
    assert load(themes, own).digest != digest
    hill.unlink()
    assert refused(themes, own)[0].startswith("mine/theme.yaml, line 3, scenery[0].svg.src: there is no file")
