"""The values of a feed's attributes: text in, checked value out; ValueError says what would be right."""

from __future__ import annotations

import datetime as dt
import sys
from urllib.parse import urlsplit

from banner_engine.errors import did_you_mean
from banner_engine.load.money import Money, parse_money

AVAILABILITY = ("in_stock", "out_of_stock", "preorder", "backorder")
GENDERS = ("female", "male", "unisex")
DATES_EXAMPLE = "2026-11-01T00:00+08:00/2026-11-12T00:00+08:00"


def price(text: str) -> Money:
    money = parse_money(text)
    if not money.micros:
        raise ValueError(f"'{text}' is no price: it must be above 0")
    return money


def dates(text: str) -> tuple[dt.datetime, dt.datetime]:
    """`start/end` in ISO 8601, each with time and zone; they keep the zone they were written in."""
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError(f"'{text}' is no range of dates; write start/end, such as '{DATES_EXAMPLE}'")
    start, end = (_moment(part.strip()) for part in parts)
    if end <= start:
        raise ValueError(f"the sale ends ({parts[1].strip()}) before it starts ({parts[0].strip()})")
    return start, end


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"'{text}' is no date of ISO 8601; write start/end, such as '{DATES_EXAMPLE}'"
        ) from None
    if moment.tzinfo is None:
        lacks = "time zone" if ":" in text else "time and time zone"
        raise ValueError(f"'{text}' has no {lacks}; write start/end, such as '{DATES_EXAMPLE}'")
    return moment


def availability(text: str) -> str:
    return _one_of(text, AVAILABILITY, "availability")


def gender(text: str) -> str:
    return _one_of(text, GENDERS, "gender")


def _one_of(text: str, known: tuple[str, ...], what: str) -> str:
    value = text.lower().replace(" ", "_")
    if value not in known:
        raise ValueError(f"unknown {what} '{text}'; {did_you_mean(value, known)}")
    return sys.intern(value)


def link(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        right = False
    if not right:
        raise ValueError(f"'{text}' is no link; it must start with https:// or http:// and name a host")
    return text


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ValueError(f"'{text}' is no count; write a whole number, 0 or more")
    return int(text)


def yes_or_no(text: str) -> bool:
    values = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in values:
        raise ValueError(f"'{text}' is neither yes nor no")
    return values[text.lower()]
