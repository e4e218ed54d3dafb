"""Where lines may end. "|" is a break, "~" one inside a word or phrase, "¶" one that must be."""

from __future__ import annotations

import pytest

from banner_engine.text.breaks import line_breaks


def marked(text: str, locale: str) -> str:
    out, start = [], 0
    for here in line_breaks(text, locale):
        out.append(text[start : here.at])
        out.append("¶" if here.mandatory else "~" if here.inner else "|" if here.at < len(text) else "")
        start = here.at
    return "".join(out)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        # Prices and measures hold together.
        ("en", "Save |$129.99 |today"),
        ("en", "from |US$ 5 |or |CNY 199"),
        ("de", "nur |1.299,00 € |statt |1.499,00 €"),
        ("de", "jetzt |20 % |sparen"),
        ("en", "a |5 kg |bag |for |60 days"),
        ("en", "THE |60-hour |sale, |10–20 |July"),
        ("en", "50% OFF |everything"),
        ("en", "-50% |now"),
        ("en", "open |24/7"),
        ("zh-CN", "满300减50起"),
        ("zh-CN", "全|场|5折~起"),
        ("zh-CN", "现|价|¥1,299起"),
        ("zh-CN", "前 |4 小时"),
        ("ja", "本~日|50%オ~フ|2,980円"),
        ("ko", "지~금 |50% |할~인"),
        ("ar", "خصم |٢٤٩ ر.س |فقط"),
        ("fr", "à |partir |de |1 299,00 €"),
        ("ru", "от |1 299 ₽ |за |5 шт"),
        # Kinsoku: no closing mark at a line's start, no opening one at its end.
        ("zh-CN", "跑~鞋，|快|来！"),
        ("zh-CN", "跑~鞋|（特~价）"),
        ("zh-CN", "《跑~鞋》"),
        ("ja", "「限~定」|モ~デ~ル。"),
        # Phrases, words, syllables.
        ("ja", "今~日|限~定~の|ス~ニー~カー~を"),
        ("ko", "운~동~화~를 |만~나~보~세~요"),
        ("zh-CN", "跑~鞋|特|惠"),
        ("th", "ลด|ราคา|วัน|นี้"),
        # Latin: hyphens, soft hyphens, a dash that starts no line, obligatory breaks.
        ("en", "ready-|to-|wear"),
        ("de", "Schiff\u00ad|fahrt"),
        ("en", "Now – |or |never"),
        ("en", "one\n¶two\n¶three"),
        ("en", "no\u00a0break |here"),
        ("en", ""),
        ("en", "word"),
    ],
)
def test_breaks(locale: str, expected: str) -> None:
    text = expected.translate({ord(c): None for c in "|~¶"})
    assert marked(text, locale) == expected


def test_offsets_count_characters_not_utf16_units() -> None:
    text = "🎁🎁 gift 🔥 now"
    assert [here.at for here in line_breaks(text, "en")][-1] == len(text)
    assert marked(text, "en") == "🎁|🎁 |gift |🔥 |now"
