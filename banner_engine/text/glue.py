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
    # What Chinese shops put before a number: 满300, 减50, 第2件.
    rf"[满滿减減省第仅僅约約] ?[{_MONEY}]?{_NUMBER}",
    # A dash between words, and a dot between parts, start no line.
    r" [-–—·・•|] ",
)
_JOINED = (
    # Ranges, measures with a hyphen, dates: 10–20, 60-hour, 11.10–11.11.
    r"\d[-–~～](?=\d|[^\W\d_])",
    # Quotes and the hanzi beside them, as browsers do.
    rf"[”’](?=[{_CJK}])",
    rf"[{_CJK}](?=[“‘])",
    # and/or, example.com/sale.
    r"\S/(?=\S)",
)
_MAY_GLUE = re.compile(r"[\d/“”‘’]| [-–—·・•|] ")
# What a pattern of _JOINED ends with only looks at what follows: no line may end before that.
_GLUE = [*((re.compile(p), 0) for p in _GLUED), *((re.compile(p), 1) for p in _JOINED)]


def glued_places(text: str) -> frozenset[int]:
    """Places inside of a price, a measure or a range, where no line may end."""
    if not _MAY_GLUE.search(text):
        return frozenset()
    inside: set[int] = set()
    for pattern, beyond in _GLUE:
        at = 0
        while (found := pattern.search(text, at)) is not None:
            start, end = found.span()
            inside.update(range(start + 1, end + beyond))
            at = max(start + 1, end - 1)
    return frozenset(inside)


_WEAK = (
    " a an the of to for in on at by and or with your our from is as & + "
    " le la les un une des de du et à au aux pour en der die das ein eine und mit für im am zu von "
    " el los las una y o con para por del al il lo gli e di da per su os as um uma com "
)


def ends_weakly(text: str) -> bool:
    """A line should not end with this word: it belongs to the next one (the, of, &, für …)."""
    word = text.strip().lower()
    return bool(word) and f" {word} " in _WEAK
