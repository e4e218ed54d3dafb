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
        ("zh-CN", "前 |4 小~时"),
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


# Excerpt of LineBreakTest-12.0.0.txt, © 2018 Unicode, Inc. (unicode.org/terms_of_use.html), UAX #14:
# × no break, ÷ break. Left out are cases that `glue` decides otherwise: a number and the hanzi after
# it, spaced dashes.
CONFORMANCE = """
× 0023 × 0023 ÷
× 0023 × 0020 ÷ 0023 ÷
× 0023 × 0308 × 0020 ÷ 0023 ÷
× 0023 ÷ 2014 ÷
× 0023 × 0020 ÷ 2014 ÷
× 0023 × 0009 ÷
× 0023 ÷ 00B4 ÷
× 0023 × 000B ÷
× 0023 ÷ FFFC ÷
× 0023 × 007D ÷
× 0023 × 0020 × 007D ÷
× 0023 × 0020 × 0029 ÷
× 0023 × 0020 × 0021 ÷
× 0023 × 00A0 ÷
× 0023 ÷ AC00 ÷
× 0023 × 05D0 ÷
× 0023 × 002D ÷
× 0023 ÷ 231A ÷
× 0023 × 2024 ÷
× 0023 × 0020 × 002C ÷
× 0023 ÷ 1100 ÷
× 0023 × 17D6 ÷
× 0023 × 0030 ÷
× 0023 × 0028 ÷
× 0023 × 0024 ÷
× 0023 × 0022 ÷
× 0023 × 0020 × 0020 ÷
× 0023 × 0020 × 002F ÷
× 0023 × 0020 × 2060 ÷
× 30EF × 300D × 3002 ÷ 3053 ÷
× 30AF × 300D ÷ 307E × 3001 ÷ 672C ÷
× 30AF × 300D × 3001 ÷ 30AF ÷
× 30C7 × 30A3 ÷ 30A2 ÷ FF08 × 0061 × 0062 × FF09 × 300F ÷
× CABD ÷ C774 ÷ C5D0 ÷ C694 × 003F × 300D ÷ 3068 ÷ 805E ÷
× 540D × 0029 ÷ C740 × 0020 ÷ C54C ÷ C544 ÷ C694 × 003F × 300D ÷ 3068 ÷
× 91CF × 0029 × 0020 × 301C × 0020 ÷ 0028 × 0070 × 006F ÷
× 30C9 ÷ 91CD × FF09 × 0020 × 301C × 0020 ÷ 529B × 30FB ÷ 91CD ÷
× 306F × 0020 ÷ 0022 × 0073 × 0022 × 0020 ÷
× 306F × 3001 × 0022 × 0054 × 0068 × 0065 × 0020 ÷
× 0064 × 006F × 0067 × 0022 × 0020 ÷ 3092 ÷
× 0039 × 0030 × 0022 × 0020 ÷ 3068 ÷
× 30B9 × 30FB ÷ 30AA × 30FC ÷ 30D0 × 30FC × 30FB ÷ 30B6 × 30FB ÷ 30EC ÷
× 30B9 × 30FB ÷ 30B8 × 30E3 ÷ 30F3 ÷
× 30F3 × 30FB ÷ 30D5 × 30A9 × 30C3 ÷ 30AF ÷
× 30E1 × 30FC ÷ 30B7 × 30E7 ÷ 30F3 × 30FB ÷ 30DE × 30FC ÷ 30AF ÷
× 30F3 × 30FB ÷ 30AF ÷ 0028 × 0061 ÷
× 672C × 003A × 0020 ÷ 30AF ÷
× 51FA ÷ 5178 × 003A × 0020 ÷ 30D5 ÷ 30EA × 30FC ÷ 767E ÷
× 5F8C × 2026 ÷ 306B ÷
× 3057 × 3087 ÷ 3046 × 3002 × 3002 × 3002 ÷
× 304D × 3001 × 0021 × 0021 × 3001 × 0021 × 0021 × 0021 ÷ 3068 ÷
× 306F × 3001 × 003F ÷ 3068 × 0021 ÷ 3092 ÷
× 305F × 3001 × 2049 ÷ 0028 × 0021 × 003F × 0029 ÷ 306E ÷
× 305F × 0020 ÷ 203D ÷ 3068 ÷
× 4F8B × FF1A ÷ 00A3 × 0032 × 0033 ÷
× 8A18 ÷ 53F7 × 0020 ÷ 00A3 × 3002 ÷
× 308C ÷ 308B × 3002 ÷ 0071 × 0075 ÷
× 307E × 3002 ÷ 0061 × 0062 × 0020 ÷
× 3001 ÷ 3053 ÷ 308C ÷ 3067 ÷ 306F × 0020 ÷
× 3057 × 3001 ÷ 0061 × 0062 ÷ 3068 ÷
× 0061 ÷ 1F1E6 ÷ 0062 ÷
× 1F1F7 × 1F1FA ÷ 1F1F8 ÷
× 1F1F7 × 1F1FA ÷ 1F1F8 × 1F1EA ÷
× 1F1F7 × 1F1FA × 200B ÷ 1F1F8 × 1F1EA ÷
"""


@pytest.mark.parametrize("line", CONFORMANCE.strip().splitlines())
def test_uax14_conformance(line: str) -> None:
    parts = line.split()
    text = "".join(chr(int(code, 16)) for code in parts[1::2])
    expected = [number for number, sign in enumerate(parts[0::2]) if sign == "÷"]
    assert [here.at for here in line_breaks(text, "en")] == expected
