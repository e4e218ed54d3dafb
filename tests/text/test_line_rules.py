"""Tables of what no line may do: kinsoku (JIS X 4051, CLREQ, KLREQ), and numbers with what belongs to them."""

from __future__ import annotations

import pytest

from banner_engine.fit.wording import discount_text, money_text, percent_text
from banner_engine.load.money import Money
from banner_engine.text.breaks import line_breaks

NEVER_FIRST = {
    "points and commas": "、。，．！？：；・",
    "closing brackets": "）〕］｝〉》」』】〙〗〟",
    "quotes that close": "”’",
    "small kana": "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ",
    "marks of length and repetition": "ー々〻ヽヾゝゞ",
    "waves and dashes": "〜゠–",
    "percent and degrees": "％℃",
    "ellipsis": "…‥",
}
NEVER_LAST = {"opening brackets": "（〔［｛〈《「『【〘〖〝", "quotes that open": "“‘", "money": "￥＄￡"}
TOGETHER = ["——", "……", "‥‥", "〳〵"]


def ends(text: str, locale: str) -> set[int]:
    return {here.at for here in line_breaks(text, locale)}


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "ja", "ko"])
@pytest.mark.parametrize("kind", NEVER_FIRST)
def test_no_line_begins_with(kind: str, locale: str) -> None:
    assert [mark for mark in NEVER_FIRST[kind] if 2 in ends(f"新品{mark}特惠", locale)] == []


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "ja", "ko"])
@pytest.mark.parametrize("kind", NEVER_LAST)
def test_no_line_ends_with(kind: str, locale: str) -> None:
    after = "9" if kind == "money" else "特"
    assert [mark for mark in NEVER_LAST[kind] if 3 in ends(f"新品{mark}{after}惠", locale)] == []


@pytest.mark.parametrize("pair", TOGETHER)
def test_pairs_hold_together(pair: str) -> None:
    assert 3 not in ends(f"新品{pair}特惠", "zh-CN")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("zh-CN", "」）。"),
        ("zh-CN", "（《"),
        ("zh-CN", "！？"),
        ("ja", "』」、"),
        ("ja", "「（"),
        ("ja", "ーっ"),
    ],
)
def test_several_marks_hold_together(locale: str, text: str) -> None:
    assert not ends(f"新{text}品", locale) & set(range(2, 1 + len(text)))


LOCALES = [
    "en-US", "en-GB", "en-IN", "de-DE", "de-AT", "de-CH", "fr-FR", "fr-CA", "fr-CH", "es-ES", "es-MX",
    "it-IT", "pt-BR", "pt-PT", "nl-NL", "pl-PL", "cs-CZ", "sv-SE", "da-DK", "nb-NO", "fi-FI", "hu-HU",
    "ro-RO", "tr-TR", "el-GR", "ru-RU", "uk-UA", "bg-BG", "zh-CN", "zh-TW", "zh-HK", "ja-JP", "ko-KR",
    "ar-SA", "ar-EG", "ar-AE", "he-IL", "th-TH", "hi-IN", "vi-VN", "id-ID",
]  # fmt: skip
CURRENCIES = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "KRW", "HKD", "INR", "THB", "VND", "BRL", "PLN", "CZK",
    "SEK", "HUF", "TRY", "RUB", "UAH", "SAR", "AED", "EGP", "ILS", "KWD",
]  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_no_line_ends_inside_of_money(locale: str) -> None:
    """As its locale writes it, in words around it, from cents to millions."""
    parted = []
    for currency in CURRENCIES:
        for micros in (990_000, 19_950_000, 1_299_000_000, 1_234_567_890_000):
            price = money_text(Money(micros, currency), locale)
            text = f"ab {price} cd"
            inside = {at for at in ends(text, locale) if 3 < at < 3 + len(price)}
            if inside:
                parted.append((price, sorted(inside)))
    assert parted == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_line_ends_inside_of_a_discount(locale: str) -> None:
    for told in (percent_text(0.5, locale), discount_text(0.5, locale), discount_text(0.25, locale)):
        assert not {at for at in ends(f"ab {told} cd", locale) if 3 < at < 3 + len(told)}, told


@pytest.mark.parametrize(
    ("locale", "whole"),
    [
        ("en", "$1,299.00"), ("en", "US$ 99"), ("en", "€ 5"), ("en", "-50%"), ("en", "−30 %"), ("en", "50% OFF"),
        ("en", "2.5 kg"), ("en", "60 days"), ("en", "24 hours"), ("en", "10–20"), ("en", "3,999"), ("en", "20 °C"),
        ("en", "128 GB"), ("en", "24/7"), ("en", "5 × 3"), ("de", "20 %"), ("de", "1.299,00 €"), ("de", "30 Tage"),
        ("fr", "1 299,00 €"), ("fr", "-30 %"), ("fr", "24 heures"), ("pl", "30 zł"), ("sv", "1 299 kr"),
        ("cs", "1 299 Kč"), ("hu", "12 990 Ft"), ("ru", "1 299 ₽"), ("ru", "30 дней"), ("ru", "5 шт"),
        ("zh-CN", "5折"), ("zh-CN", "8.8折"), ("zh-CN", "¥299"), ("zh-CN", "￥299"), ("zh-CN", "满300"),
        ("zh-CN", "减50"),
        ("zh-CN", "第2件"), ("zh-CN", "24小时"), ("zh-CN", "双11"),
        ("zh-CN", "99元"), ("zh-CN", "50%"), ("ja", "2,980円"), ("ja", "10%"),
        ("ja", "50％"), ("ja", "10倍"), ("ja", "￥2,980"), ("ko", "5,000원"), ("ko", "70%"), ("ko", "30일"),
        ("ar", "٢٤٩ ر.س"), ("ar", "٧٠٪"), ("ar", "249 ر.س"), ("ar", "15%"), ("he", "₪199"), ("he", "50%"),
        ("th", "฿1,299"), ("hi", "₹1,299"), ("hi", "50%"), ("vi", "199.000 ₫"),
    ],
)  # fmt: skip
def test_a_number_and_its_unit_hold_together(locale: str, whole: str) -> None:
    text = f"ab {whole} cd"
    assert not {at for at in ends(text, locale) if 3 < at < 3 + len(whole)}
    assert {3, 3 + len(whole) + 1} <= ends(text, locale), "the words around it are free"


@pytest.mark.parametrize(
    ("locale", "text", "free"),
    [
        ("en", "size 9 shoes", 7),
        ("en", "from 5 January", 7),
        ("en", "buy 2 get 1", 6),
        ("en", "top 10 items", 7),
    ],
)
def test_a_number_before_another_word_is_free(locale: str, text: str, free: int) -> None:
    assert free in ends(text, locale)
