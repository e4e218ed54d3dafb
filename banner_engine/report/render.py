"""A report as JSON and as CSV. `terminal` has the tables for people."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from banner_engine.report.elsewhere import to_records
from banner_engine.report.table import Cost, ReportTable, Row
from banner_engine.track.pauses import Pause


def to_dict(table: ReportTable) -> dict[str, Any]:
    """The report as JSON has it: money in micros, null where there is nothing to say."""
    return {
        "campaign": table.campaign,
        "simulated": table.simulated,
        "by": list(table.by),
        "where": {name: list(values) for name, values in table.where.items()},
        "timezone": table.timezone,
        "since": table.since.isoformat() if table.since else None,
        "until": table.until.isoformat() if table.until else None,
        "rows": [
            {
                **dict(zip(table.by, row.key, strict=True)),
                **_measures(row),
                "impressions_needed": table.needs(row),
            }
            for row in table.rows
        ],
        "totals": [_measures(row) for row in table.totals],
        "flags": table.flags,
        "notes": list(table.notes),
        "paused": [_pause(line) for line in table.paused],
        "elsewhere": to_records(table.elsewhere, table.by),
    }


def _pause(line: Pause) -> dict[str, Any]:
    return {
        "dimension": line.dimension,
        "value": line.value,
        "placement": line.placement,
        "time": line.time.isoformat(),
        "who": line.who,
        "reason": line.reason,
        "numbers": dict(line.numbers),
    }


def to_json(table: ReportTable) -> str:
    """One line of JSON."""
    return json.dumps(to_dict(table), ensure_ascii=False)


def to_csv(table: ReportTable) -> str:
    """A header, the groups, then a total for each currency, told apart by the column `row`;
    then what other systems counted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", *table.by, *_measures(_EMPTY), "simulated"])
    simulated = str(table.simulated).lower()
    for row in table.rows:
        writer.writerow(["group", *row.key, *_measures(row).values(), simulated])
    for row in table.totals:
        writer.writerow(["total", *("" for _ in table.by), *_measures(row).values(), simulated])
    for record in to_records(table.elsewhere, table.by):
        names = [*table.by, *_measures(_EMPTY)]
        writer.writerow(
            [f"counted by {record['source']}", *(record.get(name, "") for name in names), simulated]
        )
    return out.getvalue()


_EMPTY = Row((), None, 0, 0, 0, 0, 0, 0, None, None, None, None)


def _measures(row: Row) -> dict[str, Any]:
    low, high = row.ctr_interval or (None, None)
    return {
        "currency": row.currency,
        "impressions": row.impressions,
        "impressions_gross": row.impressions_gross,
        "clicks": row.clicks,
        "clicks_gross": row.clicks_gross,
        "clicks_without_impression": row.clicks_without_impression,
        "flagged": row.flagged,
        "ctr": row.ctr,
        "ctr_low": low,
        "ctr_high": high,
        **_cost("value", "cpc", row.value),
        **_cost("spend", "spend_cpc", row.spend),
        "unsold_micros": row.unsold_micros,
        "unsold_hours": row.unsold_hours,
    }


def _cost(money: str, per_click: str, cost: Cost | None) -> dict[str, int | None]:
    return {
        f"{money}_micros": cost.micros if cost else None,
        f"{per_click}_micros": cost.per_click if cost else None,
        f"{per_click}_low_micros": cost.low if cost else None,
        f"{per_click}_high_micros": cost.high if cost else None,
    }
