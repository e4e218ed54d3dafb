"""Which face draws what: slope and weight, fallback by coverage, Han by locale, and bad indexes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from banner_engine.errors import BannerError
from banner_engine.shipped import shipped
from banner_engine.text import FontBook, Span, TextStyle, shape_text
from banner_engine.text.face import FontFile
from banner_engine.text.fonts import nearest_files, speaks


def names(book: FontBook, text: str, locale: str, *families: str, weight: int = 700) -> tuple[str, ...]:
    return shape_text(book, (Span(text, TextStyle(families, weight)),), locale, False).fonts


def test_the_nearest_weight_is_taken(book: FontBook) -> None:
    def first(weight: int, italic: bool = False) -> str:
        return book.faces(("Barlow Condensed",), weight, italic, "en")[0].name

    assert first(500) == "Barlow Condensed 500"
    assert first(400) == "Barlow Condensed 500"
    assert first(900) == "Barlow Condensed 800"
    assert first(700, italic=True) == "Barlow Condensed 700 italic"


@pytest.mark.parametrize(
    ("asked", "there", "taken"),
    [
        (400, [300, 500, 700], 500),
        (500, [300, 400, 700], 400),
        (450, [300, 600], 300),
        (300, [200, 400], 200),
        (300, [500, 700], 500),
        (600, [500, 700], 700),
        (900, [300, 500], 500),
    ],
)
def test_weights_match_as_css_matches_them(asked: int, there: list[int], taken: int) -> None:
    files = [FontFile(Path(str(w)), "F", (w, w), False, ()) for w in there]
    assert [f.weights[0] for f in nearest_files(files, asked, False)] == [taken]


def test_a_variable_file_has_every_weight_in_its_range(book: FontBook) -> None:
    thin, bold = (book.faces(("Inter",), weight, False, "en")[0] for weight in (200, 850))
    assert (thin.name, bold.name) == ("Inter 200", "Inter 850")
    letter = thin.glyph(ord("H"))
    assert bold.hb_font.get_glyph_h_advance(letter) > thin.hb_font.get_glyph_h_advance(letter)
    assert book.digest_of(thin) != book.digest_of(bold)
    assert book.faces(("Inter",), 950, False, "en")[0].weight == 900


def test_fallback_works_within_a_line(book: FontBook) -> None:
    assert names(book, "5折", "zh-CN", "Anton", "Noto Sans SC") == ("Anton 400", "Noto Sans SC 700")
    assert names(book, "Sale распродажа", "ru", "Anton", "Inter") == ("Anton 400", "Inter 700")


def test_a_fallback_has_the_asked_weight(book: FontBook) -> None:
    assert names(book, "A爆", "zh-CN", "Playfair Display", weight=500)[-1].endswith("500")


def test_han_glyphs_follow_the_locale(book: FontBook) -> None:
    assert names(book, "直", "zh-CN", "Inter", "Noto Sans SC")[0].startswith("Noto Sans SC")
    japanese = [f for f in book.families if any(speaks(x.locales, "ja") for x in book.files if x.family == f)]
    if japanese:
        assert names(book, "直", "ja", "Inter", "Noto Sans SC")[0].startswith(japanese[0])


def test_quotes_between_hanzi_are_full_width_ones(book: FontBook) -> None:
    assert names(book, "他说“好”", "zh-CN", "Inter", "Noto Sans SC") == ("Noto Sans SC 700",)
    assert names(book, "say “yes”", "en", "Inter", "Noto Sans SC") == ("Inter 700",)


@pytest.mark.parametrize(
    ("locales", "locale", "same"),
    [
        (("zh-CN",), "zh", True),
        (("zh-CN",), "zh-Hans-SG", True),
        (("zh-CN",), "zh-TW", False),
        (("zh-TW",), "zh-HK", True),
        (("ja",), "ja-JP", True),
        (("ja",), "zh-CN", False),
        ((), "ja", False),
    ],
)
def test_locales_are_compared_by_language_and_script(
    locales: tuple[str, ...], locale: str, same: bool
) -> None:
    assert speaks(locales, locale) is same


def test_a_letter_and_its_accent_are_one_character(book: FontBook) -> None:
    apart, whole = (
        shape_text(book, (Span(text, TextStyle(("Anton",))),), "fr", False)
        for text in ("e\u0301te\u0301", "été")
    )
    assert apart.text == whole.text == "été"
    assert apart.runs[0].gids == whole.runs[0].gids


def test_missing_characters_are_reported_and_never_set(book: FontBook) -> None:
    shaped = shape_text(book, (Span("ok \U00013000", TextStyle(("Inter",))),), "en", False)
    assert shaped.missing == ("\U00013000",)
    with pytest.raises(BannerError, match=r"no font has '.' \(U\+13000\)") as error:
        shaped.need_all()
    assert error.value.kind == "font"


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("\U00013000", "Noto Sans Egyptian Hieroglyphs"),
        ("শেষ দিন", "Noto Sans Bengali"),
        ("అమ్మకం", "Noto Sans Telugu"),
        ("ቅናሽ", "Noto Sans Ethiopic"),
        ("特價𠮷", "Noto Sans SC"),
        ("\U0001d11e", "Noto Sans Symbols 2"),
    ],
)
def test_a_missing_script_names_the_font_to_add(book: FontBook, text: str, font: str) -> None:
    with pytest.raises(BannerError, match="no font has") as error:
        shape_text(book, (Span(text, TextStyle(("Inter",))),), "en", False).need_all()
    assert error.value.hint == f"add one that has it to the theme's fonts, such as {font}, or change the text"


def test_an_unknown_family_names_the_nearest(book: FontBook) -> None:
    with pytest.raises(BannerError, match="no font family 'Intr'; did you mean 'Inter'"):
        book.faces(("Intr",), 400, False, "en")


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fonts.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_later_folder_replaces_a_family_and_adds_others(tmp_path: Path) -> None:
    shutil.copy(shipped("fonts") / "Anton-400.ttf", tmp_path / "mine.ttf")
    mine = write(
        tmp_path,
        "fonts:\n- {family: Inter, file: mine.ttf}\n- {family: Mine, file: mine.ttf, weight: 700}\n",
    )
    book = FontBook.load(shipped("fonts"), mine)
    assert [f.path.name for f in book.files if f.family == "Inter"] == ["mine.ttf"]
    assert book.faces(("Mine",), 400, False, "en")[0].name == "Mine 700"
    assert "Anton" in book.families


def test_a_web_font_is_unpacked(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(shipped("fonts") / "Anton-400.ttf")
    font.flavor = "woff2"
    font.save(tmp_path / "anton.woff2")
    write(tmp_path, "fonts:\n- {family: Web, file: anton.woff2}\n")
    face = FontBook.load(tmp_path).faces(("Web",), 400, False, "en")[0]
    assert face.glyph(ord("A")) > 0
    assert face.cap_height == pytest.approx(0.859, abs=0.001)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "fonts:\n- family: A\n  file: none.ttf\n",
            r"fonts.yaml, line 3, fonts.0.file: no font file 'none.ttf'",
        ),
        ("fonts:\n- {family: A, fil: x.ttf}\n", "unknown key 'fil'.*did you mean 'file'"),
        ("fonts: []\n", "fonts"),
        ("fonts:\n- {family: A, file: x.ttf, weight: [900, 100]}\n", r"write \[lightest, heaviest\]"),
        ("nothing: 1\n", "nothing"),
    ],
)
def test_a_broken_index_says_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BannerError) as error:
        FontBook.load(write(tmp_path, text))
    assert __import__("re").search(message, str(error.value)), str(error.value)


def test_a_folder_without_fonts_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("fonts come later")
    with pytest.raises(BannerError, match=r"no fonts\.yaml and no font here; put \.ttf, \.otf, \.woff2"):
        FontBook.load(tmp_path)
    with pytest.raises(BannerError, match=r"no fonts\.yaml and no font here"):
        FontBook.load(tmp_path / "nowhere")


def test_font_files_without_an_index_speak_for_themselves(tmp_path: Path) -> None:
    """TTF, WOFF2, variable files and slopes; their own names, whatever the files are called."""
    from fontTools.ttLib import TTFont

    shutil.copy(shipped("fonts") / "Inter-variable.ttf", tmp_path / "c.ttf")
    shutil.copy(shipped("fonts") / "PlayfairDisplay-500-italic.ttf", tmp_path / "a.ttf")
    font = TTFont(shipped("fonts") / "BarlowCondensed-700.ttf")
    font.flavor = "woff2"
    font.save(tmp_path / "b.WOFF2")
    book = FontBook.load(tmp_path)
    assert [(f.family, f.weights, f.italic) for f in book.files] == [
        ("Playfair Display", (500, 500), True),
        ("Barlow Condensed", (700, 700), False),
        ("Inter", (100, 900), False),
    ]
    assert names(book, "Ag", "en", "Inter", weight=850) == ("Inter 850",)
    assert names(book, "Ag", "en", "Barlow Condensed") == ("Barlow Condensed 700",)


def cff_font(path: Path) -> None:
    """An OTF with two letters: a square A and a tall B."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    def box(height: int) -> object:
        pen = T2CharStringPen(600, None)
        pen.moveTo((50, 0))
        for point in ((550, 0), (550, height), (50, height)):
            pen.lineTo(point)
        pen.closePath()
        return pen.getCharString()

    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "A", "B"])
    builder.setupCharacterMap({65: "A", 66: "B"})
    builder.setupCFF("Boxes", {}, {".notdef": box(500), "A": box(500), "B": box(700)}, {})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", "A", "B"], (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Bold"})
    builder.setupOS2(usWeightClass=700)
    builder.setupPost()
    builder.save(path)


def test_an_otf_is_measured_and_drawn(tmp_path: Path) -> None:
    from banner_engine.text import Outline, TextPaint, draw_text, set_text

    cff_font(tmp_path / "boxes.otf")
    book = FontBook.load(tmp_path)
    assert [(f.family, f.weights) for f in book.files] == [("Boxes", (700, 700))]
    block = set_text(
        shape_text(book, (Span("AB", TextStyle(("Boxes",), 700)),), "en", False), size=100, width=999, max_lines=1
    )  # fmt: skip
    assert block is not None
    assert (block.width, block.height) == (pytest.approx(110), pytest.approx(70))
    raster = draw_text(block, TextPaint("#FFFFFF", Outline(0.04, "#000000")), 10, 100)
    assert raster.alpha.getbbox() is not None


def test_a_file_that_is_no_font_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"not a font at all")
    write(tmp_path, "fonts:\n- {family: Bad, file: bad.ttf}\n")
    book = FontBook.load(tmp_path)
    with pytest.raises(BannerError, match=r"bad\.ttf: is not a font; use TTF, OTF or WOFF2"):
        shape_text(book, (Span("A", TextStyle(("Bad",))),), "en", False)
