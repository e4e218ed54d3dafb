"""Instants as the store keeps them: integer microseconds since 1970-01-01T00:00Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from banner_engine.errors import BannerError

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Outside of these years a number is seconds or milliseconds taken for microseconds, not a campaign.
EARLIEST = 946_684_800 * SECOND  # 2000-01-01
LATEST = 7_258_118_400 * SECOND  # 2200-01-01


def to_micros(time: datetime, field: str = "time") -> int:
    """Microseconds since the epoch; BannerError for a time without a zone or outside 2000–2199."""
    if time.tzinfo is None:
        raise BannerError(
            f"time {time.isoformat()} has no zone", field=field, hint="write 2026-11-11T20:00:00+08:00"
        )
    return checked(micros_of(time), field)


def micros_of(time: datetime) -> int:
    """Microseconds since the epoch of a time with a zone, whatever its year."""
    since = time - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def checked(micros: int, field: str = "time") -> int:
    """The same number, if it is an instant of the years 2000–2199; else BannerError."""
    if EARLIEST <= micros < LATEST:
        return micros
    raise BannerError(
        f"time {micros} is not in the years 2000 to 2199",
        field=field,
        hint="numbers are microseconds since 1970, with 15 or 16 digits",
    )


def to_datetime(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def parse_time(text: str | int, field: str = "time") -> int:
    """Microseconds from ISO 8601 with a zone, or from microseconds since the epoch (a number or digits)."""
    if isinstance(text, int) and not isinstance(text, bool):
        return checked(text, field)
    if isinstance(text, str):
        if text.isascii() and text.isdigit():
            return checked(int(text[:20]), field)
        try:
            return to_micros(datetime.fromisoformat(text), field)
        except ValueError:
            pass
    raise BannerError(
        f"'{text}' is no time",
        field=field,
        hint="write 2026-11-11T20:00:00+08:00, or microseconds since 1970",
    )
