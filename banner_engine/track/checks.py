"""What an id, an amount and a flag must look like to be stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

from banner_engine.errors import BannerError

LONGEST_ID = 200
MOST_MICROS = 10**15  # a thousand million of a currency: sums of many stay within 64 bits
_FLAG = re.compile(r"[a-z][a-z0-9_]*")
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_id(value: object, field: str) -> None:
    """BannerError unless it is text of 1 to 200 characters."""
    if not isinstance(value, str) or not value:
        raise BannerError("an event needs an id" if field == "event_id" else "an id is missing", field=field)
    if len(value) > LONGEST_ID:
        raise BannerError(f"an id of {len(value)} characters", field=field, hint=f"at most {LONGEST_ID}")


def check_money(micros: object, currency: object, field: str) -> None:
    """BannerError unless it is an amount of at least 0 in a currency with three capital letters."""
    if isinstance(micros, bool) or not isinstance(micros, int) or not 0 <= micros <= MOST_MICROS:
        raise BannerError(
            f"{micros!r} is no amount", field=field, hint="give micros, 0 or more, as an integer"
        )
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise BannerError(f"'{currency}' is no currency", field="currency", hint="write it like CNY")


def check_flags(flags: Iterable[str]) -> None:
    """BannerError unless each is a lower-case word; the store keeps them in one text, with commas."""
    for flag in flags:
        if not _FLAG.fullmatch(flag):
            raise BannerError(f"'{flag}' is no flag", field="flags", hint="write it like own_ip")
