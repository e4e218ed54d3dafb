"""Writes variants and decisions inside a transaction that holds the write lock: what is new, once each."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from banner_engine.errors import BannerError
from banner_engine.track.arms import ArmBook
from banner_engine.track.checks import check_id
from banner_engine.track.prepared import Lookup, Prepared
from banner_engine.track.records import DecisionRecord, VariantRecord
from banner_engine.track.tables import decisions, forgotten, variants
from banner_engine.track.times import to_micros

T = TypeVar("T")
Row = dict[str, Any]

BATCH = 2_000  # rows of one statement
_DECISION = tuple(column.name for column in decisions.c if column.name != "seq")
_INSERT_DECISIONS = Prepared(
    sqlite_insert(decisions).on_conflict_do_nothing(index_elements=["decision_id"]), _DECISION
)
_VARIANTS = Lookup(select(variants.c.variant_id), variants.c.variant_id)
_FORGOTTEN = Lookup(select(forgotten.c.user), forgotten.c.user)
_ANY_FORGOTTEN = Prepared(select(func.max(forgotten.c.user)))


def in_batches(records: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(records)
    while batch := list(islice(iterator, size)):
        yield batch


def write_variants(connection: Connection, records: Iterable[VariantRecord]) -> int:
    """Store variants that are not there yet; gives their number."""
    new = 0
    for batch in in_batches(records):
        rows = {record.variant_id: record for record in batch}
        for (known,) in list(_VARIANTS.rows(connection, list(rows))):
            rows.pop(known, None)
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
        new += _INSERT_DECISIONS.many(connection, rows)
        seen += len(batch)
    return new


def shredded(trace: str) -> str:
    """What is kept of a pseudonym or a decision's id that was forgotten: SHA-256, hex."""
    return hashlib.sha256(trace.encode()).hexdigest()


def _traces(record: DecisionRecord) -> list[str]:
    return [shredded(trace) for trace in (record.user, record.decision_id) if trace is not None]


def _erased(connection: Connection, records: Sequence[DecisionRecord]) -> set[str]:
    """The traces of these decisions that belong to users who were forgotten."""
    if _ANY_FORGOTTEN.scalar(connection) is None:
        return set()
    traces = sorted({trace for record in records for trace in _traces(record)})
    return {user for (user,) in _FORGOTTEN.rows(connection, traces)}


def _decision_row(arms: ArmBook, record: DecisionRecord) -> tuple[Any, ...]:
    """In the order of _DECISION."""
    check_id(record.decision_id, "decision_id")
    if not (0 < record.propensity <= 1 and math.isfinite(record.propensity)):
        raise BannerError(
            f"propensity {record.propensity} is not a probability",
            field="propensity",
            hint="give a number above 0 and up to 1",
        )
    return (
        record.decision_id,
        record.run_id,
        arms.of_decision(record),
        record.user,
        to_micros(record.time),
        record.propensity,
        int(record.simulated),
    )
