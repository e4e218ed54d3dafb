"""What the hours of placements are worth, and who earned it.

Each local hour of the flight has its part of the placement's value of the day; the variants that had net
impressions in that hour share it by them, to the last micro. An hour without one is unsold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banner_engine.report.facts import Facts
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.split import Ints, largest_remainder
from banner_engine.track.hours import hour_end, hour_start, hour_values, local_days
from banner_engine.track.tables import MEASURES
from banner_engine.track.times import to_micros

_IMPRESSIONS = MEASURES.index("impressions")


@dataclass(frozen=True, slots=True)
class Worth:
    """earned: micros of each of the facts' (spot, hour), shape (n,), 0 where there is no value.

    unsold: (placement, hour, micros) of each hour that nobody earned.
    """

    earned: Ints
    unsold: list[tuple[str, int, int]]


def worth(settings: CampaignSettings, facts: Facts, since: int | None, until: int | None) -> Worth:
    """Only hours of the flight have value. Without `until` they end with the newest event."""
    earned = np.zeros(len(facts.spot), np.int64)
    unsold: list[tuple[str, int, int]] = []
    start, end = _valued(settings, facts, since, until)
    days = list(local_days(settings.zone, start, end))
    place = np.array([hour for day in days for hour in day.hours], np.int64)
    inside = (place >= start) & (place < end)
    hours = place[inside]
    placement_of_spot = np.array([placement for _, placement in facts.spots], object)
    placement_of_cell = placement_of_spot[facts.spot] if len(facts.spot) else np.zeros(0, object)
    for placement, value in sorted(settings.placements.items()):
        amounts = np.array(
            [micros for day in days for micros in hour_values(day, value.value_micros_per_day)], np.int64
        )[inside]
        cells = np.flatnonzero(placement_of_cell == placement)
        at = np.searchsorted(hours, facts.hour[cells])
        valued = at < len(hours)
        valued[valued] = hours[at[valued]] == facts.hour[cells[valued]]
        cells, at = cells[valued], at[valued]
        impressions = facts.measures[cells, _IMPRESSIONS]
        earned[cells] = largest_remainder(amounts, at, impressions)
        sold = np.zeros(len(hours), np.int64)
        np.add.at(sold, at, impressions)
        empty = sold == 0
        pairs = zip(hours[empty].tolist(), amounts[empty].tolist(), strict=True)
        unsold += [(placement, hour, micros) for hour, micros in pairs]
    return Worth(earned, unsold)


def _valued(
    settings: CampaignSettings, facts: Facts, since: int | None, until: int | None
) -> tuple[int, int]:
    """[start, end) of the hours that have value, both at the start of a local hour."""
    zone = settings.zone
    starts = [] if since is None else [since]
    ends = [] if until is None else [until]
    if settings.flight is not None:
        first, past = (to_micros(instant, "flight") for instant in settings.flight)
        starts.append(hour_start(zone, first))
        ends.append(hour_end(zone, past - 1))
    elif facts.first is not None:
        starts.append(hour_start(zone, facts.first))
    if until is None and facts.last is not None:
        ends.append(hour_end(zone, facts.last))
    if not starts or (until is None and facts.last is None):
        return 0, 0
    return max(starts), min(ends)
