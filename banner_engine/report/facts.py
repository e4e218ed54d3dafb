"""Counts raw events by variant, placement and local hour, straight from the store.

`rolled` reads the same from the roll-ups; this is the recount that they must agree with, and what answers
where a report wants other windows or hours than the store rolls by.

Net: the first valid receipt of each (decision, kind); valid is unflagged and inside the windows around
the decision's time. A receipt that names no decision counts by itself. Which receipts are first does not
depend on the order in which they were stored, nor on the range that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Result,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from banner_engine.report.settings import CampaignSettings
from banner_engine.report.split import Ints
from banner_engine.track.hours import offsets
from banner_engine.track.records import KINDS
from banner_engine.track.tables import MEASURES, arms, events, spend
from banner_engine.track.times import HOUR, SECOND

IMPRESSION, CLICK = (KINDS.index(kind) + 1 for kind in ("impression", "click"))
ROWS_AT_ONCE = 50_000
NO_HOUR = 0


@dataclass(frozen=True, slots=True)
class Money:
    """Spend of one hour: place in Facts.spots, hour, currency, micros."""

    spot: int
    hour: int
    currency: str
    micros: int


@dataclass(frozen=True, slots=True)
class Facts:
    """spots: (variant_id, placement), sorted; variant_id is '' for spend of a whole placement.

    spot, hour: shape (n,), each pair once; the hour is NO_HOUR for what was not wanted by the hour.
    measures: shape (n, len(MEASURES)). first, last: the oldest and the newest instant that was counted.
    flags: receipts by the reason why they are not net.
    """

    spots: list[tuple[str, str]]
    spot: Ints
    hour: Ints
    measures: Ints
    spend: list[Money]
    first: int | None
    last: int | None
    flags: dict[str, int]


def recount_facts(
    connection: Connection,
    settings: CampaignSettings,
    since: int | None,
    until: int | None,
    simulated: bool,
    hourly: bool,
) -> Facts:
    """Everything in [since, until), microseconds since the epoch, both at the start of a local hour.

    hourly: whether clicks, gross and spend are wanted by the hour, as net impressions always are.
    """
    query = _Query(settings, since, until, simulated, hourly)
    spots, spot_of_arm = spots_of(connection, settings.campaign)
    first, last = query.extent(connection)
    if first is None or last is None:
        nothing = np.zeros(0, np.int64)
        return Facts(spots, nothing, nothing, np.zeros((0, len(MEASURES)), np.int64), [], None, None, {})
    query.phases = offsets(settings.zone, first, last + 1)
    counted = np.concatenate([query.net(connection), query.alone(connection), query.gross(connection)])
    spot, hour, measures = summed(spot_of_arm[counted[:, 0]], counted[:, 1], counted[:, 2:])
    money = [
        Money(int(spot_of_arm[arm]), hour, currency, micros)
        for arm, hour, currency, micros in query.spend(connection)
    ]
    return Facts(spots, spot, hour, measures, money, first, last, query.flags(connection))


def spots_of(connection: Connection, campaign: str) -> tuple[list[tuple[str, str]], Ints]:
    """The campaign's (variant, placement) pairs, sorted, and the pair of each arm's number (-1: of others)."""
    rows = connection.execute(
        select(arms.c.seq, arms.c.variant_id, arms.c.placement).where(arms.c.campaign == campaign)
    ).all()
    spots = sorted({(row.variant_id, row.placement) for row in rows})
    place = {spot: position for position, spot in enumerate(spots)}
    spot_of_arm = np.full(max((row.seq for row in rows), default=0) + 1, -1, np.int64)
    for row in rows:
        spot_of_arm[row.seq] = place[row.variant_id, row.placement]
    return spots, spot_of_arm


def summed(spot: Ints, hour: Ints, measures: Ints) -> tuple[Ints, Ints, Ints]:
    """Each (spot, hour) once, its measures added."""
    if not len(spot):
        return spot, hour, measures
    # Hours are whole seconds of the years 2000 to 2199: 33 bits. One key is sorted faster than two.
    key = (spot << 34) + hour // SECOND
    order = np.argsort(key)
    key, measures = key[order], measures[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    if len(starts) < len(key):
        measures = np.add.reduceat(measures, starts, axis=0)
    first = order[starts]
    return spot[first], hour[first], measures


class _Query:
    """The SQL of one report: which events belong to it, and in which hour each one lies."""

    def __init__(
        self,
        settings: CampaignSettings,
        since: int | None,
        until: int | None,
        simulated: bool,
        hourly: bool,
    ) -> None:
        self.settings = settings
        self.since, self.until = since, until
        self.simulated = int(simulated)
        self._hourly = hourly
        self.phases: list[tuple[int, int]] = []
        self._early = -_micros(settings.windows.early)
        self._late = _micros(settings.windows.late)

    def extent(self, connection: Connection) -> tuple[int | None, int | None]:
        """The first and the last instant of events and spend."""
        ends: list[int] = []
        for table in (events, spend):
            query = select(func.min(table.c.time), func.max(table.c.time))
            low, high = connection.execute(query.where(*self._mine(table), *self._within(table.c.time))).one()
            ends += [end for end in (low, high) if end is not None]
        return (min(ends), max(ends)) if ends else (None, None)

    def net(self, connection: Connection) -> Ints:
        """Rows of (arm, hour, *MEASURES): first valid receipts of decisions."""
        valid = self._valid()
        impression, click = events.c.kind == IMPRESSION, events.c.kind == CLICK
        firsts = (
            select(
                func.min(events.c.arm).label("arm"),  # a decision has one arm
                func.min(case((and_(impression, valid), events.c.time))).label("shown"),
                func.min(case((and_(click, valid), events.c.time))).label("clicked"),
                func.max(case((impression, 1), else_=0)).label("seen"),
            )
            .where(*self._mine(events), events.c.decision.is_not(None))
            .group_by(events.c.decision)
            .cte("firsts")
        )
        shown, clicked = self._hour(firsts.c.shown), self._hour_if_asked(firsts.c.clicked)
        impressions = (
            select(firsts.c.arm, shown, func.count(), literal(0), literal(0))
            .where(firsts.c.shown.is_not(None), *self._within(firsts.c.shown))
            .group_by(firsts.c.arm, shown)
        )
        clicks = (
            select(firsts.c.arm, clicked, literal(0), func.count(), func.sum(1 - firsts.c.seen))
            .where(firsts.c.clicked.is_not(None), *self._within(firsts.c.clicked))
            .group_by(firsts.c.arm, clicked)
        )
        columns = ("impressions", "clicks", "clicks_without_impression")
        return _measured(connection.execute(union_all(impressions, clicks)), columns)

    def alone(self, connection: Connection) -> Ints:
        """Rows of (arm, hour, *MEASURES): valid receipts that name no decision."""
        query = (
            select(events.c.arm, self._hour(events.c.time), *self._each_kind())
            .where(*self._mine(events), *self._within(events.c.time))
            .where(events.c.decision.is_(None), self._valid())
            .group_by(events.c.arm, self._hour(events.c.time))
        )
        return _measured(connection.execute(query), ("impressions", "clicks"))

    def gross(self, connection: Connection) -> Ints:
        """Rows of (arm, hour, *MEASURES): all receipts."""
        hour = self._hour_if_asked(events.c.time)
        query = (
            select(events.c.arm, hour, *self._each_kind(), _number(~self._valid()))
            .where(*self._mine(events), *self._within(events.c.time))
            .group_by(events.c.arm, hour)
        )
        return _measured(connection.execute(query), ("impressions_gross", "clicks_gross", "flagged"))

    def _each_kind(self) -> list[ColumnElement[int]]:
        return [_number(events.c.kind == kind) for kind in (IMPRESSION, CLICK)]

    def flags(self, connection: Connection) -> dict[str, int]:
        """Receipts by the reason why they are not net; one receipt may have several."""
        query: Select[Any] = (
            select(
                events.c.flags,
                func.count(),
                _number(events.c.lag < self._early),
                _number(events.c.lag > self._late),
            )
            .where(*self._mine(events), *self._within(events.c.time), ~self._valid())
            .group_by(events.c.flags)
        )
        tally: dict[str, int] = {}
        for names, number, early, late in connection.execute(query):
            reasons = [(name, number) for name in names.split(",") if name]
            for reason, times in [*reasons, ("early", early), ("late", late)]:
                tally[reason] = tally.get(reason, 0) + times
        return {reason: times for reason, times in sorted(tally.items()) if times}

    def spend(self, connection: Connection) -> Iterable[Any]:
        """Rows of (arm, hour, currency, micros)."""
        hour = self._hour_if_asked(spend.c.time)
        return connection.execute(
            select(spend.c.arm, hour, spend.c.currency, func.sum(spend.c.amount_micros))
            .where(*self._mine(spend), *self._within(spend.c.time))
            .group_by(spend.c.arm, hour, spend.c.currency)
            .order_by(spend.c.arm, hour, spend.c.currency)
        ).all()

    def _mine(self, table: Any) -> tuple[ColumnElement[bool], ...]:
        of_campaign = select(arms.c.seq).where(arms.c.campaign == self.settings.campaign)
        return table.c.simulated == self.simulated, table.c.arm.in_(of_campaign)

    def _within(self, time: ColumnElement[int]) -> list[ColumnElement[bool]]:
        bounds = []
        if self.since is not None:
            bounds.append(time >= self.since)
        if self.until is not None:
            bounds.append(time < self.until)
        return bounds

    def _valid(self) -> ColumnElement[bool]:
        in_window = events.c.lag.between(self._early, self._late)
        return and_(events.c.flags == "", or_(events.c.lag.is_(None), in_window))

    def _hour_if_asked(self, time: ColumnElement[int]) -> ColumnElement[int]:
        # Value needs the hours of impressions; all else can be counted in far fewer rows.
        return self._hour(time) if self._hourly else literal(NO_HOUR)

    def _hour(self, time: ColumnElement[int]) -> ColumnElement[int]:
        """The start of the local hour that holds a time."""
        phase: ColumnElement[int] = literal(self.phases[-1][1])
        if len(self.phases) > 1:
            following = zip(self.phases, self.phases[1:], strict=False)
            phase = case(*((time < end, before) for (_, before), (end, _) in following), else_=phase)
        return time - (time - phase) % HOUR


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _measured(result: Result[Any], columns: tuple[str, ...]) -> Ints:
    """Rows of (arm, hour, *columns) as rows of (arm, hour, *MEASURES)."""
    parts = [np.zeros((0, 2 + len(MEASURES)), np.int64)]
    places = [0, 1, *(2 + MEASURES.index(name) for name in columns)]
    for rows in result.partitions(ROWS_AT_ONCE):
        part = np.zeros((len(rows), 2 + len(MEASURES)), np.int64)
        part[:, places] = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, len(places))
        parts.append(part)
    return np.concatenate(parts)
