"""`fonts/build.py`: what may be changed, which characters are kept, and that the index is its output."""

from __future__ import annotations

import re
import unicodedata
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from banner_engine.shipped import shipped

FONTS = shipped("fonts")
SOURCES: list[dict[str, Any]] = YAML(typ="safe").load(FONTS / "sources.yaml")["families"]


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FONTS))
    import build

    return build


def test_index_holds_what_the_sources_say() -> None:
    entries = YAML(typ="safe").load(FONTS / "fonts.yaml")["fonts"]
    expected = [
        (
            s["family"],
            f["file"],
            f["weight"],
            f.get("italic", False),
            s["scripts"],
            s.get("locales"),
            s["package"],
        )
        for s in SOURCES
        for f in s["faces"]
    ]
    keys = ("family", "file", "weight", "italic", "scripts", "locales", "source")
    assert [tuple(entry.get(key) for key in keys) for entry in entries] == expected


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["family"])
def test_package_is_pinned_and_named_without_a_host(source: dict[str, Any]) -> None:
    assert re.fullmatch(r"(@[a-z-]+/)?[a-z-]+@\d+\.\d+\.\d+", source["package"])


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["family"])
def test_reserved_name_means_unchanged(source: dict[str, Any], build: ModuleType) -> None:
    licence = (FONTS / "licences" / f"{source['family'].replace(' ', '')}.txt").read_text(encoding="utf-8")
    if build.reserved_name(licence, source["family"]):
        assert "characters" not in source
        assert "drop" not in source


@pytest.mark.parametrize(
    ("family", "head", "reserved"),
    [
        ("IBM Plex Sans Arabic", 'Copyright IBM Corp. with Reserved Font Name "Plex"', "Plex"),
        ("Noto Sans SC", "Copyright Adobe, with Reserved Font Name 'Source'", None),
        ("Sun Serif", "Copyright X, with Reserved Font Names “Moon” and “Sun”.", "Sun"),
        ("Anton", "Copyright 2020 The Anton Project Authors", None),
    ],
)
def test_reserved_name(family: str, head: str, reserved: str | None, build: ModuleType) -> None:
    text = f'{head}\n\nThis Font Software is licensed under … "Reserved Font Name" refers to "Anton"'
    assert build.reserved_name(text, family) == reserved


# Rows of signs hold ideographs too: units and numerals in Big5 (兛, 卅 …), 仝 in JIS.
@pytest.mark.parametrize(
    ("name", "ideographs", "some"),
    [
        ("gb2312", 6763, "双购，￥"),
        ("big5_level_1", 5401 + 10, "雙購，"),
        ("cp932", 6355 + 1 + 360, "髙﨑①㈱々"),
        ("hangul", 0, "뷁ㅋ"),
    ],
)
def test_character_sets(name: str, ideographs: int, some: str, build: ModuleType) -> None:
    characters = set(build.SETS[name]())
    assert set(map(ord, some)) <= characters
    assert sum(unicodedata.name(chr(code), "").startswith("CJK ") for code in characters) == ideographs


def test_characters_beyond_gb2312_are_not_in_it(build: ModuleType) -> None:
    assert not build.SETS["beyond_gb2312"]() & build.SETS["gb2312"]()
