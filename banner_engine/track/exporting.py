"""The store's tables as files that others read: CSV or Parquet, streamed; events come back by import."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, literal, select

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.track.records import KINDS
from banner_engine.track.store import Store
from banner_engine.track.tables import arms, counts, decisions, events, hourly, pauses, spend, variants
from banner_engine.track.times import to_datetime

FORMATS = ("csv", "parquet")
AT_ONCE = 20_000
_MICROS = Decimal(1_000_000)


def _queries() -> dict[str, Select[Any]]:
    """Each table that is exported, with columns that `track import` knows where it imports them."""
    shown = [arms.c[name] for name in ("campaign", "placement", "variant_id", "theme", "palette", "layout")]
    shown += [arms.c[name] for name in ("copy", "product_type", "product", "policy", "grade", "locale")]
    e, d, s = events.c, decisions.c, spend.c
    where = (arms.c.campaign, arms.c.placement, arms.c.variant_id)
    return {
        "events": select(e.event_id, e.kind, e.time, d.decision_id, *where, e.flags, e.source, e.simulated)
        .join_from(events, arms, arms.c.seq == e.arm)
        .outerjoin(decisions, d.seq == e.decision)
        .order_by(e.seq),
        "spend": select(
            s.event_id,
            literal("spend").label("kind"),
            s.time,
            *where,
            s.amount_micros.label("amount"),
            s.currency,
            s.source,
            s.simulated,
        )
        .join_from(spend, arms, arms.c.seq == s.arm)
        .order_by(s.seq),
        "decisions": select(d.decision_id, d.run_id, d.time, d.user, d.propensity, d.simulated, *shown)
        .join_from(decisions, arms, arms.c.seq == d.arm)
        .order_by(d.seq),
        "hourly": select(hourly.c.hour, hourly.c.simulated, *hourly.c[3:], *shown)
        .join_from(hourly, arms, arms.c.seq == hourly.c.arm)
        .order_by(hourly.c.simulated, hourly.c.hour, hourly.c.arm),
        "counts": select(counts).order_by(*counts.primary_key),
        "variants": select(variants).order_by(variants.c.variant_id),
        "pauses": select(pauses).order_by(pauses.c.seq),
    }


TABLES = tuple(_queries())


def export(store: Store, out: Path, tables: Sequence[str] = (), form: str = "csv") -> dict[str, int]:
    """Write tables to OUT/<table>.<form>, all where none is named; gives the rows of each.

    All of them show one moment of the store. Files appear whole. BannerError for an unknown table.
    """
    queries = _queries()
    for name in tables:
        if name not in queries:
            raise BannerError(f"there is no table '{name}'", field="table", hint=did_you_mean(name, queries))
    out.mkdir(parents=True, exist_ok=True)
    written = {}
    with store.read() as connection:
        for name in tables or queries:
            beside, path = out / f".{name}.part", out / f"{name}.{form}"
            writer = _parquet if form == "parquet" else _csv
            written[name] = writer(beside, _names(queries[name]), _rows(connection, queries[name], name))
            beside.replace(path)
    return written


def _names(query: Select[Any]) -> list[str]:
    return [str(column.name) for column in query.selected_columns]


def _rows(connection: Connection, query: Select[Any], table: str) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in parts: times as datetimes, kinds by name, money as decimals of the currency."""
    names = _names(query)
    times = {place for place, name in enumerate(names) if name in ("time", "hour", "start", "end")}
    kind = names.index("kind") if "kind" in names else -1
    amount = names.index("amount") if "amount" in names else -1

    def told(place: int, cell: Any) -> Any:
        if place in times:
            return to_datetime(cell)
        if place == kind:
            return cell if table == "spend" else KINDS[cell - 1]
        if place == amount:
            return Decimal(cell) / _MICROS
        return cell

    for part in connection.execute(query).partitions(AT_ONCE):
        yield [tuple(told(place, cell) for place, cell in enumerate(row)) for row in part]


def _csv(path: Path, names: list[str], parts: Iterator[list[tuple[Any, ...]]]) -> int:
    number = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for part in parts:
            writer.writerows([_text(cell) for cell in row] for row in part)
            number += len(part)
    return number


def _text(cell: Any) -> Any:
    return (
        cell.isoformat() if hasattr(cell, "isoformat") else f"{cell:f}" if isinstance(cell, Decimal) else cell
    )


def _parquet(path: Path, names: list[str], parts: Iterator[list[tuple[Any, ...]]]) -> int:
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise BannerError(
            "Parquet needs pyarrow", hint="pip install 'banner-engine[parquet]', or export CSV"
        ) from None

    floats, texts = ("propensity",), _TEXTS
    schema = pa.schema(
        [
            (
                name,
                pa.timestamp("us", tz="UTC")
                if name in ("time", "hour", "start", "end")
                else pa.decimal128(24, 6)
                if name == "amount"
                else pa.float64()
                if name in floats
                else pa.string()
                if name in texts
                else pa.int64(),
            )
            for name in names
        ]
    )
    number = 0
    with ParquetWriter(path, schema) as writer:
        for part in parts:
            columns = list(zip(*part, strict=True))
            writer.write_table(pa.table(dict(zip(names, columns, strict=True)), schema=schema))
            number += len(part)
    return number


_TEXTS = frozenset(
    (
        *("event_id", "kind", "decision_id", "run_id", "user", "campaign", "placement", "variant_id"),
        *("creative_id", "theme", "palette", "layout", "copy", "product_type", "product", "products"),
        *("policy", "grade", "locale", "flags", "source", "currency", "recipe"),
        *("dimension", "value", "who", "reason", "numbers"),
    )
)
