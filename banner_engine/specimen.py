"""A specimen of type: every family, weight and script of a book of fonts, and every effect, for an eye to judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from banner_engine.shipped import shipped
from banner_engine.text import (
    Extrude,
    Face,
    FontBook,
    Glow,
    Outline,
    SetText,
    Shadow,
    Span,
    TextPaint,
    TextStyle,
    draw_text,
    fit_text,
    number_spans,
    price_spans,
    shape_text,
)

WIDTH, MARGIN, COLUMN_GAP = 1760, 40, 40
PAPER, INK, FAINT = (250, 248, 244), TextPaint("#1B1B1F"), TextPaint("#8A8780")
TITLE, LABEL = TextStyle(("Inter Display", "Inter"), 700), TextStyle(("Inter",), 500)
ROW, SAMPLE = 42, 23.0
"""px: a row of a family in one weight, and the size of its type."""


class Sample(NamedTuple):
    """Copy in one script. letters: what a face must have to be shown with it."""

    script: str
    locale: str
    rtl: bool
    text: str
    letters: str


SAMPLES = (
    Sample("Latin", "en", False, "Quiet sale, $129 Åé", "QuietsalÅé"),
    Sample("Vietnamese", "vi", False, "Giảm giá", "Giảmá"),
    Sample("Cyrillic", "ru", False, "Распродажа", "Распродж"),
    Sample("Greek", "el", False, "Συλλογή", "Συλογή"),
    Sample("Simplified Chinese", "zh-CN", False, "爆款跑鞋，5折起", "爆款跑鞋"),
    Sample("Traditional Chinese", "zh-TW", False, "週年慶，5折起", "週年慶"),
    Sample("Japanese", "ja", False, "秋の新作スニーカー", "秋のスニカ"),
    Sample("Korean", "ko", False, "오늘만 할인", "오늘만할인"),
    Sample("Arabic", "ar", True, "تسوّق الآن ووفّر ٧٠٪", "تسوقالآن"),
    Sample("Hebrew", "he", True, "מבצע 50% היום", "מבצעהיו"),
    Sample("Thai", "th", False, "ลดราคาวันนี้", "ลดราคว"),
    Sample("Devanagari", "hi", False, "आज ही ख़रीदें", "आजहीखरद"),
    Sample("Emoji", "en", False, "🎁🔥👟⌚❤️👍🏽", "🎁🔥👟⌚👍"),
)
HAN = ("zh-CN", "zh-TW", "ja", "ko")
VARIABLE_WEIGHTS = (100, 300, 400, 500, 700, 900)


def shipped_book() -> FontBook:
    """The fonts that came with this installation."""
    return FontBook.load(shipped("fonts"))


def specimen_sheet(book: FontBook) -> Image.Image:
    """The sheet: families by weight and script, scripts by locale in one order of fonts, then effects."""
    canvas = _Sheet(book)
    canvas.title("Families, weights, scripts")
    canvas.rows(list(_faces(book)))
    canvas.title("Scripts, by locale, from one order of families")
    canvas.scripts()
    canvas.title("Effects of headlines")
    canvas.panels(EFFECTS)
    canvas.title("Numbers and prices")
    canvas.panels(FIGURES)
    return canvas.picture()


def _faces(book: FontBook) -> Iterator[tuple[Face, TextStyle, tuple[Sample, ...]]]:
    """Every weight of every family, with the samples of the scripts that it is made for."""
    for family in book.families:
        files = [file for file in book.files if file.family == family]
        seen: set[str] = set()
        for file in files:
            low, high = file.weights
            for weight in [w for w in VARIABLE_WEIGHTS if low <= w <= high] if low < high else [low]:
                face = Face(file, weight)
                if face.name in seen:
                    continue
                seen.add(face.name)
                samples = [s for s in SAMPLES if all(face.glyph(ord(c)) for c in s.letters)]
                # A face for hanzi or Arabic has Latin, too; it is shown with what it is there for.
                own = [s for s in samples if s.script not in ("Latin", "Vietnamese", "Cyrillic", "Greek")]
                spoken = [s for s in own if not file.locales or s.locale in file.locales]
                yield face, TextStyle((family,), weight, file.italic), tuple(spoken or own or samples)


@dataclass(frozen=True, slots=True)
class Panel:
    """One effect: spans on a ground. size: px of the type."""

    label: str
    ground: str
    spans: tuple[Span, ...]
    paint: TextPaint
    size: float = 84.0
    locale: str = "en"
    rtl: bool = False


_ANTON, _HANZI = TextStyle(("Anton", "Noto Sans SC"), 900), TextStyle(("Noto Sans SC",), 900)
_SERIF = TextStyle(("Playfair Display",), 500, italic=True)
_GOLD = ((0.0, "#FFFFFF"), (0.42, "#FFF0A8"), (0.66, "#FFD02E"), (1.0, "#FF9A1F"))
_ICE = ((0.0, "#FFFFFF"), (0.5, "#F0EDFF"), (1.0, "#C4BDFF"))
_DEPTH, _NEON = Extrude(9, 0.0045, 0.0062, "#7A0018"), Glow(0.1, "#7A5CFF", 0.75)
_RIM, _SOFT = Outline(0.07, "#8E0020"), Shadow(0.02, 0.06, 0.05, "#1A0006", 0.55)


def _span(text: str, style: TextStyle, **more: float) -> tuple[Span, ...]:
    return (Span(text, style, **more),)  # type: ignore[arg-type]


EFFECTS = (
    Panel("plain", "#E6224A", _span("HEAR THE NIGHT", _ANTON), TextPaint("#FFFFFF")),
    Panel("gradient", "#15102B", _span("HEAR THE NIGHT", _ANTON), TextPaint(_ICE)),
    Panel("outline", "#FF5A36", _span("爆款跑鞋 SALE", _ANTON), TextPaint("#FFFFFF", _RIM), 84, "zh-CN"),
    Panel("extrusion", "#E6224A", _span("装备狂欢季", _HANZI), TextPaint("#FFFFFF", extrude=_DEPTH), 84,
          "zh-CN"),
    Panel("glow", "#0B0820", _span("HEAR THE NIGHT", _ANTON), TextPaint(_ICE, glow=_NEON)),
    Panel("shadow", "#2E7D5B", _span("Quiet leather", _SERIF), TextPaint("#FFF6E2", shadow=_SOFT)),
    Panel(
        "skew", "#E6224A", _span("全场5折 NOW", TextStyle(("Anton", "Noto Sans SC"), 900, skew=10)),
        TextPaint("#FFFFFF", extrude=_DEPTH), 84, "zh-CN",
    ),
    Panel(
        "outline, extrusion, gradient", "#E6224A", _span("双11狂欢", TextStyle(("Noto Sans SC",), 900, skew=8)),
        TextPaint(_GOLD, Outline(0.05, "#8E0020"), _DEPTH), 84, "zh-CN",
    ),
    Panel(
        "all together", "#3A0D5E", _span("GO BIG 🎁", _ANTON), TextPaint(_GOLD, _RIM, _DEPTH, _NEON, _SOFT),
    ),
    Panel(
        "outline of a joined script", "#0E5C63", _span("تسوّق الآن", TextStyle(("IBM Plex Sans Arabic",), 700)),
        TextPaint("#FFFFFF", Outline(0.08, "#06343A")), 76, "ar", True,
    ),
    Panel(
        "glow of Devanagari and Thai", "#0B0820", _span("आज लดราคา", TextStyle(("Inter",), 700)),
        TextPaint("#FFFFFF", glow=_NEON), 76, "hi",
    ),
    Panel(
        "tracking, capitals of Turkish", "#18332B",
        _span("istanbul ışık", TextStyle(("Montserrat",), 500, tracking=0.14, case="upper")), TextPaint("#E9C98A"), 44,
        "tr",
    ),
)  # fmt: skip
_FIGURE, _SMALL = TextStyle(("Anton",), 400), TextStyle(("Inter",), 800)
_ARABIC = tuple(TextStyle(("IBM Plex Sans Arabic",), weight) for weight in (700, 600))
_OLD = _span("$1,798.00", TextStyle(("Inter",), 500), strike=True)
FIGURES = (
    Panel("5折起", "#E6224A", number_spans("5折起", _FIGURE, _HANZI), TextPaint(_GOLD, extrude=_DEPTH), 150, "zh-CN"),
    Panel("-50%", "#15102B", number_spans("-50%", _FIGURE, _HANZI), TextPaint(_ICE, glow=_NEON), 150),
    Panel("满300减50", "#B3122E", number_spans("满300减50", _FIGURE, _HANZI), TextPaint("#FFE9A8"), 110, "zh-CN"),
    Panel("$129.99", "#F1ECE2", price_spans("$129.99", _FIGURE, _SMALL), TextPaint("#B3122E"), 110),
    Panel("1.299,00 €", "#F1ECE2", price_spans("1.299,00 €", _FIGURE, _SMALL), TextPaint("#1B1B1F"), 96, "de"),
    Panel("٢٤٩٫٥٠ ر.س", "#F1ECE2", price_spans("٢٤٩٫٥٠ ر.س", *_ARABIC), TextPaint("#0E5C63"), 96, "ar", True),
    Panel("old price", "#F1ECE2", _OLD, TextPaint("#77736B"), 72),
    Panel("tabular figures", "#F1ECE2",
          _span("1,111.11\n8,888.88", TextStyle(("Inter",), 700, features=("tnum",))), TextPaint("#1B1B1F"), 60),
)  # fmt: skip
PANELS_A_ROW, PANEL_HEIGHT = 4, 220


class _Sheet:
    """Draws from top to bottom onto a canvas that grows."""

    def __init__(self, book: FontBook) -> None:
        self.book = book
        self.y = MARGIN
        self.canvas = Image.new("RGB", (WIDTH, 4096), PAPER)

    def picture(self) -> Image.Image:
        return self.canvas.crop((0, 0, WIDTH, self.y + MARGIN))

    def _need(self, height: int) -> None:
        while self.y + height + MARGIN > self.canvas.height:
            taller = Image.new("RGB", (WIDTH, self.canvas.height * 2), PAPER)
            taller.paste(self.canvas, (0, 0))
            self.canvas = taller

    def _put(
        self, spans: tuple[Span, ...], size: float, x: float, y: float, paint: TextPaint, width: float,
        locale: str = "en", rtl: bool = False,
    ) -> float:  # fmt: skip
        """Draws one line whose ink starts at x, on the baseline y; the width of its ink."""
        shaped = shape_text(self.book, spans, locale, rtl)
        if shaped.missing:
            return 0.0
        line = fit_text(
            shaped, width=width, height=9e9, min_size=size * 0.7, max_size=size, max_lines=1, step=0.25
        )
        if line is None:
            return 0.0
        draw_text(line, paint, line.anchor(x, x + line.width), y).onto(self.canvas)
        return line.width

    def title(self, text: str) -> None:
        self._need(80)
        self.y += 24
        self._put(_span(text, TITLE), 30, MARGIN, self.y + 26, INK, WIDTH)
        self.y += 56

    def rows(self, faces: list[tuple[Face, TextStyle, tuple[Sample, ...]]]) -> None:
        """Two columns of faces, one a row: its name, and a sample of each of its scripts."""
        half = (len(faces) + 1) // 2
        self._need(half * ROW)
        column = (WIDTH - 2 * MARGIN - COLUMN_GAP) / 2
        for number, (face, style, samples) in enumerate(faces):
            x = MARGIN + (number // half) * (column + COLUMN_GAP)
            baseline = self.y + (number % half) * ROW + 32
            self._put(_span(face.name, LABEL), 13, x, baseline, FAINT, 185)
            at = x + 195
            for sample in samples:
                spans = _span(sample.text, style)
                room = x + column - at
                at += self._put(spans, SAMPLE, at, baseline, INK, room, sample.locale, sample.rtl) + 22
        self.y += half * ROW

    def scripts(self) -> None:
        """Each script in its locale at two weights, with the fonts that took part; hanzi in four locales."""
        style = TextStyle(("Inter",), 400)
        extra = [
            Sample("Mixed directions", "he", True, "הדגם iPhone 15 (128GB) ב-₪3,499", ""),
            Sample("Mixed scripts", "ja", False, "iPhone15が50%オフ、Новый! 오늘만", ""),
            *(Sample(f"Han, {locale}", locale, False, "直骨刃角冷述令", "") for locale in HAN),
        ]
        for sample in (*SAMPLES, *extra):
            self._need(ROW)
            baseline = self.y + 32
            self._put(_span(sample.script, LABEL), 14, MARGIN, baseline, FAINT, 180)
            for at, weight in ((240, 400), (700, 800)):
                spans = _span(sample.text, TextStyle(style.families, weight))
                self._put(spans, SAMPLE, at, baseline, INK, 430, sample.locale, sample.rtl)
            shaped = shape_text(self.book, _span(sample.text, style), sample.locale, sample.rtl)
            told = "no font has " + " ".join(shaped.missing) if shaped.missing else ", ".join(shaped.fonts)
            self._put(_span(told, LABEL), 14, 1160, baseline, FAINT, WIDTH - MARGIN - 1160)
            self.y += ROW

    def panels(self, panels: tuple[Panel, ...]) -> None:
        """Effects on their grounds, four in a row."""
        gap = 20
        width = (WIDTH - 2 * MARGIN - gap * (PANELS_A_ROW - 1)) // PANELS_A_ROW
        for first in range(0, len(panels), PANELS_A_ROW):
            self._need(PANEL_HEIGHT + 60)
            for number, panel in enumerate(panels[first : first + PANELS_A_ROW]):
                x = MARGIN + number * (width + gap)
                self.canvas.paste(panel.ground, (x, self.y, x + width, self.y + PANEL_HEIGHT))
                block = self._set(panel, width - 60)
                if block is not None:
                    left = x + (width - block.width) / 2
                    middle = self.y + PANEL_HEIGHT / 2 - (block.ink[1] + block.ink[3]) / 2
                    at = block.anchor(left, left + block.width)
                    draw_text(block, panel.paint, at, middle).onto(self.canvas)
                self._put(_span(panel.label, LABEL), 13, x, self.y + PANEL_HEIGHT + 20, FAINT, width)
            self.y += PANEL_HEIGHT + 44

    def _set(self, panel: Panel, width: float) -> SetText | None:
        shaped = shape_text(self.book, panel.spans, panel.locale, panel.rtl)
        if shaped.missing:
            return None
        return fit_text(
            shaped, width=width, height=PANEL_HEIGHT - 40, min_size=12, max_size=panel.size, max_lines=2,
            balance=True, align="center",
        )  # fmt: skip
