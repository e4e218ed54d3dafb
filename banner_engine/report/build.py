"""Builds a report: lines filtered, grouped, one table for each currency, with totals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.report.dimensions import BY_TIME, OF_UNSOLD, Coded, check_dimensions, matching
from banner_engine.report.elsewhere import read_elsewhere
from banner_engine.report.ledger import AT, Mask, ledger
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
) -> ReportTable:
    """Impressions, clicks, CTR, value and both CPCs of a campaign, grouped by one or more dimensions.

    by: of `dimensions.DIMENSIONS`. where: a value or several for a dimension; value is split among all
    variants first, so that a filter changes no row. since, until: [since, until), each widened to the
    local hour that it lies in, for value goes by the hour; without `until`, value ends with the hour of
    the newest event. sort: of SORTS or `by`; by default most impressions first, or by time where `by`
    begins with one. simulated: simulated events and nothing else; without it, real ones and nothing else.

    BannerError for an unknown dimension, sort or time zone.
    """
    wanted = {name: _values(values) for name, values in (where or {}).items()}
    check_dimensions([*by, *wanted])
    sort = _checked(sort, by)
    zone = settings.zone
    start = None if since is None else hour_start(zone, to_micros(since, "since"))
    end = None if until is None else hour_end(zone, to_micros(until, "until") - 1)
    hourly = not {*by, *wanted}.isdisjoint(BY_TIME)
    with store.read() as connection:
        facts = read_facts(connection, settings, start, end, simulated, hourly)
        book = ledger(settings, facts, worth(settings, facts, start, end))
        paused = standing(read_pauses(connection, settings.campaign))
        others = [] if simulated else read_elsewhere(connection, settings, by, wanted, start, end)
        coded = book.lines.coded(connection, [*dict.fromkeys([*by, *wanted])])
    kept, notes = matching(coded, wanted, len(book.matrix))
    # An unsold hour has no variant: it can't be filtered by one, nor stand in a variant's row.
    unsold_in_totals = OF_UNSOLD.issuperset(wanted)
    unsold_in_rows = unsold_in_totals and OF_UNSOLD.issuperset(by)
    kept &= ~book.unsold | unsold_in_totals
    rows: list[Row] = []
    totals: list[Row] = []
    for currency, mine, matrix in book.by_currency(kept):
        grouped = mine if unsold_in_rows else mine & ~book.unsold
        found = [
            _row(key, currency, sums, unsold_in_rows)
            for key, sums in _groups(matrix, grouped, [coded[name] for name in by])
        ]
        rows += sorted(found, key=_order(sort, by))
        totals.append(_row((), currency, matrix[mine].sum(axis=0), unsold_in_totals))
    return ReportTable(
        campaign=settings.campaign,
        by=tuple(by),
        where=wanted,
        timezone=settings.timezone,
        since=None if start is None else to_datetime(start).astimezone(zone),
        until=None if end is None else to_datetime(end).astimezone(zone),
        simulated=simulated,
        rows=tuple(rows),
        totals=tuple(totals),
        flags=facts.flags,
        notes=tuple(notes),
        paused=tuple(paused),
        elsewhere=tuple(others),
    )


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
