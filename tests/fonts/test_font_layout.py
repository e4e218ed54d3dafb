"""Subsetting kept the layout that copy needs: joins, conjuncts, marks, sequences, figures, colour."""

from __future__ import annotations

import pytest
import uharfbuzz as hb

from banner_engine.shipped import shipped

Glyph = tuple[int, int, tuple[int, int]]  # glyph id, advance, offset, in font units


def hb_font(file: str) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(shipped("fonts") / file))))


def shape(
    file: str, text: str, features: dict[str, bool] | None = None, weight: int | None = None
) -> list[Glyph]:
    font = hb_font(file)
    if weight is not None:
        font.set_variations({"wght": weight})
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, features or {})
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    assert infos is not None
    assert positions is not None
    return [
        (i.codepoint, p.x_advance, (p.x_offset, p.y_offset)) for i, p in zip(infos, positions, strict=True)
    ]


@pytest.mark.parametrize("sequence", ["👨‍👩‍👧", "🇨🇳", "👍🏽", "❤️", "1️⃣"])
def test_an_emoji_sequence_is_one_glyph(sequence: str) -> None:
    shown = [glyph for glyph in shape("NotoColorEmoji-400.ttf", sequence) if glyph[1]]
    assert len(shown) == 1
    assert shown[0][0] != 0


def test_emoji_have_colour() -> None:
    font = hb_font("NotoColorEmoji-400.ttf")
    glyph = font.get_nominal_glyph(ord("🎁"))
    painter = hb.RasterPaint()
    extents = font.get_glyph_extents(glyph)
    assert extents is not None
    painter.transform = (0.05, 0, 0, 0.05, 0, 0)
    assert painter.set_glyph_extents(extents)
    assert painter.paint_glyph_or_fail(font, glyph)
    pixels = bytes(painter.render().buffer)
    assert len({pixels[i : i + 4] for i in range(0, len(pixels), 4)}) > 50


@pytest.mark.parametrize("file", ["NotoSansArabic-700.ttf", "IBMPlexSansArabic-700.ttf"])
def test_arabic_letters_join(file: str) -> None:
    alone = shape(file, "ع")[0][0]
    assert alone not in [glyph for glyph, _, _ in shape(file, "ععع")]
    assert len(shape(file, "لا")) < 3


def test_devanagari_makes_conjuncts() -> None:
    assert len(shape("NotoSansDevanagari-400.ttf", "क्ष")) == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("NotoSansThai-700.ttf", "ที่"),
        ("NotoSansHebrew-700.ttf", "שָׁ"),
        ("NotoSansArabic-700.ttf", "بَّ"),
        ("NotoSansDevanagari-700.ttf", "कें"),
        ("Inter-variable.ttf", "x̂"),
        ("Anton-400.ttf", "x̂"),
    ],
)
def test_marks_are_placed(file: str, text: str) -> None:
    unplaced = dict.fromkeys(("mark", "mkmk", "abvm", "blwm"), False)
    assert shape(file, text) != shape(file, text, unplaced)


@pytest.mark.parametrize("file", ["Inter-variable.ttf", "InterDisplay-variable.ttf"])
def test_tabular_figures_have_one_width(file: str) -> None:
    widths = {shape(file, digit, {"tnum": True}, weight=800)[0][1] for digit in "0123456789"}
    assert len(widths) == 1
    assert len({shape(file, digit, weight=800)[0][1] for digit in "0123456789"}) > 1


@pytest.mark.parametrize("file", ["PlayfairDisplay-600.ttf", "CormorantGaramond-500.ttf"])
def test_lining_figures_differ_from_old_style(file: str) -> None:
    assert shape(file, "3479", {"lnum": True}) != shape(file, "3479")


@pytest.mark.parametrize(
    "file", ["Inter-variable.ttf", "Anton-400.ttf", "PlayfairDisplay-700.ttf", "Montserrat-800.ttf"]
)
def test_kerning_is_kept(file: str) -> None:
    assert sum(advance for _, advance, _ in shape(file, "AV")) < sum(shape(file, c)[0][1] for c in "AV")


@pytest.mark.parametrize(
    "file", ["NotoSansSC-700.ttf", "NotoSerifSC-900.ttf", "NotoSansTC-500.ttf", "NotoSansJP-500.ttf"]
)
def test_full_width_punctuation_can_be_halved(file: str) -> None:
    assert 2 * shape(file, "「", {"halt": True})[0][1] == shape(file, "「")[0][1]


def test_heavier_is_wider() -> None:
    thin, black = (sum(g[1] for g in shape("Inter-variable.ttf", "SALE", weight=w)) for w in (100, 900))
    assert thin < black


def test_han_forms_differ_by_locale() -> None:
    def outline(file: str) -> str:
        font = hb_font(file)
        pen: list[str] = []
        draw = hb.DrawFuncs()
        draw.set_move_to_func(lambda x, y, out: out.append(f"M{x},{y}"))
        draw.set_line_to_func(lambda x, y, out: out.append(f"L{x},{y}"))
        draw.set_quadratic_to_func(lambda a, b, x, y, out: out.append(f"Q{a},{b},{x},{y}"))
        draw.set_close_path_func(lambda out: out.append("Z"))
        font.draw_glyph(font.get_nominal_glyph(ord("骨")), draw, pen)
        return "".join(pen)

    assert (
        len({outline(file) for file in ("NotoSansSC-500.ttf", "NotoSansTC-500.ttf", "NotoSansJP-500.ttf")})
        == 3
    )
