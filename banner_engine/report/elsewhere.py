"""What other systems counted, beside one's own numbers and never added to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from banner_engine.report.dimensions import BY_VARIANT
from banner_engine.report.settings import CampaignSettings
from banner_engine.report.table import Elsewhere, cost
from banner_engine.track.hours import day_label, hour_label, hour_start
from banner_engine.track.tables import counts, variants
from banner_engine.track.times import HOUR, to_datetime

Group = tuple[str, str, tuple[str | None, ...]]


def read_elsewhere(
    connection: Connection,
    settings: CampaignSettings,
    by: Sequence[str],
    where: Mapping[str, Sequence[str]],
    since: int | None,
    until: int | None,
) -> list[Elsewhere]:
    """Counts whose periods lie in [since, until), grouped as the report is; most impressions first.

    A day's count has no hour: it stands under None there, and is left out where hours are chosen.
    """
    names = [*dict.fromkeys([*by, *where])]
    query = select(counts).where(counts.c.campaign == settings.campaign)
    if since is not None:
        query = query.where(counts.c.start >= since)
    if until is not None:
        query = query.where(counts.c.end <= until)
    shown: dict[str, dict[str, str]] = {}
    if any(name in BY_VARIANT and name != "variant" for name in names):
        columns = [column for column in variants.c if column.name != "recipe"]
        for row in connection.execute(select(*columns).where(variants.c.campaign == settings.campaign)):
            shown[row.variant_id] = {name: told(row) for name, told in BY_VARIANT.items()}
    sums: dict[Group, list[int]] = {}
    for row in connection.execute(query):
        value = {name: _value(row, name, shown, settings) for name in names}
        if any(value[name] not in wanted for name, wanted in where.items()):
            continue
        group = (row.source, row.currency, tuple(value[name] for name in by))
        found = sums.setdefault(group, [0, 0, 0, row.start, row.end])
        found[0] += row.impressions
        found[1] += row.clicks
        found[2] += row.spend_micros
        found[3], found[4] = min(found[3], row.start), max(found[4], row.end)
    order = sorted(sums.items(), key=lambda item: (item[0][:2], -item[1][0], str(item[0][2])))
    return [
        Elsewhere(
            source,
            key,
            currency,
            impressions,
            clicks,
            cost(micros, clicks),
            to_datetime(start).astimezone(settings.zone),
            to_datetime(end).astimezone(settings.zone),
        )
        for (source, currency, key), (impressions, clicks, micros, start, end) in order
    ]


def _value(row: Any, name: str, shown: dict[str, dict[str, str]], settings: CampaignSettings) -> str | None:
    if name == "variant":
        return row.variant_id or None
    if name in BY_VARIANT:
        return shown.get(row.variant_id, {}).get(name)
    if name == "placement":
        return str(row.placement)
    if name == "grade":
        return settings.grade(row.placement)
    if name == "hour":
        short = row.end - row.start <= HOUR
        return hour_label(settings.zone, hour_start(settings.zone, row.start)) if short else None
    first, last = (day_label(settings.zone, end) for end in (row.start, row.end - 1))
    return first if first == last else None


def to_records(rows: Sequence[Elsewhere], by: Sequence[str]) -> list[dict[str, Any]]:
    """As JSON has it."""
    return [
        {
            "source": row.source,
            **dict(zip(by, row.key, strict=True)),
            "currency": row.currency,
            "impressions": row.impressions,
            "clicks": row.clicks,
            "ctr": row.ctr,
            "ctr_low": row.ctr_interval[0] if row.ctr_interval else None,
            "ctr_high": row.ctr_interval[1] if row.ctr_interval else None,
            "spend_micros": row.spend.micros,
            "spend_cpc_micros": row.spend.per_click,
            "spend_cpc_low_micros": row.spend.low,
            "spend_cpc_high_micros": row.spend.high,
            "start": row.start.isoformat(),
            "end": row.end.isoformat(),
        }
        for row in rows
    ]
