"""Prices and giant numbers: which part is how large."""

from __future__ import annotations

import pytest

from banner_engine.text import FontBook, TextStyle, number_spans, price_spans, set_text, shape_text

MAIN = TextStyle(("Anton",), 400)
UNIT = TextStyle(("Noto Sans SC",), 900)


@pytest.mark.parametrize(
    ("price", "parts"),
    [
        ("¥1,299", [("¥", 0.52), ("1,299", 1.0)]),
        ("$129.99", [("$", 0.52), ("129", 1.0), (".99", 0.52)]),
        ("1.299,00\u00a0€", [("1.299", 1.0), (",00\u00a0€", 0.52)]),
        ("1.299\u00a0€", [("1.299", 1.0), ("\u00a0€", 0.52)]),
        ("1\u202f299,00\u00a0€", [("1\u202f299", 1.0), (",00\u00a0€", 0.52)]),
        ("CHF\u00a01’299.50", [("CHF\u00a0", 0.52), ("1’299", 1.0), (".50", 0.52)]),
        ("1,299円", [("1,299", 1.0), ("円", 0.52)]),
        ("٢٤٩ ر.س", [("٢٤٩", 1.0), (" ر.س", 0.52)]),
        ("٢٤٩٫٥٠ ر.س", [("٢٤٩", 1.0), ("٫٥٠ ر.س", 0.52)]),
        ("Free", [("Free", 1.0)]),
        ("", []),
    ],
)
def test_prices(price: str, parts: list[tuple[str, float]]) -> None:
    spans = price_spans(price, MAIN, UNIT)
    assert [(span.text, span.scale) for span in spans] == parts
    assert all(span.style is (MAIN if span.text[:1].isdigit() else UNIT) for span in spans)


def test_a_number_that_touches_its_currency_gets_air() -> None:
    assert [span.gap for span in price_spans("¥99", MAIN, UNIT)] == [0.0, 0.05]
    assert [span.gap for span in price_spans("EUR 99", MAIN, UNIT)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("5折起", [("5", 1.0), ("折", 0.7), ("起", 0.42)]),
        ("-50%", [("-50", 1.0), ("%", 0.6)]),
        ("50% OFF", [("50", 1.0), ("%", 0.6), (" OFF", 0.42)]),
        ("50%オフ", [("50", 1.0), ("%", 0.6), ("オフ", 0.42)]),
        ("Up to 50%", [("Up to ", 0.42), ("50", 1.0), ("%", 0.6)]),
        ("满300减50", [("满", 0.7), ("300", 1.0), ("减", 0.7), ("50", 1.0)]),
        ("满300元减50元", [("满", 0.7), ("300", 1.0), ("元", 0.7), ("减", 0.42), ("50", 1.0), ("元", 0.7)]),
        ("3件8折", [("3", 1.0), ("件", 0.7), ("8", 1.0), ("折", 0.7)]),
        ("低至3.9折", [("低至", 0.42), ("3.9", 1.0), ("折", 0.7)]),
        ("¥299起", [("¥", 0.52), ("299", 1.0), ("起", 0.7)]),
        ("99元", [("99", 1.0), ("元", 0.7)]),
        ("3+1", [("3+1", 1.0)]),
        ("SALE", [("SALE", 1.0)]),
        ("半价", [("半价", 1.0)]),
        ("", []),
    ],
)
def test_giant_numbers(text: str, parts: list[tuple[str, float]]) -> None:
    spans = number_spans(text, MAIN, UNIT)
    assert [(span.text, span.scale) for span in spans] == parts
    assert "".join(span.text for span in spans) == text


def test_words_without_digits_have_hanzi_from_the_unit_style() -> None:
    assert number_spans("SALE", MAIN, UNIT)[0].style is MAIN
    assert number_spans("买一送一", MAIN, UNIT)[0].style is UNIT


def test_a_composite_is_set_on_one_line_and_never_broken(book: FontBook) -> None:
    for spans in (number_spans("满300减50", MAIN, UNIT), price_spans("¥1,299.00", MAIN, UNIT)):
        shaped = shape_text(book, spans, "zh-CN", False)
        assert not shaped.missing
        assert len(shaped.segments) == 1
        assert set_text(shaped, size=60, width=10, max_lines=9) is None


@pytest.mark.parametrize("text", ["5折起", "满300减50", "低至3折", "50%オフ", "99원"])
@pytest.mark.parametrize("size", [40.0, 120.0])
def test_hanzi_stand_on_the_baseline_of_the_figures(book: FontBook, text: str, size: float) -> None:
    block = set_text(
        shape_text(book, number_spans(text, MAIN, UNIT), "zh-CN", False), size=size, width=9e9, max_lines=1
    )
    assert block is not None
    for _, glyphs in block.lines[0].shape.pieces:
        assert glyphs.ink is not None
        if not glyphs.text.isascii():
            assert glyphs.ink[3] == pytest.approx(0, abs=1e-9), glyphs.text
    price = shape_text(book, price_spans("1,299円", MAIN, UNIT), "ja", False)
    (_, figures), (_, yen) = price.line(0, 1).pieces
    assert figures.ink is not None and yen.ink is not None
    assert yen.ink[3] == pytest.approx(0, abs=1e-9)
    # The comma alone hangs.
    assert figures.ink[3] > 0
