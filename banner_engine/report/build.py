"""Builds a report: lines filtered, grouped, one table for each currency, with totals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.report.dimensions import BY_TIME, OF_UNSOLD, Coded, check_dimensions, matching
from banner_engine.report.elsewhere import read_elsewhere
from banner_engine.report.ledger import AT, Ledger, Mask, ledger, without_hours
from banner_engine.report.priced import with_prices
from banner_engine.report.rolled import read_facts
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.split import Ints
from banner_engine.report.table import ReportTable, Row, cost
from banner_engine.report.worth import worth
from banner_engine.track.hours import hour_end, hour_start
from banner_engine.track.pauses import read_pauses, standing
from banner_engine.track.store import Store
from banner_engine.track.tables import MEASURES
from banner_engine.track.times import to_datetime, to_micros

# Most of what was counted first, least of what it cost first; rows without the number come last.
SORTS: dict[str, Callable[[Row], float | None]] = {
    "impressions": lambda row: -row.impressions,
    "clicks": lambda row: -row.clicks,
    "ctr": lambda row: None if row.ctr is None else -row.ctr,
    "value": lambda row: -row.value.micros if row.value else None,
    "cpc": lambda row: row.value.per_click if row.value else None,
    "spend": lambda row: -row.spend.micros if row.spend else None,
    "spend_cpc": lambda row: row.spend.per_click if row.spend else None,
}


def report(
    store: Store,
    settings: CampaignSettings,
    *,
    by: Sequence[str] = ("variant",),
    where: Mapping[str, str | Collection[str]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sort: str | None = None,
    simulated: bool = False,
    shown_in: ZoneInfo | None = None,
) -> ReportTable:
    """Impressions, clicks, CTR, value and both CPCs of a campaign, grouped by one or more dimensions.

    by: of `dimensions.DIMENSIONS`. where: a value or several for a dimension; value is split among all
    variants first, so that a filter changes no row. since, until: [since, until), each widened to the
    local hour that it lies in, for value goes by the hour; without `until`, value ends with the hour of
    the newest event. sort: of SORTS or `by`; by default most impressions first, or by time where `by`
    begins with one. simulated: simulated events and nothing else; without it, real ones and nothing else.
    shown_in: the zone that hours and days are named in (the campaign's where None); value and the edges of
    hours stay those of the campaign.

    BannerError for an unknown dimension, sort or time zone.
    """
    (table,) = reports(
        store,
        settings,
        [by],
        where=where,
        since=since,
        until=until,
        sorts=[sort],
        simulated=simulated,
        shown_in=shown_in,
    )
    return table


def reports(
    store: Store,
    settings: CampaignSettings,
    bys: Sequence[Sequence[str]],
    *,
    where: Mapping[str, str | Collection[str]] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sorts: Sequence[str | None] | None = None,
    simulated: bool = False,
    shown_in: ZoneInfo | None = None,
) -> list[ReportTable]:
    """Several reports of one moment: the store is read once. Arguments as of `report`, for each of `bys`."""
    wanted = {name: _values(values) for name, values in (where or {}).items()}
    names = [*dict.fromkeys([name for by in bys for name in by] + [*wanted])]
    check_dimensions(names)
    orders = [_checked(sort, by) for sort, by in zip(sorts or [None] * len(bys), bys, strict=True)]
    zone = settings.zone
    start = None if since is None else hour_start(zone, to_micros(since, "since"))
    end = None if until is None else hour_end(zone, to_micros(until, "until") - 1)
    named = shown_in or zone
    with store.read() as connection:
        by_hour = not set(BY_TIME).isdisjoint(names)
        facts = with_prices(settings, read_facts(connection, settings, start, end, simulated, by_hour))
        earned = worth(settings, facts, start, end)
        book = ledger(settings, *((facts, earned) if by_hour else without_hours(facts, earned)))
        lines = standing(read_pauses(connection, settings.campaign))
        others = [
            [] if simulated else read_elsewhere(connection, settings, by, wanted, start, end) for by in bys
        ]
        coded = book.lines.coded(connection, names, named)
    paused = tuple(replace(line, time=line.time.astimezone(named)) for line in lines)
    kept, notes = matching(coded, wanted, len(book.matrix))
    # An unsold hour has no variant: it can't be filtered by one, nor stand in a variant's row.
    unsold = OF_UNSOLD.issuperset(wanted)
    kept &= ~book.unsold | unsold
    parts = list(book.by_currency(kept))
    totals = tuple(_row((), currency, matrix[mine].sum(axis=0), unsold) for currency, mine, matrix in parts)
    return [
        ReportTable(
            campaign=settings.campaign,
            by=tuple(by),
            where=wanted,
            timezone=named.key,
            since=None if start is None else to_datetime(start).astimezone(named),
            until=None if end is None else to_datetime(end).astimezone(named),
            simulated=simulated,
            rows=tuple(_rows(book, parts, [coded[name] for name in by], by, order, unsold)),
            totals=totals,
            flags=facts.flags,
            notes=tuple(notes),
            paused=paused,
            elsewhere=tuple(counted),
        )
        for by, order, counted in zip(bys, orders, others, strict=True)
    ]


def _rows(
    book: Ledger,
    parts: Sequence[tuple[str | None, Mask, Ints]],
    dimensions: Sequence[Coded],
    by: Sequence[str],
    order: str,
    unsold: bool,
) -> Iterator[Row]:
    """The rows of each currency, sorted."""
    unsold = unsold and OF_UNSOLD.issuperset(by)
    for currency, mine, matrix in parts:
        grouped = mine if unsold else mine & ~book.unsold
        found = [_row(key, currency, sums, unsold) for key, sums in _groups(matrix, grouped, dimensions)]
        yield from sorted(found, key=_order(order, by))


def _values(values: str | Collection[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _groups(
    matrix: Ints, lines: Mask, dimensions: Sequence[Coded]
) -> Iterator[tuple[tuple[str | None, ...], Ints]]:
    """(key, sums of the columns) of each group of lines, in the order of the dimensions' labels."""
    codes = np.stack([np.zeros(len(matrix), np.int64), *(dimension.codes for dimension in dimensions)])
    codes = codes[:, lines]
    if not codes.shape[1]:
        return
    order = np.lexsort(codes[::-1])
    codes = codes[:, order]
    new = np.concatenate([[True], (codes[:, 1:] != codes[:, :-1]).any(axis=0)])
    starts = np.flatnonzero(new)
    sums = np.add.reduceat(matrix[lines][order], starts, axis=0)
    for places, row in zip(codes[1:, starts].T.tolist(), sums, strict=True):
        yield tuple(one.labels[place] for one, place in zip(dimensions, places, strict=True)), row


def _row(key: tuple[str | None, ...], currency: str | None, sums: Ints, unsold: bool) -> Row:
    column = dict(zip(AT, sums.tolist(), strict=True))
    counted = {name: column[name] for name in MEASURES}
    return Row(
        key=key,
        currency=currency,
        **counted,
        value=cost(column["value"], column["value_clicks"]) if column["has_value"] else None,
        spend=cost(column["spend"], column["clicks"]) if column["has_spend"] else None,
        unsold_micros=column["unsold"] if unsold and column["has_value"] else None,
        unsold_hours=column["unsold_hours"] if unsold and column["has_value"] else None,
    )


def _checked(sort: str | None, by: Sequence[str]) -> str:
    if sort is None:
        return by[0] if by and by[0] in BY_TIME else "impressions"
    if sort not in (*SORTS, *by):
        raise BannerError(
            f"a report is not sorted by '{sort}'", field="sort", hint=did_you_mean(sort, (*SORTS, *by))
        )
    return sort


def _order(sort: str, by: Sequence[str]) -> Callable[[Row], tuple[bool, float | str]]:
    """The sort key of rows; those with the same key stay in the order of their groups."""

    def key(row: Row) -> tuple[bool, float | str]:
        if sort in SORTS:
            measure = SORTS[sort](row)
            return measure is None, measure or 0.0
        part = row.key[by.index(sort)]
        # Of a night when clocks go back, an earlier hour has the later name: ISO text in UTC is in order.
        return part is None, _in_utc(part) if sort == "hour" and part else part or ""

    return key


def _in_utc(label: str) -> str:
    return datetime.fromisoformat(label).astimezone(UTC).isoformat()
