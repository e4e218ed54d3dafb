"""One of a thing is told in the singular."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shop_samples import AS_OF, Shop, banner, people, write_lines

from banner_engine.cli.common import plural


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows"), (-1, "-1 rows")]
)
def test_plural(count: int, words: str) -> None:
    assert plural(count, "row") == words


@pytest.fixture
def small(shop: Shop) -> Shop:
    shop.edit("campaign.yaml", "[plain, lacquer]", "[plain]")
    return shop


def test_one_of_each(small: Shop, tmp_path: Path) -> None:
    profiles = write_lines(tmp_path / "people.jsonl", people(1))
    words = ["--placements", "card", "--workers", "1", "--as-of", AS_OF]
    told = banner("render", small.folder, "--profiles", profiles, "--out", tmp_path / "out", *words)
    assert told.code == 0, told.err
    assert told.lines[0].startswith("1 profile → 1 assignment → 1 variant: 1 written, ")
    assert told.lines[1].startswith("A variant has 1 assignment (median): too few to tell variants apart; ")

    one = ["--sizes", "300x250", "--locale", "en-US"]
    told = banner("preview", small.folder, *one, "--out", tmp_path / "sheet.png")
    assert ": 1 banner, " in told.lines[-1]
    two = banner("preview", small.folder, *one, "--locale", "en-US,zh-CN", "--out", tmp_path / "sheet.png")
    assert ": 2 banners, " in two.lines[-1]

    told = banner("simulate", small.folder, "--users", "1", "--as-of", AS_OF)
    assert told.lines[0].startswith("Simulated: 1 user, ")
    for command in (told, two):
        assert not re.search(r"\b1 (new )?[a-z]+s\b", command.err)
