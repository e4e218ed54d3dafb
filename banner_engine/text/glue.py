"""What belongs together on one line: prices, measures, ranges, little words and what they lead to."""

from __future__ import annotations

import re

_NUMBER = r"\d(?:(?:[\d.,'’٬٫\u00a0\u202f]| (?=\d{3}(?!\d)))*\d)?"
_SIGN = r"[-+−–±]?"
_MONEY = "$¢£¤¥֏؋৳฿៛₠-⃀﷼﹩＄￠￡￥￦元円圆원"
_UNITS = (
    "off|days?|hours?|hrs?|minutes?|mins?|min|seconds?|secs?|weeks?|months?|years?|jours?|heures?|ans|Tage?n?|"
    "Stunden?|Jahren?|días?|horas?|años?|giorni|ore|anni|дней|дня|день|часов|часа|час|лет|года?|"
    "kg|g|mg|lbs?|oz|km|m|cm|mm|in|ft|ml|cl|l|GB|TB|MB|Hz|kHz|W|kW|kWh|V|mAh|Ah|MP|px|h|s|pcs|pc|шт|Stk|St|"
    "руб|р|zł|kr|Kč|lei|Ft|лв|грн|ر\\.س|د\\.إ|ج\\.م|د\\.ك|ريال|درهم|جنيه|"
    "°C|°F|°|€|%|‰|٪|x|×"
)
_CODES = (
    "US|USD|EUR|GBP|CNY|RMB|JPY|KRW|HKD|TWD|SGD|AUD|CAD|NZD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|UAH|RUB|TRY|ILS|"
    "SAR|AED|EGP|QAR|KWD|INR|THB|VND|IDR|MYR|PHP|BRL|MXN|ARS|CLP|COP|ZAR|NGN"
)
_CJK = "\u3005\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff々ヶ"
_CJK_UNITS = (
    "小时|小時|分钟|分鐘|个月|個月|公斤|公里|公分|厘米|毫米|毫升|毫安|件套|"
    "時間|ヶ月|か月|カ月|日間|年間|시간|개월|주년"
)
"""Units of several characters; any other character after a number holds to it alone."""
_GLUED = (
    # A sign or name of money before its number: ¥ 1,299, US$ 129, CNY 199.
    rf"(?:[{_MONEY}]|\b(?:{_CODES}|[A-Z]{{1,3}}[$¥])|R[$MSsp]\.?|kr\.?|Fr\.?|ر\.س|د\.إ) ?{_SIGN}{_NUMBER}",
    # A number and its unit: 20 %, 129 €, 5 kg, 30 days, 5折, 4 小时; a chain of them: 2小时30分.
    rf"{_SIGN}{_NUMBER}[ \u00a0\u202f]?(?:(?:{_UNITS})(?![^\W\d_])|(?:{_CODES})\b|[{_MONEY}](?! ?\d))",
    # The spaces in 1 299.
    _NUMBER,
    rf"{_NUMBER}(?: ?|[%％])(?:{_CJK_UNITS}|[{_CJK}])",
    # The sign before its number: %50, as Turkish writes it.
    rf"{_SIGN}[%٪] ?{_NUMBER}",
    rf"{_NUMBER} ?[×x] ?{_NUMBER}",
    rf"{_NUMBER}[ \u00a0]?[%٪] (?:off|OFF|Off)\b",
    # What Chinese shops put before a number: 满300, 减50, 第2件, 双11.
    rf"[满滿减減省第仅僅约約双雙] ?[{_MONEY}]?{_NUMBER}",
)
# Ranges, measures with a hyphen, dates: 10–20, 60-hour, 11.10–11.11.
_RANGE = r"\d[-–~～](?=\d|[^\W\d_])"
# A dash between words, and a dot between parts, start no line.
_DASH = r" [-–—·・•|] "
_JOINED = (
    # Quotes and the hanzi beside them, as browsers do.
    rf"[”’](?=[{_CJK}])",
    rf"[{_CJK}](?=[“‘])",
    # and/or, example.com/sale.
    r"\S/(?=\S)",
)
_DIGIT = re.compile(r"\d")
_LEAD = 8
"""Characters before a number that may belong to it: a name of money, its blank, a sign."""
_MARK = re.compile(rf"[/“”‘’]|{_DASH}")
# What a lookahead ends with only follows: no line may end before that.
_NUMBERS = [*((re.compile(p), 0) for p in _GLUED), (re.compile(_RANGE), 1)]
_MARKS = [(re.compile(_DASH), 0), *((re.compile(p), 1) for p in _JOINED)]


def glued_places(text: str) -> frozenset[int]:
    """Places inside of a price, a measure or a range, where no line may end."""
    digit, mark = _DIGIT.search(text), _MARK.search(text)
    inside: set[int] = set()
    if digit is not None:
        _glue(text, _NUMBERS, max(0, digit.start() - _LEAD), inside)
    if mark is not None:
        _glue(text, _MARKS, 0, inside)
    return frozenset(inside)


def _glue(text: str, patterns: list[tuple[re.Pattern[str], int]], start: int, inside: set[int]) -> None:
    for pattern, beyond in patterns:
        at = start
        while (found := pattern.search(text, at)) is not None:
            first, end = found.span()
            inside.update(range(first + 1, end + beyond))
            at = max(first + 1, end - 1)


_WEAK = frozenset(
    [
        "a", "an", "the", "of", "to", "for", "in", "on", "at", "by", "and", "or", "with", "your", "our",
        "from", "is", "as", "&", "+", "le", "la", "les", "un", "une", "des", "de", "du", "et", "à", "au",
        "aux", "pour", "en", "der", "die", "das", "ein", "eine", "und", "mit", "für", "im", "am", "zu",
        "von", "el", "los", "las", "una", "y", "o", "con", "para", "por", "del", "al", "il", "lo", "gli",
        "e", "di", "da", "per", "su", "os", "um", "uma", "com",
    ]
)  # fmt: skip


def ends_weakly(text: str) -> bool:
    """A line should not end with this word: it belongs to the next one (the, of, &, für …)."""
    return text.strip().lower() in _WEAK
