"""Visual order: UAX #9 by ICU, and what a line with several fonts and directions shows from left to right."""

from __future__ import annotations

import pytest

from banner_engine.text import FontBook, Span, TextStyle, set_text, shape_text
from banner_engine.text.chars import levels, visual_order

# text; direction of the paragraph (0 ltr, 1 rtl); levels and visual order by the rules of UAX #9:
# paired brackets (N0), numbers with separators and terminators (W4, W5), isolates (X5a).
CASES = [
    ("0061 0028 0062 0029 0063", 0, "0 0 0 0 0", "0 1 2 3 4"),
    ("0061 0028 0062 0029 0063", 1, "2 2 2 2 2", "0 1 2 3 4"),
    ("0061 0028 05D0 0029 05D1", 0, "0 0 1 0 1", "0 1 2 3 4"),
    ("05D0 0028 0061 0029 05D1", 0, "1 0 0 0 1", "0 1 2 3 4"),
    ("05D0 0028 0061 0029 0062", 1, "1 1 2 1 2", "4 3 2 1 0"),
    ("0061 0020 05D0 05D1 0020 0062", 0, "0 0 1 1 0 0", "0 1 3 2 4 5"),
    ("05D0 0020 0031 0032 0020 05D1", 1, "1 1 2 2 1 1", "5 4 2 3 1 0"),
    ("05D0 0020 0031 002C 0032 0020 05D1", 1, "1 1 2 2 2 1 1", "6 5 2 3 4 1 0"),
    ("0627 0020 0661 0662 066A", 1, "1 1 2 2 1", "4 2 3 1 0"),
    ("05D0 0020 0035 0030 0025", 1, "1 1 2 2 2", "2 3 4 1 0"),
    ("2067 0061 0020 05D0 2069", 0, "0 2 1 1 0", "0 3 2 1 4"),
]


@pytest.mark.parametrize(("codes", "direction", "expected", "order"), CASES)
def test_uax9_levels_and_order(codes: str, direction: int, expected: str, order: str) -> None:
    text = "".join(chr(int(code, 16)) for code in codes.split())
    found = levels(text, direction == 1)
    assert found == [int(level) for level in expected.split()]
    assert visual_order(found) == [int(index) for index in order.split()]


def test_levels_of_characters_outside_the_bmp() -> None:
    assert levels("א🎁ב", True) == [1, 1, 1]


def shown(book: FontBook, text: str, locale: str, rtl: bool) -> str:
    shaped = shape_text(book, (Span(text, TextStyle(("Inter",), 700)),), locale, rtl)
    block = set_text(shaped, size=20, width=10_000, max_lines=1)
    assert block is not None
    return block.lines[0].text


@pytest.mark.parametrize(
    ("text", "locale", "rtl", "expected"),
    [
        ("abc", "en", False, "abc"),
        ("מבצע 50% היום", "he", True, "םויה 50% עצבמ"),
        ("קנו (עכשיו)", "he", True, "(וישכע) ונק"),
        ("Nike נעלי", "he", True, "ילענ Nike"),
        ("sale מבצע now", "en", False, "sale עצבמ now"),
        ("₪199 במקום ₪299", "he", True, "₪299 םוקמב ₪199"),
    ],
)
def test_lines_are_told_in_visual_order(
    book: FontBook, text: str, locale: str, rtl: bool, expected: str
) -> None:
    shaped = shape_text(book, (Span(text, TextStyle(("Inter",), 700)),), locale, rtl)
    assert not shaped.missing
    assert shown(book, text, locale, rtl) == expected


def test_each_line_is_ordered_for_itself(book: FontBook) -> None:
    shaped = shape_text(book, (Span("מבצע 50% היום נעליים", TextStyle(("Inter",), 700)),), "he", True)
    assert not shaped.missing
    block = set_text(shaped, size=20, width=120, max_lines=2)
    assert block is not None
    assert [line.text for line in block.lines] == ["50% עצבמ", "םיילענ םויה"]
    assert block.side == "right"
    assert block.ink[2] == 0


def test_arabic_joins_across_spans_of_one_style(book: FontBook) -> None:
    """A letter is shaped as part of its word, even where a font or size changes beside it."""
    style = TextStyle(("Inter",), 700)
    whole = shape_text(book, (Span("خصم", style),), "ar", True)
    assert not whole.missing
    parts = shape_text(book, (Span("خ", style), Span("صم", style)), "ar", True)
    glyphs = [g for run in reversed(parts.runs) for g in run.gids]
    assert glyphs == list(whole.runs[0].gids)
