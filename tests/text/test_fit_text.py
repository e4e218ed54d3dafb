"""Fitting: ink stays inside the slot, the size is the largest one on the grid, lines read well."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from banner_engine.errors import BannerError
from banner_engine.text import FontBook, SetText, Shaped, Span, TextStyle, fit_text, set_text, shape_text

ANTON = TextStyle(("Anton",), 400)
INTER = TextStyle(("Inter",), 500)
HANZI = TextStyle(("Noto Sans SC",), 900)
SERIF = TextStyle(("Playfair Display",), 400, italic=True)


def shaped(book: FontBook, text: str, style: TextStyle = INTER, locale: str = "en") -> Shaped:
    return shape_text(book, (Span(text, style),), locale, locale in ("ar", "he"))


def fitted(book: FontBook, text: str, style: TextStyle = INTER, locale: str = "en", **slot: float) -> SetText:
    asked = {"width": 400.0, "height": 200.0, "min_size": 8.0, "max_size": 120.0, "max_lines": 3} | slot
    block = fit_text(shaped(book, text, style, locale), balance=True, **asked)  # type: ignore[arg-type]
    assert block is not None
    return block


def lines(block: SetText) -> list[str]:
    return [line.text for line in block.lines]


def test_one_line_is_as_wide_as_the_slot_allows(book: FontBook) -> None:
    block = fitted(book, "SALE", ANTON, width=300, height=1000, max_size=10_000, max_lines=1, step=0.001)
    assert block.width == pytest.approx(300, abs=0.01)
    # Anton's "SALE" at 1000 px, ink from HarfBuzz's own extents.
    ink = shaped(book, "SALE", ANTON).line(0, 1).ink
    assert ink is not None
    assert block.size == pytest.approx(300 / (ink[2] - ink[0]), abs=0.002)


def test_height_is_that_of_the_ink(book: FontBook) -> None:
    flat = fitted(book, "nano", ANTON, width=10_000, height=50, max_size=1000, max_lines=1)
    tall = fitted(book, "Énjoy", ANTON, width=10_000, height=50, max_size=1000, max_lines=1)
    assert flat.size > 1.5 * tall.size
    assert flat.height <= 50
    assert tall.height <= 50


def test_sizes_lie_on_the_grid(book: FontBook) -> None:
    assert fitted(book, "Grid", width=77, max_lines=1).size == 40
    assert fitted(book, "Grid", width=77, max_lines=1, step=0.25).size in {40.25, 40.5, 40.75}
    assert fitted(book, "Grid", width=1000, height=1000, max_size=33.3).size == 33.3


def test_the_smallest_size_is_tried_though_it_is_off_the_grid(book: FontBook) -> None:
    shape = shaped(book, "Grid")
    wide = set_text(shape, size=10.4, width=1000, max_lines=1)
    assert wide is not None
    block = fit_text(shape, width=wide.width, height=99, min_size=10.4, max_size=50, max_lines=1, step=5)
    assert block is not None
    assert block.size == 10.4


def test_what_does_not_fit_is_none(book: FontBook) -> None:
    long = shaped(book, "Unbreakable")
    assert fit_text(long, width=20, height=99, min_size=10, max_size=20, max_lines=4) is None
    assert set_text(long, size=10, width=20, max_lines=4) is None
    tall = shaped(book, "one two three")
    assert fit_text(tall, width=30, height=15, min_size=10, max_size=20, max_lines=4) is None


def test_an_empty_text_is_an_empty_block(book: FontBook) -> None:
    block = fit_text(shaped(book, ""), width=9, height=9, min_size=5, max_size=8, max_lines=1)
    assert block is not None
    assert (block.lines, block.ink, block.size) == ((), (0, 0, 0, 0), 8)


@pytest.mark.parametrize(
    ("width", "size", "expected"),
    [(490, 134, ["HEAR", "THE NIGHT"]), (900, 134, ["HEAR THE NIGHT"]), (300, 80, ["HEAR", "THE NIGHT"])],
)
def test_headlines_break_before_little_words(
    book: FontBook, width: int, size: int, expected: list[str]
) -> None:
    block = fitted(book, "HEAR THE NIGHT", ANTON, width=width, height=600, max_size=size)
    assert lines(block) == expected


def test_the_fewest_lines_that_reach_the_size_are_taken(book: FontBook) -> None:
    assert len(fitted(book, "two words", width=1000, max_size=20).lines) == 1


def test_balanced_lines_are_of_like_width(book: FontBook) -> None:
    block = fitted(book, "the quick brown fox jumps over the lazy dog", width=260, max_size=24, height=90)
    widths = [line.width for line in block.lines]
    assert max(widths) < 1.35 * min(widths)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Members save on all running shoes now", 404, ["Members save on all running", "shoes now"]),
        ("Wireless sound for the whole day in", 208, ["Wireless sound", "for the whole", "day in"]),
    ],
)
def test_the_last_line_is_no_single_short_word(
    book: FontBook, text: str, width: int, expected: list[str]
) -> None:
    """The lines before it could be fuller: the widow would cost less space, and read worse."""
    block = set_text(shaped(book, text), size=24, width=width, max_lines=6)
    assert block is not None
    assert lines(block) == expected


@pytest.mark.parametrize("text", ["a To the Very AV Wide", "Play To Win", "AV AW Ta To"])
@pytest.mark.parametrize("style", [SERIF, TextStyle(("Playfair Display",), 700), ANTON, INTER])
def test_a_line_is_shaped_as_if_it_stood_alone(book: FontBook, text: str, style: TextStyle) -> None:
    """Kerning with the blank before a line's first letter goes where the line is broken."""
    wrapped = set_text(shaped(book, text, style), size=100, width=300, max_lines=9)
    assert wrapped is not None and len(wrapped.lines) > 1
    for line in wrapped.lines:
        alone = set_text(shaped(book, line.text, style), size=100, width=9999, max_lines=1)
        assert alone is not None
        assert line.width == pytest.approx(alone.lines[0].width, abs=1e-6)
        assert line.ink == pytest.approx(alone.lines[0].ink, abs=1e-6)


def test_chinese_lines_break_between_words(book: FontBook) -> None:
    """Lines of three hanzi would be larger, but would part 跑 from 鞋."""
    block = fitted(book, "新款跑鞋特惠", HANZI, "zh-CN", width=230, height=230, max_lines=2)
    assert "跑鞋" in lines(block)[0] or "跑鞋" in lines(block)[1]


def test_words_are_broken_inside_only_where_nothing_else_fits(book: FontBook) -> None:
    one = shaped(book, "跑鞋", HANZI, "zh-CN")
    wide = fit_text(one, width=100, height=300, min_size=10, max_size=100, max_lines=2)
    narrow = fit_text(one, width=15, height=300, min_size=10, max_size=100, max_lines=2)
    assert wide is not None and lines(wide) == ["跑鞋"]
    assert narrow is not None and lines(narrow) == ["跑", "鞋"]


def test_obligatory_breaks_hold(book: FontBook) -> None:
    block = fitted(book, "a\nb c\n\nd", max_lines=4, max_size=20)
    assert lines(block) == ["a", "b c", "", "d"]
    assert fit_text(shaped(book, "a\nb"), width=99, height=99, min_size=5, max_size=9, max_lines=1) is None


def test_a_soft_hyphen_shows_only_at_a_break(book: FontBook) -> None:
    text = "Schiff\u00adfahrt"
    assert lines(fitted(book, text, locale="de", width=400, max_size=20)) == ["Schifffahrt"]
    assert lines(fitted(book, text, locale="de", width=60, min_size=18, max_size=18)) == ["Schiff‐", "fahrt"]
    plain = set_text(shaped(book, "Schiff"), size=18, width=99, max_lines=1)
    hyphened = set_text(shaped(book, text), size=18, width=60, max_lines=2)
    assert plain is not None and hyphened is not None
    assert hyphened.lines[0].width > plain.lines[0].width + 3


def test_case_follows_the_locale(book: FontBook) -> None:
    upper = TextStyle(("Inter",), 500, case="upper")
    assert lines(fitted(book, "istanbul", upper, "tr")) == ["İSTANBUL"]
    assert lines(fitted(book, "istanbul", upper, "en")) == ["ISTANBUL"]
    assert lines(fitted(book, "straße", upper, "de")) == ["STRASSE"]


def test_tracking_stands_between_letters_only(book: FontBook) -> None:
    plain = fitted(book, "ABC", max_size=20, max_lines=1)
    wide = fitted(book, "ABC", TextStyle(("Inter",), 500, tracking=0.2), max_size=20, max_lines=1)
    assert wide.lines[0].width == pytest.approx(plain.lines[0].width + 2 * 0.2 * 20, abs=0.2)
    assert wide.width == pytest.approx(plain.width + 2 * 0.2 * 20, abs=0.2)


def test_skew_makes_exactly_the_room_that_it_needs(book: FontBook) -> None:
    upright = fitted(book, "I", ANTON, max_size=100, max_lines=1)
    slanted = fitted(book, "I", TextStyle(("Anton",), 400, skew=12), max_size=100, max_lines=1)
    lean = math.tan(math.radians(12)) * upright.cap_height
    assert slanted.width == pytest.approx(upright.width + lean, abs=0.1)


def test_tabular_figures_have_one_width(book: FontBook) -> None:
    def width(text: str, *features: str) -> float:
        style = TextStyle(("Inter",), 500, features=features)
        return fitted(book, text, style, max_size=50, max_lines=1).lines[0].width

    assert width("111", "tnum") == pytest.approx(width("888", "tnum"))
    assert width("111") < width("888")


def test_spans_share_a_baseline(book: FontBook) -> None:
    block = shape_text(
        book, (Span("5", ANTON), Span("折", HANZI, 0.7), Span("起", HANZI, 0.42)), "zh-CN", False
    )
    line = set_text(block, size=100, width=1000, max_lines=1)
    assert line is not None
    assert [glyphs.scale for _, glyphs in line.lines[0].shape.pieces] == [1.0, 0.7, 0.42]
    assert -line.ink[1] == pytest.approx(line.cap_height, rel=0.02)


def test_gap_and_rise(book: FontBook) -> None:
    def ink(**more: float) -> tuple[float, float, float, float]:
        spans = (Span("H", INTER), Span("x", INTER, **more))  # type: ignore[arg-type]
        block = set_text(shape_text(book, spans, "en", False), size=100, width=1000, max_lines=1)
        assert block is not None
        return block.ink

    plain = ink()
    assert ink(gap=0.3)[2] == pytest.approx(plain[2] + 30)
    assert ink(rise=0.5)[1] < plain[1]


@pytest.mark.parametrize("align", ["start", "center", "end"])
@pytest.mark.parametrize("rtl", [False, True])
def test_lines_are_aligned_by_their_ink(book: FontBook, align: str, rtl: bool) -> None:
    shape = shape_text(book, (Span("HI\nOJO", INTER),), "en", rtl)
    block = set_text(shape, size=50, width=999, max_lines=2, align=align)  # type: ignore[arg-type]
    assert block is not None
    side = "center" if align == "center" else "left" if (align == "start") != rtl else "right"
    assert block.side == side
    for line in block.lines:
        left, right = line.x + line.ink[0], line.x + line.ink[2]
        edge = {"left": left, "center": (left + right) / 2, "right": right}[side]
        assert edge == pytest.approx(0, abs=1e-9)
    assert block.anchor(10, 30) == {"left": 10, "center": 20, "right": 30}[side]


def test_missing_characters_can_not_be_set(book: FontBook) -> None:
    with pytest.raises(BannerError, match=r"no font has"):
        fit_text(shaped(book, "\U00013000"), width=9, height=9, min_size=1, max_size=2, max_lines=1)


@pytest.mark.parametrize("wrong", [{"min_size": 0.0}, {"min_size": 30.0}, {"max_lines": 0}, {"step": 0.0}])
def test_impossible_bounds_are_errors(book: FontBook, wrong: dict[str, float]) -> None:
    asked = {"width": 9.0, "height": 9.0, "min_size": 5.0, "max_size": 20.0, "max_lines": 1} | wrong
    with pytest.raises(BannerError, match="can't fit text"):
        fit_text(shaped(book, "x"), **asked)  # type: ignore[arg-type]


# --- properties -----------------------------------------------------------------------------------

STYLES = [
    ANTON,
    INTER,
    HANZI,
    SERIF,
    TextStyle(("Playfair Display", "Noto Sans SC"), 600, tracking=0.08, leading=1.0),
    TextStyle(("Barlow Condensed", "Noto Sans SC"), 700, skew=9, leading=0.95, case="upper"),
]
WORDS = st.sampled_from(
    """
Sale|now|THE|NIGHT|Ångström|jolly|fjord|50%|$129.99|1.299,00|€|爆款跑鞋|限时特惠|（今日）|5折
满300减50|…|“quoted”|f!|Qy|W,|распродажа|Ёлка|Ελλάδα|AVAVA|Schiff\u00adfahrt|4|小时|מבצע
(היום)|₪199|خصم|٥٠٪|الأحذية|ลดราคา|आज|ख़रीदें|오늘만|スニーカー|🎁|👨\u200d👩\u200d👧
ja\u00adi|Wörter\u00adbuch|fl\u00adi|ففف|كككك|תוי|f(x)|（|）。|“|ﷺ|ปู่ที่|क्षत्रिय
""".strip()
    .replace("\n", "|")
    .split("|")
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
SLOTS = st.fixed_dictionaries(
    {
        "width": st.floats(20, 700),
        "height": st.floats(8, 300),
        "min_size": st.sampled_from([6.0, 9.5, 12.0]),
        "max_size": st.sampled_from([24.0, 60.0, 200.0]),
        "max_lines": st.integers(1, 4),
        "step": st.sampled_from([0.5, 1.0, 4.0]),
    }
)
COMMON = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
LOCALES = st.sampled_from(["en", "de", "zh-CN", "ja", "ko", "ar", "th", "hi"])


def largest_by_brute_force(shape: Shaped, slot: dict[str, float], inner: bool) -> float:
    """Every way to break the text, each with the size that its own ink allows."""
    ends = [i + 1 for i, s in enumerate(shape.segments) if inner or not s.inner]
    places, last = ends[:-1], ends[-1]
    best = 0.0
    for count in range(int(slot["max_lines"])):
        for chosen in itertools.combinations(places, count):
            cuts = [0, *chosen, last]
            if any(shape.segments[i].mandatory for a, b in itertools.pairwise(cuts) for i in range(a, b - 1)):
                continue
            inks = [shape.line(a, b).ink or (0.0, 0.0, 0.0, 0.0) for a, b in itertools.pairwise(cuts)]
            width = max(ink[2] - ink[0] for ink in inks)
            top = min(n * shape.leading + ink[1] for n, ink in enumerate(inks))
            bottom = max(n * shape.leading + ink[3] for n, ink in enumerate(inks))
            best = max(best, min(slot["width"] / max(width, 1e-9), slot["height"] / max(bottom - top, 1e-9)))
    return best


def on_grid(size: float, slot: dict[str, float]) -> float | None:
    if size >= slot["max_size"]:
        return slot["max_size"]
    steps = math.floor(size / slot["step"] + 1e-9) * slot["step"]
    if steps > slot["min_size"]:
        return steps
    return slot["min_size"] if size >= slot["min_size"] else None


@COMMON
@given(
    text=TEXTS, style=st.sampled_from(STYLES), slot=SLOTS, balance=st.booleans(), locale=LOCALES, rtl=st.booleans()
)  # fmt: skip
@example(
    text="（今日） （今日）", style=ANTON, balance=False, locale="zh-CN", rtl=True,
    slot={"width": 20.0, "height": 13.0, "min_size": 6.0, "max_size": 24.0, "max_lines": 2, "step": 0.5},
)  # fmt: skip
def test_the_size_is_the_largest_of_all_ways_to_break(
    book: FontBook, text: str, style: TextStyle, slot: dict[str, float], balance: bool, locale: str, rtl: bool
) -> None:
    shape = shape_text(book, (Span(text, style),), locale, rtl)
    if shape.missing:
        return
    block = fit_text(shape, balance=balance, **slot)  # type: ignore[arg-type]
    expected = on_grid(largest_by_brute_force(shape, slot, False) * (1 + 1e-9), slot)
    if expected is None:
        expected = on_grid(largest_by_brute_force(shape, slot, True) * (1 + 1e-9), slot)
    assert (block.size if block else None) == expected


@COMMON
@given(
    text=TEXTS,
    style=st.sampled_from(STYLES),
    slot=SLOTS,
    align=st.sampled_from(["start", "center", "end"]),
    locale=LOCALES,
    rtl=st.booleans(),
)
def test_ink_stays_inside_and_nothing_is_lost(
    book: FontBook, text: str, style: TextStyle, slot: dict[str, float], align: str, locale: str, rtl: bool
) -> None:
    shape = shape_text(book, (Span(text, style),), locale, rtl)
    if shape.missing:
        return
    block = fit_text(shape, align=align, **slot)  # type: ignore[arg-type]
    if block is None:
        return
    assert block.width <= slot["width"] + 1e-3
    assert block.height <= slot["height"] + 1e-3
    assert len(block.lines) <= slot["max_lines"]
    assert slot["min_size"] <= block.size <= slot["max_size"]

    def letters(value: str) -> list[str]:
        return sorted(c for c in value if c not in " \u00ad‐-")

    if not any(glyphs.level for line in block.lines for _, glyphs in line.shape.pieces):
        assert letters("".join(lines(block))) == letters(shape.text)
        assert not any(line.text.startswith((" ", "，", "）", "%")) for line in block.lines[1:])
    assert all(gid for line in block.lines for _, glyphs in line.shape.pieces for gid in glyphs.gids)


@COMMON
@given(text=TEXTS, style=st.sampled_from(STYLES), slot=SLOTS)
def test_the_same_text_is_set_the_same_way(
    book: FontBook, text: str, style: TextStyle, slot: dict[str, float]
) -> None:
    from banner_engine.cache import shared

    shape = shaped(book, text, style)
    if shape.missing:
        return
    first = fit_text(shape, **slot)  # type: ignore[arg-type]
    shared.clear()
    second = fit_text(shaped(book, text, style), **slot)  # type: ignore[arg-type]
    assert (first and (first.digest, first.ink, lines(first))) == (
        second and (second.digest, second.ink, lines(second))
    )
