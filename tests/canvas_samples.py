"""Canvases of every shipped theme, and words of many scripts to set on them."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from banner_engine.fit.cells import SlotText
from banner_engine.fit.slots import Canvas
from banner_engine.load.finder import ThemeFinder
from banner_engine.load.theme import Theme
from banner_engine.locales import is_rtl
from banner_engine.shapes import shape_of
from banner_engine.shipped import shipped
from banner_engine.text import FontBook


@cache
def book() -> FontBook:
    return FontBook.load(shipped("fonts"))


@cache
def themes() -> dict[str, Theme]:
    """All shipped themes, and the base that they extend."""
    finder = ThemeFinder(shipped("themes"))
    return {name: finder.load(name) for name in ("base", *finder.names())}


def layouts() -> list[tuple[str, str]]:
    return [(theme.name, layout) for theme in themes().values() for layout in theme.layouts]


def canvas_of(
    theme: str, layout: str, size: tuple[int, int] | None = None, locale: str = "en", scale: int = 1
) -> Canvas:
    """A canvas at a size, the layout's reference size where there is none."""
    one = themes()[theme].layouts[layout]
    return Canvas(themes()[theme], one, *(size or one.reference), scale, locale, is_rtl(locale))


WORDS = {
    "en": "Gear up for less Before the first snow Shop now Waterproof Évreux fjällräven 30-day returns (11.11)",
    "de": "Rindfleischetikettierung Größe Übergangsjacke jetzt kaufen für alle Höhenlagen bis 30 % günstiger",
    "vi": "Ưu đãi đặc biệt Ếch Ỗi mua ngay hôm nay giảm giá lớn nhất năm",
    "zh-CN": "双11狂欢季 山野装备 立即抢购 到手价 活动时间，库存有限 售完即止 5折起",
    "ja": "今すぐ購入 アウトドア用品 「限定」セール 初雪の前に 送料無料",
    "ko": "지금 구매하기 겨울 신상 최대 할인 무료 배송",
    "ar": "تسوق الآن خصم كبير على معدات التخييم (٢٠٪) عرض لفترة محدودة جداً",
    "he": "קנו עכשיו מבצע סוף העונה משלוח חינם עד 50%",
    "th": "ซื้อเลย สินค้าลดราคาพิเศษ รองเท้าเดินป่า กู้ภัยที่นี่",
    "hi": "अभी खरीदें सर्दियों की बड़ी बिक्री मुफ़्त वापसी",
}
"""Words by locale; a text is some of them."""
NUMBERS = {
    "zh-CN": ("5折", "7.5折", "满300减50"),
    "ar": ("\u200e-50\u200e%\u200e",),
    "he": ("\u200e-50%",),
    "tr": ("-%50",),
}
PRICES = {
    "zh-CN": ("¥1,299", "¥99.50", "¥12,999"),
    "ar": ("\u200f1,299.50\xa0US$", "\u200f99\xa0US$"),
    "he": ("\u200f1,299.50\xa0\u200f₪",),
    "de": ("1.299,50\xa0€", "99\xa0€"),
}
SIZES = (
    (1200, 628), (300, 250), (728, 90), (300, 600), (160, 600), (970, 250), (320, 100), (1080, 1080),
    (1080, 1920), (336, 280), (468, 60), (120, 600), (250, 250),
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn, slot: str, locale: str, most: int = 4) -> str:
    if slot == "number":
        return draw(st.sampled_from(NUMBERS.get(locale, ("-50%", "-5%", "50% + 10%"))))
    if slot in ("price", "old_price"):
        return draw(st.sampled_from(PRICES.get(locale, ("$9", "$129.99", "$1,299"))))
    words = WORDS[locale].split()
    return " ".join(draw(st.lists(st.sampled_from(words), min_size=1, max_size=most)))


def sizes(shapes: tuple[str, ...] = ()) -> st.SearchStrategy[tuple[int, int]]:
    """Standard sizes, and any from 88 to 2000 px."""
    side = st.integers(88, 2000)
    some = st.sampled_from(SIZES) | st.tuples(side, side)
    return some.filter(lambda size: shape_of(*size) in shapes) if shapes else some


@st.composite
def canvases(draw: st.DrawFn, locale: str | None = None) -> Canvas:
    theme = draw(st.sampled_from(sorted(themes())))
    size = draw(sizes())
    layout = draw(st.sampled_from(themes()[theme].layouts_for(*size)))
    return canvas_of(theme, layout, size, locale or draw(st.sampled_from(sorted(WORDS))))


@st.composite
def blocks(draw: st.DrawFn, locale: str | None = None) -> tuple[Canvas, str, tuple[SlotText, ...]]:
    """A canvas, one of its blocks, and words for some of the block's slots."""
    canvas = draw(canvases(locale))
    name = draw(st.sampled_from(sorted(canvas.layout.blocks)))
    offered = [slot for row in canvas.layout.blocks[name].slots for slot in row]
    slots = draw(st.lists(st.sampled_from(offered), min_size=1, unique=True))
    words = []
    for slot in offered:
        if slot in slots:
            aspect = draw(st.sampled_from([0.0, 1.0, 4.2])) if slot == "logo" else 0.0
            words.append(SlotText(slot, draw(texts(slot, canvas.locale)), aspect))
    return canvas, name, tuple(words)
