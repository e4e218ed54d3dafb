"""Local days in hours: 23, 24, 25, and the odd ones; their values add up to the day's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner_engine.track.hours import (
    LocalDay,
    LocalHours,
    day_label,
    hour_end,
    hour_label,
    hour_start,
    hour_values,
    hours_alike,
    local_days,
    offsets,
)
from banner_engine.track.times import EARLIEST, HOUR, LATEST, SECOND, micros_of, to_datetime, to_micros


def day_of(zone: str, *day: int) -> LocalDay:
    noon = to_micros(datetime(*day, 12, tzinfo=ZoneInfo(zone)))  # type: ignore[misc]
    (found,) = local_days(ZoneInfo(zone), noon, noon + 1)
    assert found.date == date(*day)
    return found


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Shanghai", (2026, 11, 11), 24),
        ("Europe/Berlin", (2026, 3, 29), 23),
        ("Europe/Berlin", (2026, 10, 25), 25),
        ("America/New_York", (2026, 3, 8), 23),
        ("Asia/Kolkata", (2026, 11, 11), 24),
        ("America/Sao_Paulo", (2018, 11, 4), 23),  # this day began at 01:00
        ("America/Sao_Paulo", (2018, 2, 17), 25),  # its 23:00 came twice
        ("America/Havana", (2026, 11, 1), 25),  # its 00:00 came twice
        ("Australia/Lord_Howe", (2026, 10, 4), 24),  # 23.5 hours: the last is half an hour
        ("Australia/Lord_Howe", (2026, 4, 5), 25),  # 24.5 hours
    ],
)
def test_the_hours_of_a_day(zone: str, day: tuple[int, int, int], hours: int) -> None:
    assert len(day_of(zone, *day).hours) == hours


def test_the_values_of_hours_are_even_and_add_up() -> None:
    berlin = day_of("Europe/Berlin", 2026, 10, 25)
    values = hour_values(berlin, 1_000_000_007)
    assert values == [40_000_001] * 7 + [40_000_000] * 18
    assert hour_values(day_of("Europe/Berlin", 2026, 3, 29), 23) == [1] * 23


def test_half_an_hour_is_worth_half() -> None:
    short = day_of("Australia/Lord_Howe", 2026, 10, 4)
    assert hour_values(short, 47) == [2] * 23 + [1]
    assert short.end - list(short.hours)[-1] == HOUR // 2


def test_hours_that_share_a_name_are_two() -> None:
    zone = ZoneInfo("Europe/Berlin")
    labels = [hour_label(zone, hour) for hour in day_of("Europe/Berlin", 2026, 10, 25).hours]
    assert labels[1:5] == [
        "2026-10-25T01:00+02:00",
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]
    assert {day_label(zone, hour) for hour in day_of("Europe/Berlin", 2026, 10, 25).hours} == {"2026-10-25"}


def test_a_date_that_was_skipped_has_no_day() -> None:
    zone = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011
    start = to_micros(datetime(2011, 12, 29, 12, tzinfo=zone))
    end = to_micros(datetime(2011, 12, 31, 12, tzinfo=zone))
    assert [day.date.day for day in local_days(zone, start, end)] == [29, 31]


def test_nothing_lies_in_an_empty_span() -> None:
    assert list(local_days(ZoneInfo("UTC"), 10**15, 10**15)) == []


zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
instants = st.integers(
    to_micros(datetime.fromisoformat("2025-12-01T00:00Z")),
    to_micros(datetime.fromisoformat("2027-02-01T00:00Z")),
)


@given(zones, instants)
def test_an_hour_holds_its_instants_and_begins_at_a_full_local_hour_of_its_day(
    name: str, instant: int
) -> None:
    zone = ZoneInfo(name)
    start, end = hour_start(zone, instant), hour_end(zone, instant)
    assert start <= instant < end <= start + HOUR
    assert hour_start(zone, start) == start == hour_start(zone, end - 1)
    local = to_datetime(start).astimezone(zone)
    assert local.date() == to_datetime(end - 1).astimezone(zone).date()
    if name != "Australia/Lord_Howe":
        assert (local.minute, local.second, end - start) == (0, 0, HOUR)


@given(zones, instants, st.integers(1, 40), st.data())
def test_offsets_name_the_same_hours(name: str, start: int, days: int, data: st.DataObject) -> None:
    zone = ZoneInfo(name)
    end = start + days * 24 * HOUR
    instant = data.draw(st.integers(start, end - 1))
    phase = [phase for begin, phase in offsets(zone, start, end) if begin <= instant][-1]
    assert instant - (instant - phase) % HOUR == hour_start(zone, instant)


@given(zones, instants, st.integers(0, 10**15))
def test_a_days_hours_are_worth_the_day(name: str, instant: int, micros: int) -> None:
    (day,) = local_days(ZoneInfo(name), instant, instant + 1)
    assert sum(hour_values(day, micros)) == micros
    assert timedelta(hours=23) <= timedelta(microseconds=day.end - day.start) <= timedelta(hours=25)


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
def test_hours_of_many_instants_are_those_of_one(zone: str) -> None:
    of = LocalHours(ZoneInfo(zone))
    for instant in (
        EARLIEST,
        EARLIEST + 1,
        LATEST - 1,
        *range(1_775_000_000 * SECOND, 1_776_000_000 * SECOND, 601 * SECOND),
    ):
        assert of(instant) == hour_start(ZoneInfo(zone), instant)


def test_zones_are_alike_where_their_hours_start_together() -> None:
    def alike(one: str, other: str, year: int = 2026) -> bool:
        start = micros_of(datetime(year, 1, 1, tzinfo=UTC))
        return hours_alike(ZoneInfo(one), ZoneInfo(other), start, start + 366 * 24 * HOUR)

    assert alike("UTC", "Asia/Shanghai")
    assert alike("Europe/Berlin", "America/New_York")
    assert not alike("UTC", "Asia/Kolkata")
    assert not alike("UTC", "Australia/Lord_Howe")
    assert alike("Asia/Kolkata", "Asia/Colombo")
