"""Facts out of the store's roll-ups, and of the few events that are not rolled yet: exact, and fast."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, select

from banner_engine.report.facts import NO_HOUR, Facts, Money, recount_facts, spots_of, summed
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.split import Ints
from banner_engine.track.fold import Deltas
from banner_engine.track.hours import hours_alike
from banner_engine.track.rollups import Spent, check_complete, folder, rolled_extent, waiting, waiting_spend
from banner_engine.track.rules import Rules, read_rules
from banner_engine.track.tables import MEASURES, hourly, hourly_spend, reasons

_IMPRESSIONS = MEASURES.index("impressions")


def read_facts(
    connection: Connection,
    settings: CampaignSettings,
    since: int | None,
    until: int | None,
    simulated: bool,
    by_hour: bool,
) -> Facts:
    """Everything in [since, until), microseconds since the epoch, both at the start of a local hour.

    by_hour: whether clicks, gross and spend are wanted by the hour, as net impressions always are.
    From the roll-ups where they count as the settings say, else a recount. BannerError where a recount
    is needed and raw events are gone.
    """
    deltas = waiting(connection)
    spent = waiting_spend(connection, folder(connection))
    hours = [key[1] for key in chain[Any](deltas.hourly, spent)] + rolled_extent(connection)
    rules = read_rules(connection).get(settings.campaign, Rules())
    if hours and not _alike(settings, rules, min(hours), max(hours)):
        check_complete(connection)
        return recount_facts(connection, settings, since, until, simulated, by_hour)
    return _Rolled(connection, settings, since, until, int(simulated)).facts(deltas, spent, by_hour)


def _alike(settings: CampaignSettings, rules: Rules, first: int, last: int) -> bool:
    """Whether the roll-ups' hours and windows are those of the settings."""
    windows = settings.windows
    if (windows.early, windows.late) != (rules.early, rules.late):
        return False
    return hours_alike(settings.zone, rules.zone, first, last + 1)


class _Rolled:
    """The roll-ups of one campaign in one range."""

    def __init__(
        self,
        connection: Connection,
        settings: CampaignSettings,
        since: int | None,
        until: int | None,
        simulated: int,
    ) -> None:
        self._connection = connection
        self._campaign = settings.campaign
        self._since, self._until = since, until
        self._simulated = simulated
        self._spots, self._spot_of_arm = spots_of(connection, settings.campaign)

    def facts(self, deltas: Deltas, spent: Spent, by_hour: bool) -> Facts:
        fresh = [
            (arm, hour, *cell)
            for (simulated, hour, arm), cell in deltas.hourly.items()
            if simulated == self._simulated and self._inside(hour)
        ]
        counted = [np.array(fresh, np.int64).reshape(-1, 2 + len(MEASURES)), *self._counted(by_hour)]
        matrix = np.concatenate(counted)
        spot = self._spot(matrix[:, 0])
        matrix, spot = matrix[spot >= 0], spot[spot >= 0]
        seen = matrix[:, 1][matrix[:, 1] != NO_HOUR]
        hours = [] if not len(seen) else [int(seen.min()), int(seen.max())]
        if not by_hour:
            hours += self._extent()
            matrix[matrix[:, 2 + _IMPRESSIONS] == 0, 1] = NO_HOUR
        money = self._money(spent)
        hours += [one.hour for one in money]
        if not by_hour:
            money = _anytime(money)
        spot, hour, measures = summed(spot, matrix[:, 1], matrix[:, 2:])
        first, last = (min(hours), max(hours)) if hours else (None, None)
        return Facts(self._spots, spot, hour, measures, money, first, last, self._reasons(deltas))

    def _spot(self, arms: Ints) -> Ints:
        known = arms < len(self._spot_of_arm)
        return np.where(known, self._spot_of_arm[np.where(known, arms, 0)], -1)

    def _inside(self, hour: int) -> bool:
        return (self._since is None or hour >= self._since) and (self._until is None or hour < self._until)

    def _within(self, query: Select[Any], table: Any) -> Select[Any]:
        query = query.where(table.c.simulated == self._simulated)
        if self._since is not None:
            query = query.where(table.c.hour >= self._since)
        if self._until is not None:
            query = query.where(table.c.hour < self._until)
        return query

    def _counted(self, by_hour: bool) -> list[Ints]:
        """Rows of (arm, hour, *MEASURES)."""
        if by_hour:
            return self._by_hour(MEASURES)
        # Value needs the hours of impressions; all else is counted in far fewer rows.
        others = [name for name in MEASURES if name != "impressions"]
        sums = select(hourly.c.arm, *(func.sum(hourly.c[name]) for name in others)).group_by(hourly.c.arm)
        rows = self._connection.execute(self._within(sums, hourly)).all()
        rest = np.zeros((len(rows), 2 + len(MEASURES)), np.int64)
        places = [0, *(2 + MEASURES.index(name) for name in others)]
        flat = np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * len(places))
        rest[:, places] = flat.reshape(-1, len(places))
        return [*self._by_hour(("impressions",)), rest]

    def _by_hour(self, names: Sequence[str]) -> list[Ints]:
        """One part for each hour. An hour comes as one text of numbers: a hundred times fewer rows to fetch."""
        columns = [cast(hourly.c[name], Text) for name in ("arm", *names)]
        line: ColumnElement[str] = columns[0]
        for column in columns[1:]:
            line = line + " " + column
        query = select(hourly.c.hour, func.aggregate_strings(line, " ")).group_by(hourly.c.hour)
        if tuple(names) == ("impressions",):
            query = query.where(hourly.c.impressions != 0)
        places = [0, *(2 + MEASURES.index(name) for name in names)]
        parts = []
        for hour, text in self._connection.execute(self._within(query, hourly)):
            numbers = np.fromstring(text, np.int64, sep=" ").reshape(-1, len(places))
            part: npt.NDArray[np.int64] = np.zeros((len(numbers), 2 + len(MEASURES)), np.int64)
            part[:, places] = numbers
            part[:, 1] = hour
            parts.append(part)
        return parts

    def _extent(self) -> list[int]:
        """The first and the last hour in which this campaign has anything, flagged or not."""
        found = []
        for order in (hourly.c.hour.asc(), hourly.c.hour.desc()):
            query = self._within(select(hourly.c.arm, hourly.c.hour), hourly).order_by(order)
            of_campaign = (
                hour
                for arm, hour in self._connection.execute(query)
                if arm < len(self._spot_of_arm) and self._spot_of_arm[arm] >= 0
            )
            found += [*islice(of_campaign, 1)]
        return found

    def _money(self, spent: Spent) -> list[Money]:
        columns = (hourly_spend.c.hour, hourly_spend.c.arm, hourly_spend.c.currency, hourly_spend.c.micros)
        rows = [tuple(row) for row in self._connection.execute(self._within(select(*columns), hourly_spend))]
        rows += [
            (hour, arm, currency, micros)
            for (simulated, hour, arm, currency), micros in spent.items()
            if simulated == self._simulated and self._inside(hour)
        ]
        sums: dict[tuple[int, int, str], int] = {}
        for hour, arm, currency, micros in rows:
            spot = int(self._spot(np.array([arm]))[0])
            if spot >= 0:
                sums[spot, hour, currency] = sums.get((spot, hour, currency), 0) + micros
        return [
            Money(spot, hour, currency, micros) for (spot, hour, currency), micros in sorted(sums.items())
        ]

    def _reasons(self, deltas: Deltas) -> dict[str, int]:
        query = select(reasons.c.reason, func.sum(reasons.c.receipts)).group_by(reasons.c.reason)
        query = self._within(query.where(reasons.c.campaign == self._campaign), reasons)
        tally: dict[str, int] = {row[0]: int(row[1]) for row in self._connection.execute(query)}
        for (simulated, campaign, hour, reason), number in deltas.reasons.items():
            if (simulated, campaign) == (self._simulated, self._campaign) and self._inside(hour):
                tally[reason] = tally.get(reason, 0) + number
        return dict(sorted(tally.items()))


def _anytime(money: list[Money]) -> list[Money]:
    sums: dict[tuple[int, str], int] = {}
    for one in money:
        sums[one.spot, one.currency] = sums.get((one.spot, one.currency), 0) + one.micros
    return [Money(spot, NO_HOUR, currency, micros) for (spot, currency), micros in sorted(sums.items())]
