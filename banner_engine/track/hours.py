"""Local days cut into hours: 24 of them, 23 or 25 where clocks change, and what each hour is worth.

Hours are counted from local midnight in elapsed time. An hour is named by the instant it starts, in
microseconds since the epoch; so the two hours called 01:00 of an autumn night are two. A zone that
changes by half an hour (Lord Howe) ends such a day with a half hour, worth half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from banner_engine.track.times import HOUR, micros_of, to_datetime

QUARTER = HOUR // 4


@dataclass(frozen=True, slots=True)
class LocalDay:
    """[start, end) in microseconds since the epoch."""

    date: date
    start: int
    end: int

    @property
    def hours(self) -> range:
        """The instants at which its hours start."""
        return range(self.start, self.end, HOUR)

    def hour_of(self, instant: int) -> int:
        return instant - (instant - self.start) % HOUR


def local_days(zone: ZoneInfo, start: int, end: int) -> Iterator[LocalDay]:
    """The local days that meet [start, end), in order. A date that a zone skipped has no day."""
    if start >= end:
        return
    day = to_datetime(start).astimezone(zone).date()
    while True:
        following = day + timedelta(days=1)
        found = LocalDay(day, _midnight(zone, day), _midnight(zone, following))
        if found.start >= end:
            return
        if found.start < found.end and found.end > start:
            yield found
        day = following


def _midnight(zone: ZoneInfo, day: date) -> int:
    # fold=0: the first of two midnights; of a midnight that was skipped, the instant of the change.
    return micros_of(datetime.combine(day, time(), tzinfo=zone))


def hour_start(zone: ZoneInfo, instant: int) -> int:
    """The start of the local hour that holds an instant."""
    day = next(local_days(zone, instant, instant + 1))
    return day.hour_of(instant)


def hour_end(zone: ZoneInfo, instant: int) -> int:
    """The end of the local hour that holds an instant."""
    day = next(local_days(zone, instant, instant + 1))
    return min(day.hour_of(instant) + HOUR, day.end)


def offsets(zone: ZoneInfo, start: int, end: int) -> list[tuple[int, int]]:
    """(from, phase): from that instant on, hours start where instant % HOUR == phase. Mostly one entry."""
    found: list[tuple[int, int]] = []
    for day in local_days(zone, start, end):
        phase = day.start % HOUR
        if not found or found[-1][1] != phase:
            found.append((day.start, phase))
    return found


def hours_alike(one: ZoneInfo, other: ZoneInfo, start: int, end: int) -> bool:
    """Whether the local hours of two zones start at the same instants, all through [start, end)."""
    if one.key == other.key:
        return True
    found = {phase for zone in (one, other) for _, phase in offsets(zone, start, end)}
    return len(found) == 1


def hour_values(day: LocalDay, micros_per_day: int) -> list[int]:
    """What each of the day's hours is worth, in micros; they add up to the day's value.

    By length, so equal for whole hours; the micros that are left over go to the earliest hours.
    """
    edges = [*day.hours, day.end]
    lengths = [late - early for early, late in pairwise(edges)]
    total = day.end - day.start
    shares = [divmod(micros_per_day * length, total) for length in lengths]
    left = micros_per_day - sum(whole for whole, _ in shares)
    first = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))[:left]
    return [whole + (place in first) for place, (whole, _) in enumerate(shares)]


def hour_label(zone: ZoneInfo, instant: int) -> str:
    """2026-11-11T20:00+08:00"""
    return to_datetime(instant).astimezone(zone).isoformat(timespec="minutes")


def day_label(zone: ZoneInfo, instant: int) -> str:
    """2026-11-11"""
    return to_datetime(instant).astimezone(zone).date().isoformat()


class LocalHours:
    """The start of the local hour that holds an instant, for many instants of one zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._start_of: dict[int, int] = {}

    def __call__(self, instant: int) -> int:
        # Since 2000 every zone changes its clock at a whole quarter of an hour of UTC.
        quarter = instant // QUARTER
        start = self._start_of.get(quarter)
        if start is None:
            start = self._start_of[quarter] = hour_start(self._zone, quarter * QUARTER)
        return start
