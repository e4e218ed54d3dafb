"""The cheapest clicks of a period: variants ranked within each placement and currency.

Ranked by the upper end of the CPC's interval: the best of those that are surely good, and not whoever had
two lucky clicks. Under ENOUGH net clicks a CPC says little, so those stand apart.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from banner_engine.errors import BannerError
from banner_engine.report.build import report
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.table import ENOUGH, Cost, ReportTable, Row, needed
from banner_engine.track.store import Store

BY = ("placement", "variant")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """rank: from 1, None for those that stand apart. cost: of the placement's value, or of what was paid.

    needs: impressions that are still missing, None where that is not known.
    """

    rank: int | None
    variant_id: str
    row: Row
    cost: Cost
    needs: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """kind: which money the CPCs divide, "value" or "spend". apart: under ENOUGH clicks, most seen first."""

    placement: str
    currency: str
    kind: str
    ranked: tuple[Entry, ...]
    apart: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """table: the report that it was made of, by placement and variant."""

    table: ReportTable
    boards: tuple[Board, ...]


def leaderboard(
    store: Store,
    settings: CampaignSettings,
    *,
    where: Mapping[str, str | Collection[str]] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    simulated: bool = False,
) -> Leaderboard:
    """A board for each placement and currency that has money, in the order of their names."""
    table = report(
        store,
        settings,
        by=BY,
        where=where,
        since=since,
        until=until,
        simulated=simulated,
    )
    return leaders_of(table)


def leaders_of(table: ReportTable) -> Leaderboard:
    """The boards of a report by `BY`."""
    places: dict[tuple[str, str], list[Row]] = {}
    for row in table.rows:
        placement, variant = row.key
        if placement is not None and variant is not None and row.currency is not None:
            places.setdefault((placement, row.currency), []).append(row)
    boards = [
        _board(placement, currency, rows, kind)
        for (placement, currency), rows in sorted(places.items())
        for kind in ("value", "spend")
        if any(_cost(row, kind) for row in rows)
    ]
    return Leaderboard(table, tuple(boards))


def _cost(row: Row, kind: str) -> Cost | None:
    cost = row.value if kind == "value" else row.spend
    return cost if cost and cost.micros else None


def _board(placement: str, currency: str, rows: list[Row], kind: str) -> Board:
    priced = [(row, cost) for row in rows if (cost := _cost(row, kind))]
    impressions = sum(row.impressions for row in rows)
    ctr = sum(row.clicks for row in rows) / impressions if impressions else None
    enough = [(row, cost) for row, cost in priced if row.clicks >= ENOUGH and cost.high is not None]
    enough.sort(key=lambda pair: (pair[1].high or 0, pair[0].key[1] or ""))
    few = [(row, cost) for row, cost in priced if row.clicks < ENOUGH or cost.high is None]
    few.sort(key=lambda pair: (-pair[0].impressions, pair[0].key[1] or ""))
    return Board(
        placement,
        currency,
        kind,
        tuple(
            Entry(rank, str(row.key[1]), row, cost, needed(row, ctr))
            for rank, (row, cost) in enumerate(enough, start=1)
        ),
        tuple(Entry(None, str(row.key[1]), row, cost, needed(row, ctr)) for row, cost in few),
    )


def week_of(said: str, zone: ZoneInfo, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """[Monday, Monday) of a week of ISO 8601, local: "this", "last" or 2026-W46. BannerError for others."""
    if said in ("this", "last"):
        day = now.astimezone(zone).date() - dt.timedelta(days=7 * (said == "last"))
        monday = day - dt.timedelta(days=day.weekday())
    else:
        found = _WEEK.fullmatch(said)
        try:
            if found is None:
                raise ValueError
            monday = dt.date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            raise BannerError(
                f"'{said}' is no week", field="--week", hint="write this, last, or 2026-W46"
            ) from None
    start, end = (dt.datetime.combine(monday + dt.timedelta(days=days), dt.time(), zone) for days in (0, 7))
    return start, end


def to_dict(board: Leaderboard) -> dict[str, Any]:
    """As JSON has it; money in micros."""
    table = board.table
    return {
        "campaign": table.campaign,
        "simulated": table.simulated,
        "timezone": table.timezone,
        "since": table.since.isoformat() if table.since else None,
        "until": table.until.isoformat() if table.until else None,
        "enough_clicks": ENOUGH,
        "boards": [
            {
                "placement": one.placement,
                "currency": one.currency,
                "kind": one.kind,
                "ranked": [_entry(entry) for entry in one.ranked],
                "apart": [_entry(entry) for entry in one.apart],
            }
            for one in board.boards
        ],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "rank": entry.rank,
        "variant": entry.variant_id,
        "impressions": entry.row.impressions,
        "clicks": entry.row.clicks,
        "ctr": entry.row.ctr,
        "micros": entry.cost.micros,
        "cpc_micros": entry.cost.per_click,
        "cpc_low_micros": entry.cost.low,
        "cpc_high_micros": entry.cost.high,
        "impressions_needed": entry.needs,
    }
