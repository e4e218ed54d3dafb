"""A report beside the period of the same length that went before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from banner_engine.errors import BannerError
from banner_engine.report.stats import difference
from banner_engine.report.table import ReportTable, Row

Name = tuple[str | None, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """A row, and the same group's row before (None: it was not there).

    ctr: now less before, with Newcombe's 95 % interval; None where either has no impressions. clear: whether
    0 lies outside of the interval, that is, chance alone does not explain it.
    """

    row: Row
    before: Row | None

    @property
    def ctr(self) -> float | None:
        if self.before is None or self.row.ctr is None or self.before.ctr is None:
            return None
        return self.row.ctr - self.before.ctr

    @property
    def ctr_interval(self) -> tuple[float, float] | None:
        if self.before is None or self.row.ctr_interval is None or self.before.ctr_interval is None:
            return None
        return difference(
            (self.row.clicks, self.row.impressions), (self.before.clicks, self.before.impressions)
        )

    @property
    def clear(self) -> bool:
        between = self.ctr_interval
        return between is not None and not between[0] <= 0 <= between[1]

    @property
    def cpc_ratio(self) -> float | None:
        """CPC now ÷ before: of value where both have it, else of spend."""
        if self.before is not None:
            for now, old in ((self.row.value, self.before.value), (self.row.spend, self.before.spend)):
                if now and old and now.per_click and old.per_click:
                    return now.per_click / old.per_click
        return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """changes: for each row of `now`, in its order. totals: for each total."""

    now: ReportTable
    before: ReportTable
    changes: tuple[Change, ...]
    totals: tuple[Change, ...]


def compare(now: ReportTable, before: ReportTable) -> Comparison:
    """Two reports by the same dimensions. A row has its counterpart in the same currency."""
    rows, totals = _by_name(before.rows), _by_name(before.totals)
    return Comparison(
        now,
        before,
        tuple(Change(row, rows.get((row.currency, row.key))) for row in now.rows),
        tuple(Change(row, totals.get((row.currency, row.key))) for row in now.totals),
    )


def _by_name(rows: Iterable[Row]) -> Mapping[Name, Row]:
    return {(row.currency, row.key): row for row in rows}


def period_before(since: datetime | None, until: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[since, until) of the period before: as many local days where both are midnights, else as many hours.

    BannerError without `since`.
    """
    if since is None:
        raise BannerError(
            "a comparison needs a beginning", field="since", hint="add --since, such as --since 2026-11-10"
        )
    start, end = since.astimezone(zone), until.astimezone(zone)
    if start.time() == end.time() == time():
        days = (end.date() - start.date()).days
        return datetime.combine(start.date() - timedelta(days=days), time(), zone), since
    return since - (until - since), since


def _record(change: Change) -> dict[str, Any]:
    before, between = change.before, change.ctr_interval
    return {
        "impressions": before.impressions if before else 0,
        "clicks": before.clicks if before else 0,
        "ctr": before.ctr if before else None,
        "cpc_micros": before.value.per_click if before and before.value else None,
        "spend_cpc_micros": before.spend.per_click if before and before.spend else None,
        "ctr_change": change.ctr,
        "ctr_change_low": between[0] if between else None,
        "ctr_change_high": between[1] if between else None,
        "clear": change.clear,
    }


def to_dict(comparison: Comparison, now: dict[str, Any]) -> dict[str, Any]:
    """The report's dict, each row and total with `before`, and the period that is meant."""
    before = comparison.before
    return {
        **now,
        "compared_to": {
            "since": before.since.isoformat() if before.since else None,
            "until": before.until.isoformat() if before.until else None,
        },
        "rows": [
            {**row, "before": _record(change)}
            for row, change in zip(now["rows"], comparison.changes, strict=True)
        ],
        "totals": [
            {**row, "before": _record(change)}
            for row, change in zip(now["totals"], comparison.totals, strict=True)
        ],
    }
