"""Blocks of several sizes on one baseline, as shops set them: prices, and the one giant number."""

from __future__ import annotations

import re

from banner_engine.text.style import Span, TextStyle

SMALL = 0.52
"""A price's currency and decimals, × its integer part."""
PERCENT = 0.6
"""A percent sign, × the number before it."""
TUCK = -0.02
"""Em by which the smallest part moves towards the larger one before it: side bearings grow with the size."""

_DIGITS = re.compile(r"\d(?:[\d.,'’٬٫\u00a0\u202f]*\d)?")
_DECIMALS = re.compile(r"(?:[.,]\d{1,2}|٫\d+)$")
_NUMBER = re.compile(r"[\u200e\u200f\u061c]?[-+−–]?\d(?:[\d.,:/×x+–-]*\d)?")
_MARK = re.compile(r"[\u200e\u200f\u061c]?\s?[%％‰٪]")
_WORD = re.compile(r"[^\W\d_]")


def price_spans(
    formatted: str, number: TextStyle, small: TextStyle, *, ratio: float = SMALL, gap: float = 0.05
) -> tuple[Span, ...]:
    """A price as a locale writes it, with its integer part big, and currency and decimals at `ratio`.

    `¥1,299`, `$129.99`, `1.299,00 €`, `٢٤٩٫٥٠ ر.س`: what stands where is kept. gap: em before a number
    that touches its currency. Text without a number is one span in `small`.
    """
    found = _DIGITS.search(formatted)
    if found is None:
        return (Span(formatted, small),) if formatted else ()
    before, digits, after = formatted[: found.start()], found.group(), formatted[found.end() :]
    decimals = _DECIMALS.search(digits)
    cents = decimals.group() if decimals else ""
    whole = digits[: len(digits) - len(cents)]
    touches = bool(before) and not before[-1].isspace() and before[-1] not in "-−–+"
    spans = [Span(before, small, ratio, stand=True)] if before else []
    spans.append(Span(whole, number, gap=gap if touches else 0.0))
    if cents + after:
        spans.append(Span(cents + after, small, ratio, stand=True))
    return tuple(spans)


def number_spans(
    text: str, main: TextStyle, unit: TextStyle, *, ratio: float = 0.70, tail_ratio: float = 0.42
) -> tuple[Span, ...]:
    """The one giant thing of a banner: its numbers big, their units smaller, other words smaller still.

    `5折起` is 5 big, 折 at `ratio`, 起 at `tail_ratio`; `-50%` has its percent sign at 0.6; `满300减50`
    and `3件8折` have two numbers. Hanzi stand on the baseline of the figures. A text without digits is one
    span (in `unit` unless it is ASCII: display faces have no hanzi).
    """
    spans: list[Span] = []
    at, marked = 0, False
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return (Span(text, main if text.isascii() else unit),) if text else ()
    for number in numbers:
        spans += _lead(text[at : number.start()], unit, ratio, tail_ratio, touches=at > 0 and not marked)
        spans.append(Span(number.group(), main))
        at = number.end()
        mark = _MARK.match(text, at)
        marked = mark is not None
        if mark is not None:
            spans.append(Span(mark.group(), main, PERCENT))
            at = mark.end()
    spans += _tail(text[at:], unit, ratio, tail_ratio, touches=not marked)
    return tuple(spans)


def _tail(text: str, unit: TextStyle, ratio: float, tail: float, *, touches: bool) -> list[Span]:
    """What follows a number: a hanzi that touches it is its unit, the rest is small."""
    if touches and text and _is_unit(text[0]):
        spans = [Span(text[0], unit, ratio, stand=True)]
        return [*spans, Span(text[1:], unit, tail, gap=TUCK, stand=True)] if len(text) > 1 else spans
    return [Span(text, unit, tail, stand=True)] if text else []


def _lead(text: str, unit: TextStyle, ratio: float, tail: float, *, touches: bool) -> list[Span]:
    """What stands before a number, and after another one where it `touches` that one.

    One hanzi is as large as a unit (满300), words are small (低至3折); money is as in prices.
    """
    if not text:
        return []
    if not _WORD.search(text):
        return [Span(text, unit, SMALL)]
    if len(text) == 1 and _is_unit(text):
        return [Span(text, unit, ratio, stand=True)]
    return _tail(text, unit, ratio, tail, touches=touches)


def _is_unit(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"
