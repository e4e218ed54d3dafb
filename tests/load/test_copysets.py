"""copy.yaml: words by locale with short forms, and what a placeholder may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.load.copysets import PLACEHOLDERS, CopySet, CopyText, fill, load_copy, placeholders
from banner_engine.shipped import shipped

WHOLE = """\
copy_sets:
  - id: launch
    grades: [S, A]
    requires: {min_discount: 0.2, product_types: [Footwear], on_sale: true}
    text:
      en:
        headline: {text: "{product.title} is here", short: Here}
        number: 5
        cta: Shop now
      zh-CN: {headline: 新品, cta: 立即抢购}
  - id: hot
    text:
      en: {headline: Hot, cta: Go}
"""


def read(tmp_path: Path, text: str) -> tuple[CopySet, ...]:
    (tmp_path / "copy.yaml").write_text(text)
    return load_copy(tmp_path / "copy.yaml")


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(BannerError) as caught:
        read(tmp_path, text)
    return str(caught.value).removeprefix(f"{tmp_path / 'copy.yaml'}, ")


def test_a_whole_file(tmp_path: Path) -> None:
    launch, hot = read(tmp_path, WHOLE)
    assert launch.grades == ("S", "A")
    assert (launch.requires.min_discount, launch.requires.on_sale) == (0.2, True)
    english = launch.for_locale("en-GB")
    assert english.headline == CopyText(text="{product.title} is here", short="Here")
    assert english.number == CopyText(text="5")
    assert english.subline is None
    assert launch.for_locale("zh-TW").cta.text == "立即抢购"
    assert launch.for_locale("fr") is english
    assert hot.grades == ("S", "A", "B", "C")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{product.title} is",
            "{product.titel} is",
            "line 7, copy_sets[0].text.en.headline.text: "
            "unknown placeholder '{product.titel}'; did you mean 'product.title'?",
        ),
        (
            "short: Here",
            'short: "{zzz}"',
            "line 7, copy_sets[0].text.en.headline.short: "
            f"unknown placeholder '{{zzz}}'; known: {', '.join(sorted(PLACEHOLDERS))}",
        ),
        (
            "is here",
            "{is here",
            "line 7, copy_sets[0].text.en.headline.text: "
            "a brace stands alone: placeholders are written {product.title}",
        ),
        (
            "{product.title} is",
            "{{price}} is",
            "line 7, copy_sets[0].text.en.headline.text: "
            "a brace stands alone: placeholders are written {product.title}",
        ),
        ("        cta: Shop now\n", "", "line 6, copy_sets[0].text.en.cta: 'cta' is missing"),
        (
            "cta: Shop now",
            "cta: Shop now\n        sublin: x",
            "line 10, copy_sets[0].text.en.sublin: unknown key 'sublin'; did you mean 'subline'?",
        ),
        (
            "cta: Shop now",
            "cta: true",
            "line 9, copy_sets[0].text.en.cta: True is no text: put quotes around what is meant",
        ),
        (
            "number: 5",
            "number: 1.50",
            "line 8, copy_sets[0].text.en.number: 1.5 is no text: put quotes around what is meant",
        ),
        (
            "min_discount: 0.2",
            "min_discount: 20",
            "line 4, copy_sets[0].requires.min_discount: input should be less than or equal to 1, not 20",
        ),
        ("[S, A]", "[S, X]", "line 3, copy_sets[0].grades[1]: unknown value 'X'; known: A, B, C, S"),
        ("id: hot", "id: launch", "line 11, copy_sets[1].id: copy set 'launch' stands twice"),
        ("copy_sets:", "copysets:", "line 1, copysets: unknown key 'copysets'; did you mean 'copy_sets'?"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in WHOLE
    assert refused(tmp_path, WHOLE.replace(old, new)).split("\n")[-1].endswith(message)


def test_no_copy_sets(tmp_path: Path) -> None:
    assert refused(tmp_path, "copy_sets: []\n") == "line 1, copy_sets: must not be empty"


def test_placeholders_are_filled_where_there_is_a_value() -> None:
    assert placeholders("{price}, {old_price}") == ["price", "old_price"]
    assert fill("{price}, {old_price}", {"price": "{old_price}"}) == "{old_price}, {old_price}"


def test_the_shipped_copy_has_no_mistake() -> None:
    assert len(load_copy(shipped("examples") / "double11" / "copy.yaml")) >= 6
