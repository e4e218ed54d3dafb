"""Writes one batch inside a transaction: checks each record, finds duplicates, inserts what is new.

The caller holds the write lock, so what is looked up here can't change before the insert.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, func, insert, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from banner_engine.errors import BannerError, did_you_mean
from banner_engine.track.arms import ArmBook
from banner_engine.track.checks import check_flags, check_id, check_money
from banner_engine.track.records import KINDS, DecisionRecord, Outcome, Receipt, SpendRecord, VariantRecord
from banner_engine.track.rollups import kept_since
from banner_engine.track.tables import arms as shown
from banner_engine.track.tables import decisions, events, forgotten, spend, variants
from banner_engine.track.times import to_datetime, to_micros

T = TypeVar("T")
Row = dict[str, Any]

BATCH = 2_000  # rows of one statement; ids of one look-up stay below SQLite's 32,766 variables


def in_batches(records: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(records)
    while batch := list(islice(iterator, size)):
        yield batch


def write_variants(connection: Connection, records: Iterable[VariantRecord]) -> int:
    """Store variants that are not there yet; gives their number."""
    new = 0
    for batch in in_batches(records):
        rows = {record.variant_id: record for record in batch}
        for known in _known(connection, select(variants.c.variant_id), variants.c.variant_id, list(rows)):
            del rows[known.variant_id]
        if rows:
            connection.execute(insert(variants), [_variant_row(record) for record in rows.values()])
        new += len(rows)
    return new


def _variant_row(record: VariantRecord) -> Row:
    return {
        "variant_id": record.variant_id,
        "campaign": record.campaign,
        "creative_id": record.creative_id,
        "theme": record.theme,
        "palette": record.palette,
        "seed": record.seed,
        "layout": record.layout,
        "width": record.width,
        "height": record.height,
        "locale": record.locale,
        "products": json.dumps(record.products, ensure_ascii=False),
        "product_type": record.product_type,
        "copy": record.copy,
        "recipe": record.recipe,
    }


def write_decisions(connection: Connection, arms: ArmBook, records: Iterable[DecisionRecord]) -> int:
    """Store decisions that are not there yet; gives their number. BannerError for one that can't be."""
    new, seen = 0, 0
    statement = sqlite_insert(decisions).on_conflict_do_nothing(index_elements=["decision_id"])
    for batch in in_batches(records):
        rows = []
        erased = _erased(connection, batch)
        for position, record in enumerate(batch, start=seen + 1):
            if erased and not erased.isdisjoint(_traces(record)):
                continue
            try:
                rows.append(_decision_row(arms, record))
            except BannerError as error:
                error.row = position
                raise
        new += connection.execute(statement, rows).rowcount if rows else 0
        seen += len(batch)
    return new


def shredded(trace: str) -> str:
    """What is kept of a pseudonym or a decision's id that was forgotten: SHA-256, hex."""
    return hashlib.sha256(trace.encode()).hexdigest()


def _traces(record: DecisionRecord) -> list[str]:
    return [shredded(trace) for trace in (record.user, record.decision_id) if trace is not None]


def _erased(connection: Connection, records: Sequence[DecisionRecord]) -> set[str]:
    """The traces of these decisions that belong to users who were forgotten."""
    if connection.execute(select(forgotten.c.user).limit(1)).first() is None:
        return set()
    traces = sorted({trace for record in records for trace in _traces(record)})
    found = _known(connection, select(forgotten.c.user), forgotten.c.user, traces)
    return {row.user for row in found}


def _decision_row(arms: ArmBook, record: DecisionRecord) -> Row:
    check_id(record.decision_id, "decision_id")
    if not (0 < record.propensity <= 1 and math.isfinite(record.propensity)):
        raise BannerError(
            f"propensity {record.propensity} is not a probability",
            field="propensity",
            hint="give a number above 0 and up to 1",
        )
    return {
        "decision_id": record.decision_id,
        "run_id": record.run_id,
        "arm": arms.of_decision(record),
        "user": record.user,
        "time": to_micros(record.time),
        "propensity": record.propensity,
        "simulated": int(record.simulated),
    }


def write_receipts(connection: Connection, arms: ArmBook, receipts: Sequence[Receipt]) -> Outcome:
    """Store the receipts that are new; the rows of errors count from 1 within `receipts`."""
    decided = _decided(connection, receipts)
    kept = kept_since(connection)

    def row_of(receipt: Receipt) -> Row:
        row = _event_row(arms, decided, receipt)
        if row["time"] < kept:
            raise BannerError(
                "this is older than the raw events that are kept, so nobody knows whether it was counted",
                field="time",
                hint=f"send what happened since {to_datetime(kept).isoformat(timespec='minutes')}",
            )
        return row

    def meaning(row: Mapping[str, Any]) -> tuple[object, ...]:
        return row["kind"], row["decision"], row["decision"] is None and row["arm"]

    return _write_new(connection, events, receipts, row_of, meaning)


def write_spend(connection: Connection, arms: ArmBook, records: Sequence[SpendRecord]) -> Outcome:
    """Store the spend that is new; the rows of errors count from 1 within `records`."""
    decided = _decided(connection, records)

    def row_of(record: SpendRecord) -> Row:
        return _spend_row(arms, decided, record)

    def meaning(row: Mapping[str, Any]) -> tuple[object, ...]:
        return row["arm"], row["amount_micros"], row["currency"]

    return _write_new(connection, spend, records, row_of, meaning)


def _write_new(
    connection: Connection,
    table: Table,
    records: Sequence[T],
    row_of: Callable[[T], Row],
    meaning: Callable[[Mapping[str, Any]], tuple[object, ...]],
) -> Outcome:
    """An event_id that is there already is a duplicate where it means the same, else an error."""
    rejected: list[BannerError] = []
    repeated: list[tuple[int, Row]] = []
    rows: dict[str, Row] = {}
    positions: dict[str, int] = {}
    for position, record in enumerate(records, start=1):
        try:
            row = row_of(record)
        except BannerError as error:
            error.row = position
            rejected.append(error)
            continue
        first = rows.setdefault(row["event_id"], row)
        if first is row:
            positions[row["event_id"]] = position
        else:
            repeated.append((position, row))
    # In the order of the ids, which is that of the index: each of its pages is visited once.
    new = [rows[event_id] for event_id in sorted(rows)]
    accepted = 0
    if new:
        before = connection.execute(select(func.coalesce(func.max(table.c.seq), 0))).scalar_one()
        statement = sqlite_insert(table).on_conflict_do_nothing(index_elements=["event_id"])
        accepted = connection.execute(statement, new).rowcount
    meant: dict[str, tuple[object, ...]] = {event_id: meaning(row) for event_id, row in rows.items()}
    if accepted < len(new):
        older = select(table).where(table.c.seq <= before)
        for kept in _known(connection, older, table.c.event_id, list(rows)):
            meant[kept.event_id] = meaning(kept._mapping)
            repeated.append((positions[kept.event_id], rows[kept.event_id]))
    duplicates = set()
    for position, row in repeated:
        if meaning(row) == meant[row["event_id"]]:
            duplicates.add(position)
        else:
            rejected.append(
                BannerError(
                    f"event id '{row['event_id']}' already names something else",
                    row=position,
                    field="event_id",
                    hint="give each event an id of its own",
                )
            )
    rejected.sort(key=lambda error: error.row or 0)
    return Outcome(accepted, len(duplicates), rejected, frozenset(duplicates))


def _event_row(arms: ArmBook, decided: dict[str, Any], receipt: Receipt) -> Row:
    check_id(receipt.event_id, "event_id")
    if receipt.kind not in KINDS:
        raise BannerError(
            f"unknown kind '{receipt.kind}'", field="kind", hint=did_you_mean(str(receipt.kind), KINDS)
        )
    time = to_micros(receipt.time)
    check_flags(receipt.flags)
    arm, decision = _subject(arms, decided, receipt)
    return {
        "event_id": receipt.event_id,
        "kind": KINDS.index(receipt.kind) + 1,
        "time": time,
        "arm": arm,
        "decision": decision.seq if decision else None,
        "lag": time - decision.time if decision else None,
        "flags": ",".join(sorted(set(receipt.flags))),
        "source": receipt.source,
        "simulated": int(receipt.simulated or bool(decision and decision.simulated)),
    }


def _spend_row(arms: ArmBook, decided: dict[str, Any], record: SpendRecord) -> Row:
    check_id(record.event_id, "event_id")
    check_money(record.amount_micros, record.currency, "amount")
    decision = None
    if record.decision_id is None and record.variant_id is None:
        if record.placement is None or record.campaign is None:
            raise BannerError(
                "spend without a decision, a variant or a placement",
                field="placement",
                hint="name decision_id, or placement (with variant_id where it is known)",
            )
        arm = arms.of_placement(record.campaign, record.placement)
    else:
        arm, decision = _subject(arms, decided, record)
    return {
        "event_id": record.event_id,
        "time": to_micros(record.time),
        "arm": arm,
        "amount_micros": record.amount_micros,
        "currency": record.currency,
        "source": record.source,
        "simulated": int(record.simulated or bool(decision and decision.simulated)),
    }


def _subject(arms: ArmBook, decided: dict[str, Any], record: Receipt | SpendRecord) -> tuple[int, Any]:
    """(arm, the decision's row or None) of what a record names."""
    if record.decision_id is not None:
        decision = decided.get(record.decision_id)
        if decision is None:
            raise BannerError(
                f"unknown decision '{record.decision_id}'",
                field="decision_id",
                hint="ingest the run that made it first (banner track ingest)",
            )
        for name in ("variant_id", "placement"):
            said, shown = getattr(record, name), getattr(decision, name)
            if said is not None and said != shown:
                raise BannerError(
                    f"decision '{record.decision_id}' has {name} '{shown}', not '{said}'", field=name
                )
        return decision.arm, decision
    for name in ("variant_id", "placement"):
        if not getattr(record, name):
            raise BannerError(
                "neither a decision nor a variant in a placement",
                field=name,
                hint="name decision_id, or variant_id and placement",
            )
    assert record.variant_id is not None and record.placement is not None
    return arms.of_variant(record.variant_id, record.placement), None


def _decided(connection: Connection, records: Sequence[Receipt | SpendRecord]) -> dict[str, Any]:
    """The stored decisions that the records name, with what their arms show, by decision_id."""
    wanted = {record.decision_id for record in records if isinstance(record.decision_id, str)}
    columns = select(
        decisions.c.decision_id,
        decisions.c.seq,
        decisions.c.arm,
        decisions.c.time,
        decisions.c.simulated,
        shown.c.variant_id,
        shown.c.placement,
    ).join(shown, shown.c.seq == decisions.c.arm)
    found = _known(connection, columns, decisions.c.decision_id, sorted(wanted))
    return {row.decision_id: row for row in found}


def _known(connection: Connection, query: Select[Any], key: Any, ids: list[str]) -> Iterator[Any]:
    for batch in in_batches(ids):
        yield from connection.execute(query.where(key.in_(batch))).all()
